/* generation.h -- 世代: backups in one folder, named by Japan's clock, the oldest thrown away. */
#pragma once
#include "base/arena.h"

#include <stdbool.h>

/* "renkei-20241130-0915.backup" */
const char *generation_name(struct arena *a);
bool generation_is_name(const char *file_name);
/* Throws away the oldest of the folder until `keep` are left, and unfinished ones (.part) older than a day; how many went.  Files of other
 * names are never touched. */
long generation_prune(const char *folder, long keep);
