/* command.h -- the command line: renkei [--data URL] NAME [ARGUMENTS], from the features' tables. */
#pragma once
#include "web/feature.h"

/* Exit code: 0 done, 1 refused or partly refused, 2 usage, 3 could not reach the data. */
int command_main(int argc, char **argv, const struct feature *const *features);
