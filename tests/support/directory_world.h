/* directory_world.h -- the directory of offices with everything that reads it, for specs: no entries yet, nobody signed in. */
#pragma once
#include "features/facility/facility_import.h"
#include "tests/support/visitor.h"
#include "tests/support/world.h"
#include "web/app.h"

struct directory_world {
    struct world *w;
    struct config config; /* its address is http://renkei.test */
    struct app *app;
    struct visitor *v;
};
int directory_begin(void **state); /* *state: struct directory_world */
int directory_end(void **state);
/* 北区's coordinator, and anybody of that ward. */
struct session directory_reader(enum role role, const char *user_id, const char *office_id);
/* The entries alone, without pages; *state: struct world, ended by world_end. */
int entries_begin(void **state);
struct facility_report entries_given(struct world *w, const char *path);
/* Imports the file at a path, or one of that name with that text; the spec fails when it cannot be taken as a whole. */
struct facility_report directory_given_file(struct directory_world *d, const char *path);
struct facility_report directory_given(struct directory_world *d, const char *name, const char *text);
