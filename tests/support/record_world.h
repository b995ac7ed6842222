/* record_world.h -- the records of the month in one room, for specs: areas, offices, and everything a coordinator writes, with a visitor
 * signed in as 北区's coordinator.  Invented people only. */
#pragma once
#include "tests/support/visitor.h"
#include "tests/support/world.h"
#include "web/app.h"
#include "web/resource.h"

#include "features/consultation/consultation.h"

struct record_world {
    struct world *w;
    struct config config;
    struct app *app;
    struct visitor *visitor;
};
int record_begin(void **state); /* *state: struct record_world */
int record_end(void **state);
/* The coordinator of 北区's room , the one of 都島区's, 北区's ward officer, the health bureau. */
struct session kita_coordinator(void);
struct session miyakojima_coordinator(void);
struct session kita_officer(void);
struct session bureau_officer(void);
/* Saves a row through the resource, as an import does: in a write of its own.  False with w->err. */
bool record_save(struct record_world *r, const struct resource *resource, void *row);
/* The newest saved version. */
void record_load(struct record_world *r, const struct record *record, const char *id, void *row);
/* A case about one person received by 北区's room at that time; members may be changed before it is saved. */
struct consultation a_case(struct record_world *r, const char *received_at);
/* A standing count over everything. */
long long counted(struct record_world *r, const char *measure, const char *basis, const char *code);
