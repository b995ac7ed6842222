/* consultation_import_mapping.c -- which column is what: found in the file's head, kept by name for each office. */
#include "features/consultation/consultation_import.h"

#include "base/count.h"
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "output/spreadsheet.h"

#include <jansson.h>
#include <sodium.h>
#include <string.h>

enum { HEAD_ROWS = 20, SAMPLE_ROWS = 100, LOOKED_AT = HEAD_ROWS + SAMPLE_ROWS, SAMPLE_BYTES = 300 };

/* -- the head of a file -------------------------------------------------------------------------------------------------- */

struct head_row {
    long number;
    const char **cells;
    size_t count;
};

static size_t filled(const char *const *cells, size_t count)
{
    while (count && !cells[count - 1][strspn(cells[count - 1], " \t\r\n")])
        count--;
    return count;
}

static bool read_head(const char *path, struct arena *a, struct head_row *rows, size_t *ret_count, struct err *err)
{
    struct err trouble = {0};
    auto_spreadsheet *s = spreadsheet_open(path, -1, err);
    const char *const *cells;
    size_t count, n = 0;
    if (!s)
        return false;
    while (n < LOOKED_AT && spreadsheet_next(s, &cells, &count, &trouble)) {
        count = filled(cells, count);
        if (!count)
            continue;
        if (count > IMPORT_COLUMNS_MOST)
            return err_set(err, ERR_INPUT, "import.too_many_columns", "columns=%zu", count);
        rows[n] = (struct head_row){spreadsheet_row(s), NEW_ARRAY(a, count, const char *), count};
        for (size_t i = 0; i < count; i++)
            rows[n].cells[i] = text_clean(a, cells[i], strnlen(cells[i], SAMPLE_BYTES), false);
        n++;
    }
    *ret_count = n;
    if (trouble.kind && err)
        *err = trouble;
    return !trouble.kind;
}

/* How many cells of the row look like headers. */
static size_t headers_in(const struct head_row *row, struct arena *a)
{
    size_t known = 0;
    bool ignored;
    for (size_t i = 0; i < row->count; i++)
        known += *row->cells[i] && text_length(row->cells[i]) <= 30 && *import_guess(row->cells[i], NULL, 0, a, &ignored);
    return known;
}

static bool has_duplicate(const struct import_mapping *m, struct arena *a)
{
    const char **folded = NEW_ARRAY(a, m->count + 1, const char *);
    for (size_t i = 0; i < m->count; i++) {
        folded[i] = text_fold(a, m->headers[i]);
        for (size_t k = 0; k < i && *folded[i]; k++)
            if (!strcmp(folded[i], folded[k]))
                return true;
    }
    return false;
}

/* One column per item, unless its text can be joined: the surer guess wins, then the earlier column. */
static void drop_second_guesses(struct import_mapping *m, const bool *sure)
{
    for (size_t i = 0; i < m->count; i++)
        for (size_t k = 0; k < i; k++)
            if (*m->targets[i] && !strcmp(m->targets[i], m->targets[k])) {
                enum field_type type = field_find(&consultation_set, import_target_find(m->targets[i])->field)->type;
                if (type != FIELD_LONG_TEXT && type != FIELD_CODES && type != FIELD_ROWS)
                    m->targets[sure[i] && !sure[k] ? k : i] = "";
            }
}

static void guess_columns(struct import_mapping *m, const struct head_row *rows, size_t count, struct arena *a)
{
    const char **samples = NEW_ARRAY(a, count + 1, const char *);
    bool *sure = NEW_ARRAY(a, m->count + 1, bool);
    for (size_t i = 0; i < m->count; i++) {
        for (size_t r = 0; r < count; r++)
            samples[r] = i < rows[r].count ? rows[r].cells[i] : "";
        m->targets[i] = *m->headers[i] ? import_guess(m->headers[i], samples, count, a, &sure[i]) : "";
    }
    drop_second_guesses(m, sure);
}

