/* web_spec.h -- a small feature whose pages and records the specs of this floor visit. */
#pragma once
#include "tests/support/world.h"
#include "web/app.h"
#include "web/request.h"

#include <stdatomic.h>

/* GET /notes, GET /notes/:id (audited), POST /notes (audited, saves `text`), POST /notes/forgetful (forgets its audit entry),
 * POST /notes/upload, GET /notes/events (stream "notes"), GET /notes/slow, GET /office, POST /outside (no CSRF), GET
 * /notes/broken, GET /notes/absent. */
extern const struct feature notes_feature;

struct notes_world {
    struct world *w;
    struct config config;
    struct app *app;
};
int notes_begin(void **state); /* *state: struct notes_world */
int notes_end(void **state);
struct session notes_coordinator(void);
