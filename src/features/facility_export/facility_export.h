/* facility_export.h -- the directory as files: the municipal open data sets, plain CSV, Excel, GeoJSON, and care offices as published.
 *
 * Only what the viewer sees (audience.h) is written; rows of the layout "kaigo" are written as they were read.  Memory does not grow with
 * the directory: entries are read 500 at a time, by area and kana.
 * Source: ../shared/domain/formats.md A, C1 to C4; RFC 7946. */
#pragma once
#include "features/directory/directory.h"

struct export_request {
    struct db *db;
    struct arena *arena;
    struct audience who;
    const char *format;       /* kaigo c1 c2 c3 c4 csv xlsx geojson */
    const char *words, *area_code, *service_code, *kind; /* "" all */
    const struct directory_query *asked; /* what a list is narrowed to besides (directory_asked), or NULL */
    const char *publisher;    /* municipality that publishes (C1, C4); "" each row's own */
};

struct export_result {
    const char *file_name, *content_type; /* as the data set's definition wants it */
    long rows;
};

/* Writes to the file at `path`.  ERR_INPUT "facility_export.format", "area.unknown"; ERR_TOO_LARGE "facility_export.rows" (Excel). */
bool facility_export(const struct export_request *x, const char *path, struct arena *a, struct export_result *ret, struct err *err);

extern const struct feature facility_export_feature;