static void mapping_init(struct import_mapping *m, size_t count, struct arena *a)
{
    *m = (struct import_mapping){.arena = a, .name = "", .count = count, .same_person = true};
    m->headers = NEW_ARRAY(a, count + 1, const char *);
    m->targets = NEW_ARRAY(a, count + 1, const char *);
    for (size_t i = 0; i < count; i++)
        m->headers[i] = m->targets[i] = "";
    pairs_init(&m->defaults, a);
    pairs_init(&m->values, a);
}

bool import_look(const char *path, struct arena *a, struct import_mapping *ret_guess, const char *const **ret_samples,
                 struct err *err)
{
    struct head_row *rows = NEW_ARRAY(a, LOOKED_AT, struct head_row);
    size_t count = 0, best = 0, best_known = 0, width = 0;
    if (!read_head(path, a, rows, &count, err))
        return false;
    if (!count)
        return err_set(err, ERR_INPUT, "import.empty", "rows=0");
    for (size_t r = 0; r < count && r < HEAD_ROWS; r++) {
        size_t known = headers_in(&rows[r], a);
        if (known > best_known) {
            best_known = known;
            best = r;
        }
    }
    if (!best_known)
        return err_set(err, ERR_INPUT, "import.no_column", "rows=%zu", count);
    if (best + 1 == count)
        return err_set(err, ERR_INPUT, "import.header_only", "row=%ld", rows[best].number);
    for (size_t r = best; r < count; r++)
        width = rows[r].count > width ? rows[r].count : width;
    mapping_init(ret_guess, width, a);
    ret_guess->header_row = rows[best].number;
    for (size_t i = 0; i < rows[best].count; i++)
        ret_guess->headers[i] = text_clean(a, rows[best].cells[i], strlen(rows[best].cells[i]), true);
    if (has_duplicate(ret_guess, a))
        return err_set(err, ERR_INPUT, "import.duplicate_header", "row=%ld", rows[best].number);
    guess_columns(ret_guess, rows + best + 1, count - best - 1, a);
    pairs_set(&ret_guess->defaults, "subject_kind", "individual_case");
    pairs_set(&ret_guess->defaults, "is_ltci_subject", "unknown");
    const char **samples = NEW_ARRAY(a, width + 1, const char *);
    for (size_t i = 0; i < width; i++) {
        samples[i] = "";
        for (size_t r = best + 1; r < count && !*samples[i]; r++)
            samples[i] =
                i < rows[r].count ? text_cut(a, text_clean(a, rows[r].cells[i], strlen(rows[r].cells[i]), true), 24) : "";
    }
    *ret_samples = samples;
    return true;
}

/* -- as text ------------------------------------------------------------------------------------------------------------- */

static void write_pairs(struct json *j, const char *name, const struct pairs *p)
{
    json_key(j, name);
    json_open(j, '{');
    for (size_t i = 0; i < p->count; i++)
        json_pair(j, p->items[i].name, p->items[i].value);
    json_close(j, '}');
}

const char *import_mapping_json(const struct import_mapping *m, struct arena *a)
{
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_open(&j, '{');
    json_pair(&j, "name", m->name);
    json_pair_int(&j, "header_row", m->header_row);
    json_pair_int(&j, "fiscal_year", m->fiscal_year);
    json_pair_int(&j, "same_person", m->same_person);
    json_key(&j, "columns");
    json_open(&j, '[');
    for (size_t i = 0; i < m->count; i++) {
        json_open(&j, '{');
        json_pair(&j, "header", m->headers[i]);
        json_pair(&j, "item", m->targets[i]);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    write_pairs(&j, "defaults", &m->defaults);
    write_pairs(&j, "values", &m->values);
    json_close(&j, '}');
    return arena_strdup(a, out.data);
}

static const char *member(const json_t *object, const char *name, struct arena *a)
{
    return arena_strdup(a, json_string_value(json_object_get(object, name)));
}

static void read_pairs(const json_t *object, struct pairs *to)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, name, value) if (json_is_string(value))
        pairs_add(to, name, json_string_value(value));
}

