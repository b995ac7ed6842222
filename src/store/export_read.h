/* export_read.h -- inside the store only: reading the exact CSV of an export. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdio.h>

struct export_cell {
    const char *text; /* NULL: nothing was written */
    size_t size;
};
/* The next row into `cells` (at most `room`), texts in the arena.  0 at the end; -1 when it cannot be read. */
long export_read_row(FILE *file, struct arena *a, struct export_cell *cells, size_t room);
