/* export_format.h -- inside the feature: the layouts. */
#pragma once
#include "features/facility_export/export_row.h"

struct export_column {
    const char *header;
    size_t at;        /* member of export_row */
    const char *name; /* property in GeoJSON, or NULL: not there */
};
enum export_writer { EXPORT_CSV, EXPORT_PLAIN_CSV, EXPORT_XLSX, EXPORT_GEOJSON, EXPORT_KAIGO };
struct export_format {
    const char *name;  /* as the command and the address take it */
    const char *label; /* as a person reads it */
    const char *file;  /* name of the file; %s is the code of the area or, for kaigo, of the service */
    const char *type;  /* content type */
    const char *kinds; /* codes of facility_kind that the layout is for, "" all */
    bool by_service;   /* a row for each care service of an entry */
    enum export_writer writer;
    const struct export_column *columns;
    size_t column_count;
};
extern const struct export_format export_formats[];
extern const size_t export_format_count;
/* NULL when there is none. */
const struct export_format *export_format_find(const char *name);

/* export_xlsx.c, export_write.c */
bool export_xlsx(const struct export_format *f, const struct export_request *x, const char *path, long *ret_rows, struct err *err);
/* The texts of a row: the format's columns, then the local fields that the viewer sees. */
size_t export_heads(const struct export_format *f, const struct export_request *x, struct arena *a, const char ***ret_heads);
size_t export_cells(const struct export_format *f, const struct export_request *x, const struct export_row *r, const char **cells);
/* "出典：…" of every source in the file. */
struct export_sources {
    const char *names[20];
    size_t count;
};
void export_sources_add(struct export_sources *s, const char *attribution, struct arena *a);