bool import_mapping_read(struct import_mapping *m, const char *json, struct arena *a)
{
    json_t *root = json_loads(json, 0, NULL);
    const json_t *columns = json_object_get(root, "columns");
    size_t count = json_array_size(columns);
    if (!root || count > IMPORT_COLUMNS_MOST) {
        json_decref(root);
        return false;
    }
    mapping_init(m, count, a);
    m->name = member(root, "name", a);
    m->header_row = (long)json_integer_value(json_object_get(root, "header_row"));
    m->fiscal_year = (long)json_integer_value(json_object_get(root, "fiscal_year"));
    m->same_person = json_integer_value(json_object_get(root, "same_person"));
    for (size_t i = 0; i < count; i++) {
        const char *target = member(json_array_get(columns, i), "item", a);
        m->headers[i] = member(json_array_get(columns, i), "header", a);
        m->targets[i] = import_target_find(target) ? target : "";
    }
    read_pairs(json_object_get(root, "defaults"), &m->defaults);
    read_pairs(json_object_get(root, "values"), &m->values);
    json_decref(root);
    return true;
}

void import_mapping_take(struct import_mapping *m, const struct import_mapping *saved)
{
    m->name = saved->name;
    m->defaults = saved->defaults;
    m->values = saved->values;
    m->fiscal_year = saved->fiscal_year;
    m->same_person = saved->same_person;
    for (size_t i = 0; i < m->count; i++)
        for (size_t k = 0; k < saved->count && *m->headers[i]; k++)
            if (!strcmp(text_fold(m->arena, m->headers[i]), text_fold(m->arena, saved->headers[k])))
                m->targets[i] = saved->targets[k];
}

void import_mapping_value(struct import_mapping *m, const char *field, const char *text, const char *code)
{
    pairs_set(&m->values, arena_printf(m->arena, "%s\x1f%s", field, text_fold(m->arena, text)), code);
}

const char *import_headers_key(const struct import_mapping *m, struct arena *a)
{
    auto_buf all = {0};
    buf_text(&all, "");
    for (size_t i = 0; i < m->count; i++)
        if (*m->headers[i] && !refused_rows_is_own(m->headers[i], a))
            buf_printf(&all, "%s\x1f", text_fold(a, m->headers[i]));
    return secret_hash(a, all.data ? all.data : "");
}

/* -- kept ---------------------------------------------------------------------------------------------------------------- */

bool import_mapping_save(struct db *db, const char *office_id, const struct import_mapping *m, const char *user_id,
                         struct arena *a, struct err *err)
{
    return db_run(db, err,
                  "INSERT INTO import_mapping (office_id, name, headers_key, mapping, changed_at, changed_by) VALUES ($1, $2, "
                  "$3, $4, $5, $6)"
                  " ON CONFLICT (office_id, name) DO UPDATE SET headers_key = $3, mapping = $4, changed_at = $5, changed_by = $6",
                  TEXT(office_id), TEXT(m->name), TEXT(import_headers_key(m, a)), TEXT(import_mapping_json(m, a)),
                  TEXT(now_utc(a)), TEXT(user_id)) >= 0;
}

bool import_mapping_find(struct db *db, const char *office_id, const char *name, const char *headers_key,
                         struct import_mapping *ret, struct arena *a, struct err *err)
{
    const char *json = db_text(db, a, err,
                               "SELECT mapping FROM import_mapping WHERE office_id = $1 AND ($2 = '' OR name = $2)"
                               " AND ($3 = '' OR headers_key = $3) ORDER BY changed_at DESC LIMIT 1",
                               TEXT(office_id), TEXT(name ? name : ""), TEXT(headers_key ? headers_key : ""));
    return json && import_mapping_read(ret, json, a);
}
