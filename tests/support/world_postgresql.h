#pragma once
#include "world.h"

/* The address of a new database, NULL when the server cannot make one. */
const char *world_postgresql_create(struct world *w);
void world_postgresql_drop(struct world *w);
