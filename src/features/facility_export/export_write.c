/* export_write.c -- the layouts as CSV and GeoJSON; which of them are written how. */
#include "base/buf.h"
#include "base/count.h"
#include "base/json.h"
#include "features/area/area.h"
#include "features/facility_export/export_format.h"
#include "output/csv.h"
#include "output/geojson.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool is_plain(const struct export_format *f)
{
    return f->writer != EXPORT_CSV && f->writer != EXPORT_KAIGO;
}

static bool local_is_shown(const struct export_request *x, const struct field *field)
{
    bool is_person = field->type == FIELD_REF; /* an id tells nobody anything outside */
    return !is_person && !(field->flags & FIELD_INTERNAL) && audience_sees(&x->who, field->name);
}

size_t export_heads(const struct export_format *f, const struct export_request *x, struct arena *a, const char ***ret_heads)
{
    const char **heads = NEW_ARRAY(a, f->column_count + facility_local_set.count + 1, const char *);
    size_t count = 0;
    for (size_t i = 0; i < f->column_count; i++)
        heads[count++] = f->columns[i].header;
    for (size_t i = 0; is_plain(f) && i < facility_local_set.count; i++)
        if (local_is_shown(x, &facility_local_set.fields[i]))
            heads[count++] = facility_local_set.fields[i].label;
    *ret_heads = heads;
    return count;
}

static const char *cell_of(const struct export_row *r, const struct export_column *c)
{
    return *(const char *const *)(const void *)((const char *)r + c->at);
}

size_t export_cells(const struct export_format *f, const struct export_request *x, const struct export_row *r, const char **cells)
{
    size_t count = 0;
    for (size_t i = 0; i < f->column_count; i++)
        cells[count++] = cell_of(r, &f->columns[i]);
    for (size_t i = 0; is_plain(f) && i < facility_local_set.count; i++)
        if (local_is_shown(x, &facility_local_set.fields[i]))
            cells[count++] = r->local[i];
    return count;
}

void export_sources_add(struct export_sources *s, const char *attribution, struct arena *a)
{
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->names[i], attribution))
            return;
    if (s->count < COUNT(s->names))
        s->names[s->count++] = arena_strdup(a, attribution);
}

/* ---- rows ---- */

struct writing {
    const struct export_format *format;
    const struct export_request *x;
    FILE *out;
    struct buf line;
    struct json json;
    struct export_sources sources;
    struct arena *kept;
    const char **cells;
    size_t cell_count;
    long rows;
};

static bool flush(struct writing *w, struct err *err)
{
    bool done = fwrite(w->line.data, 1, w->line.size, w->out) == w->line.size;
    buf_cut(&w->line, 0);
    return done || err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno);
}

static void csv_row(struct writing *w, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        csv_cell(&w->line, cells[i], i == 0);
    csv_end_row(&w->line);
}

static bool write_csv_row(struct writing *w, const struct export_row *r, struct err *err)
{
    csv_row(w, w->cells, export_cells(w->format, w->x, r, w->cells));
    return flush(w, err);
}

static void write_properties(struct writing *w, const struct export_row *r)
{
    struct json *j = &w->json;
    json_open(j, '{');
    for (size_t i = 0; i < w->format->column_count; i++)
        if (w->format->columns[i].name && *cell_of(r, &w->format->columns[i]))
            json_pair(j, w->format->columns[i].name, cell_of(r, &w->format->columns[i]));
    for (size_t i = 0; i < facility_local_set.count; i++)
        if (local_is_shown(w->x, &facility_local_set.fields[i]) && *r->local[i])
            json_pair(j, facility_local_set.fields[i].name, r->local[i]);
    json_close(j, '}');
}

static bool write_feature(struct writing *w, const struct export_row *r, const struct facility *f, struct err *err)
{
    struct json *j = &w->json;
    geojson_feature(j, r->id);
    if (*r->latitude)
        geojson_point(j, f->longitude, f->latitude);
    else
        geojson_nowhere(j);
    write_properties(w, r);
    geojson_feature_end(j);
    buf_char(&w->line, '\n');
    return flush(w, err);
}

