/* app.h -- one running program: configuration, store, features, and what hangs from them.  No global state. */
#pragma once
#include "base/config.h"
#include "store/store.h"
#include "web/feature.h"

struct app;

/* `store` may be NULL: the program serves /healthz and says that the data is away until app_set_store. */
struct app *app_new(const struct config *config, struct store *store, const struct feature *const *features, struct err *err);
void app_free(struct app *app);
const struct config *app_config(const struct app *app);
struct store *app_store(const struct app *app); /* never NULL in a handler, except of PERM_PUBLIC routes */
void app_set_store(struct app *app, struct store *store);
const struct feature *const *app_features(const struct app *app);
/* The Japanese sentence of an error key; a general one when the key is unknown (a test finds unknown keys). */
const char *app_message(const struct app *app, const char *key);
bool app_knows_message(const struct app *app, const char *key);
/* Every route there is, resources' included. */
const struct route *const *app_routes(const struct app *app, size_t *ret_count);
/* Migrates the store with every feature's rows. */
struct migration_list app_migrations(const struct feature *const *features, struct arena *a);
bool app_migrate(struct store *store, const struct feature *const *features, struct err *err);
/* The 32-byte key that encrypts TOTP secrets and signs one-time links (config.secret_key_file). */
const unsigned char *app_key(const struct app *app);
