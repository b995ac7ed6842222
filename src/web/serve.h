/* serve.h -- `renkei serve`: opens the store, migrates it, serves until SIGTERM or SIGINT. */
#pragma once
#include "web/feature.h"

/* Exit code. */
int serve(const struct config *config, const struct feature *const *features);