static bool write_one(struct writing *w, const struct export_entry *e, int service, struct arena *a, struct err *err)
{
    struct export_row r;
    export_row_make(w->x, e, service, a, &r);
    export_sources_add(&w->sources, r.attribution, w->kept);
    w->rows++;
    return w->format->writer == EXPORT_GEOJSON ? write_feature(w, &r, &e->facility, err) : write_csv_row(w, &r, err);
}

static bool write_entry(const struct export_entry *e, void *arg, struct arena *a, struct err *err)
{
    struct writing *w = arg;
    if (!w->format->by_service || !e->service_count)
        return write_one(w, e, -1, a, err);
    for (size_t i = 0; i < e->service_count; i++)
        if ((!*w->x->service_code || !strcmp(w->x->service_code, e->services[i].code)) && !write_one(w, e, (int)i, a, err))
            return false;
    return true;
}

/* ---- the whole ---- */

static void begin(struct writing *w)
{
    if (w->format->writer == EXPORT_GEOJSON) {
        json_init(&w->json, &w->line);
        geojson_begin(&w->json);
        return;
    }
    const char **heads;
    w->cell_count = export_heads(w->format, w->x, w->kept, &heads);
    w->cells = NEW_ARRAY(w->kept, w->cell_count + 1, const char *);
    buf_text(&w->line, "\xef\xbb\xbf");
    csv_row(w, heads, w->cell_count);
}

/* The licences want to be told with the data; a published layout has no place for it, its page has. */
static void finish(struct writing *w)
{
    if (w->format->writer == EXPORT_GEOJSON) {
        geojson_end_features(&w->json);
        json_key(&w->json, "attribution");
        json_open(&w->json, '[');
        for (size_t i = 0; i < w->sources.count; i++)
            json_text(&w->json, w->sources.names[i]);
        json_close(&w->json, ']');
        json_close(&w->json, '}');
    }
    for (size_t i = 0; w->format->writer == EXPORT_PLAIN_CSV && i < w->sources.count; i++)
        csv_row(w, (const char *const[]){arena_printf(w->kept, "※出典：%s", w->sources.names[i])}, 1);
}

static bool write_text(const struct export_format *f, const struct export_request *x, const char *path, long *ret_rows, struct err *err)
{
    auto_arena *kept = arena_new();
    struct writing w = {.format = f, .x = x, .kept = kept, .out = fopen(path, "w")};
    if (!w.out)
        return err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno);
    begin(&w);
    bool done = flush(&w, err) && export_each(x, f->kinds, write_entry, &w, err);
    finish(&w);
    done = done && flush(&w, err);
    if (fclose(w.out) != 0 && done)
        done = err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno);
    buf_free(&w.line);
    *ret_rows = w.rows;
    return done;
}

/* The one %s of the format's name. */
static const char *file_name(struct arena *a, const struct export_format *f, const char *code)
{
    const char *mark = strstr(f->file, "%s");
    return arena_printf(a, "%.*s%s%s", (int)(mark - f->file), f->file, code, mark + 2);
}

bool facility_export(const struct export_request *asked, const char *path, struct arena *a, struct export_result *ret, struct err *err)
{
    struct export_request x = *asked;
    const struct export_format *f = export_format_find(x.format);
    long rows = 0;
    if (!f)
        return err_set(err, ERR_INPUT, "facility_export.format", "format");
    if (*x.area_code && !*area_path(x.db, x.area_code, a))
        return err_set(err, ERR_INPUT, "area.unknown", "no such area");
    x.publisher = *x.publisher ? x.publisher : x.area_code;
    bool done = f->writer == EXPORT_KAIGO ? export_kaigo(&x, path, &rows, err)
              : f->writer == EXPORT_XLSX ? export_xlsx(f, &x, path, &rows, err) : write_text(f, &x, path, &rows, err);
    if (!done)
        return false;
    const char *code = f->writer == EXPORT_KAIGO ? x.service_code : x.area_code;
    *ret = (struct export_result){.file_name = file_name(a, f, *code ? code : "all"), .content_type = f->type, .rows = rows};
    return true;
}
