/* openapi.h -- the API described by itself: OpenAPI 3.1 from the routes and their field sets. */
#pragma once
#include "base/buf.h"

struct app;
void openapi_write(const struct app *app, struct buf *out);
