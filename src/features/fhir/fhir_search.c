#include "features/fhir/fhir_search.h"

#include "base/count.h"
#include "features/fhir/fhir_param.h"
#include "features/fhir/fhir_reply.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL = 20, MOST = 100, CONDITIONS = 8, VALUES = 20, INCLUDES = 4, REVERSE_MOST = 500, CURSOR_LONGEST = 200 };
/* A query binds 40 values; the end of the page takes two. */
enum { BOUND_MOST = 40 - FHIR_VALUES_MOST - 2 };
enum { NOT_COUNTED = -1 };

/* _revinclude: resources of `type` whose `param` names a match. */
struct reverse {
    const struct fhir_type *type;
    const struct fhir_param *param;
};

struct condition {
    const struct fhir_param *param;
    const char *values[VALUES];
    size_t count;
};

/* Where a page begins: behind `after` in the type's set number `set`. */
struct position {
    size_t set;
    const char *after;
    long long total;
};

struct search {
    struct request *req;
    const struct fhir_type *type;
    struct fhir_source source;
    struct condition conditions[CONDITIONS];
    size_t condition_count;
    const struct fhir_include *includes[INCLUDES];
    size_t include_count;
    struct reverse reverses[INCLUDES];
    size_t reverse_count;
    bool uncounted; /* _total=none */
    struct pairs used; /* what the answer went by, for its links */
    long count;
    bool is_next, lenient;
    struct position from;
};

/* ---- what is asked ---- */

/* The next value of a list: commas part, a backslash before one keeps it. */
static const char *next_value(const char **at, struct arena *a)
{
    auto_buf out = {0};
    if (!**at)
        return NULL;
    for (; **at && **at != ','; ++*at) {
        if (**at == '\\' && (*at)[1])
            ++*at;
        buf_char(&out, **at);
    }
    *at += **at == ',';
    return arena_strdup(a, out.data ? out.data : "");
}

static bool add_condition(struct search *s, const struct fhir_param *param, const char *text)
{
    struct condition *c = &s->conditions[s->condition_count];
    if (s->condition_count == CONDITIONS)
        return fhir_refuse(s->req, 400, "too-costly", "条件は%d個までです。", CONDITIONS), false;
    *c = (struct condition){.param = param};
    for (const char *value; (value = next_value(&text, s->req->arena));) {
        if (c->count == VALUES)
            return fhir_refuse(s->req, 400, "too-costly", "1つの条件の値は%d個までです。", VALUES), false;
        if (*value)
            c->values[c->count++] = value;
    }
    s->condition_count += c->count > 0;
    return true;
}

static bool read_count(struct search *s, const char *value)
{
    char *end;
    long count = strtol(value, &end, 10);
    if (end == value || *end || count < 0)
        return fhir_refuse(s->req, 400, "value", "_count は0以上の整数で指定してください。"), false;
    s->count = count < MOST ? count : MOST;
    return true;
}

static bool read_summary(struct search *s, const char *value)
{
    if (!strcmp(value, "count"))
        s->count = 0;
    else if (strcmp(value, "false") != 0)
        return fhir_refuse(s->req, 400, "not-supported", "_summary は count と false だけに対応しています。"), false;
    return true;
}

static bool read_total(struct search *s, const char *value)
{
    s->uncounted = !strcmp(value, "none");
    if (!s->uncounted && strcmp(value, "accurate") != 0 && strcmp(value, "estimate") != 0)
        return fhir_refuse(s->req, 400, "value", "_total は none、estimate、accurate のどれかを指定してください。"), false;
    return true;
}

/* "HealthcareService:organization", with the type of the target behind it or not: the include of `type` it names, or NULL. */
static const struct fhir_include *include_named(const struct fhir_type *type, const char *value)
{
    size_t size = strlen(type->name);
    const char *name = !strncmp(value, type->name, size) && value[size] == ':' ? value + size + 1 : "";
    for (size_t i = 0; i < type->include_count; i++) {
        const struct fhir_include *n = &type->includes[i];
        size = strlen(n->name);
        if (!strncmp(name, n->name, size) && (!name[size] || (name[size] == ':' && !strcmp(name + size + 1, n->target))))
            return n;
    }
    return NULL;
}

static bool refuse_include(struct search *s, const char *name, const char *value)
{
    return fhir_refuse(s->req, 400, "not-supported", "%s=%s には対応していません。使えるものは /fhir/metadata にあります。", name, value), false;
}

static bool read_include(struct search *s, const char *value)
{
    const struct fhir_include *n = include_named(s->type, value);
    if (!n)
        return refuse_include(s, "_include", value);
    for (size_t i = 0; i < s->include_count; i++)
        if (s->includes[i] == n)
            return true;
    if (s->include_count < INCLUDES)
        s->includes[s->include_count++] = n;
    return true;
}

static bool read_revinclude(struct search *s, const char *value)
{
    for (size_t i = 0; i < fhir_type_count; i++) {
        const struct fhir_include *n = include_named(&fhir_types[i], value);
        const struct fhir_param *param = n && !strcmp(n->target, s->type->name) ? fhir_param_find(&fhir_types[i], n->name, &s->source.who) : NULL;
        if (!param)
            continue;
        for (size_t k = 0; k < s->reverse_count; k++)
            if (s->reverses[k].param == param)
                return true;
        if (s->reverse_count == INCLUDES)
            return fhir_refuse(s->req, 400, "too-costly", "_revinclude は%d個までです。", INCLUDES), false;
        s->reverses[s->reverse_count++] = (struct reverse){&fhir_types[i], param};
        return true;
    }
    return refuse_include(s, "_revinclude", value);
}

/* Opaque to clients: set, total and the last id of the page before. */
static const char *cursor_text(struct arena *a, const struct position *p)
{
    const char *plain = arena_printf(a, "%zu %lld %s", p->set, p->total, p->after);
    size_t size = strlen(plain), room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return sodium_bin2base64(arena_alloc(a, room), room, (const unsigned char *)plain, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool read_cursor(struct search *s, const char *value)
{
    char plain[CURSOR_LONGEST] = "";
    size_t size = 0;
    int id = 0;
    bool read = sodium_base642bin((unsigned char *)plain, sizeof plain - 1, value, strlen(value), NULL, &size, NULL,
                                  sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
                sscanf(plain, "%1zu %18lld %n", &s->from.set, &s->from.total, &id) == 2 && id && s->from.set < s->type->set_count;
    if (!read || strlen(plain) != size)
        return fhir_refuse(s->req, 400, "value", "続きのしるし（_cursor）が読めません。最初から検索し直してください。"), false;
    s->from.after = arena_strdup(s->req->arena, plain + id);
    s->is_next = true;
    return true;
}

static bool read_plain(struct search *s, const struct pair *p)
{
    const struct fhir_param *param = fhir_param_find(s->type, p->name, &s->source.who);
    const char *names = "";
    if (param)
        return add_condition(s, param, p->value);
    if (strpbrk(p->name, ":."))
        return fhir_refuse(s->req, 400, "not-supported", "修飾子と連鎖（%s）には対応していません。", p->name), false;
    if (s->lenient)
        return true;
    for (size_t i = 0; i < s->type->param_count; i++)
        if (fhir_param_shown(&s->type->params[i], &s->source.who))
            names = arena_printf(s->req->arena, "%s%s, ", names, s->type->params[i].name);
    return fhir_refuse(s->req, 400, "not-supported", "%s では検索できません。使える条件：%s_count, _include, _revinclude, _summary, _total", p->name, names),
           false;
}

static const struct {
    const char *name;
    bool (*read)(struct search *s, const char *value);
} special[] = {{"_count", read_count}, {"_include", read_include}, {"_revinclude", read_revinclude}, {"_summary", read_summary}, {"_total", read_total},
               {"_cursor", read_cursor}};

static bool read_pair(struct search *s, const struct pair *p)
{
    if (!*p->value || !strcmp(p->name, "_format") || !strcmp(p->name, "_pretty"))
        return true;
    for (size_t i = 0; i < COUNT(special); i++)
        if (!strcmp(p->name, special[i].name))
            return special[i].read(s, p->value);
    return read_plain(s, p);
}

static bool is_used(const struct search *s, const char *name)
{
    for (size_t i = 0; i < COUNT(special); i++)
        if (!strcmp(special[i].name, name))
            return special[i].read != read_cursor; /* the link adds its own */
    return fhir_param_find(s->type, name, &s->source.who);
}

/* False: the refusal is the reply. */
static bool read_question(struct search *s)
{
    const struct pairs *query = &s->req->query;
    for (size_t i = 0; i < query->count; i++) {
        if (!read_pair(s, &query->items[i]))
            return false;
        if (*query->items[i].value && is_used(s, query->items[i].name))
            pairs_add(&s->used, query->items[i].name, query->items[i].value);
    }
    return true;
}

/* ---- finding ---- */

/* False: the refusal is the reply. */
static bool add_conditions(struct search *s, struct fhir_question *x)
{
    for (size_t i = 0; i < s->condition_count; i++) {
        const struct condition *c = &s->conditions[i];
        for (size_t k = 0; k < c->count; k++) {
            if (x->query->count > BOUND_MOST)
                return fhir_refuse(s->req, 400, "too-costly", "条件の値が多すぎます。分けて検索してください。"), false;
            query_add_values(x->query, k ? " OR " : " AND (", NULL, 0);
            c->param->add(x, c->values[k]);
            if (x->bad)
                return fhir_refuse(s->req, 400, "value", "%s の値「%s」は使えません。", c->param->name, c->values[k]), false;
        }
        query_add(x->query, ")");
    }
    return true;
}

static void add_set(struct query *q, enum fhir_set set)
{
    if (set == FHIR_PEOPLE)
        query_add(q, FHIR_PUBLIC_PEOPLE);
    else
        query_add(q, " FROM facility c WHERE" FACILITY_IS_SHOWN("c"));
    switch (set) {
    case FHIR_SERVICES: case FHIR_PEOPLE: break;
    case FHIR_OFFICES: query_add(q, "AND" FHIR_SPEAKS_FOR_OFFICE); break;
    case FHIR_PLACES: query_add(q, "AND" FHIR_SPEAKS_FOR_PLACE); break;
    case FHIR_CORPORATIONS: query_add(q, "AND" FHIR_HAS_CORPORATION); break;
    }
}

static void begin_set(struct query *q, struct arena *a, enum fhir_set set, bool counting)
{
    bool corporations = set == FHIR_CORPORATIONS;
    query_init(q, a);
    if (counting)
        query_add_values(q, corporations ? "SELECT COUNT(DISTINCT c.corporation_number)" : "SELECT COUNT(*)", NULL, 0);
    else
        query_add_values(q, corporations ? "SELECT DISTINCT '" FHIR_CORPORATION "' || c.corporation_number, c.corporation_number"
                            : set == FHIR_PEOPLE ? "SELECT p.id, p.id" : "SELECT c.id, c.id", NULL, 0);
    add_set(q, set);
}

/* False without err: the refusal is the reply. */
static bool begin_query(struct search *s, struct query *q, enum fhir_set set, bool counting)
{
    struct fhir_question x = {.source = &s->source, .query = q, .set = set};
    begin_set(q, s->req->arena, set, counting);
    return add_conditions(s, &x);
}

static void add_page(struct query *q, enum fhir_set set, const char *after, long room)
{
    if (set == FHIR_CORPORATIONS)
        query_add(q, " AND c.corporation_number > ? ORDER BY c.corporation_number LIMIT ?", TEXT(after), INT(room));
    else if (set == FHIR_PEOPLE)
        query_add(q, " AND p.id > ? ORDER BY p.id LIMIT ?", TEXT(after), INT(room));
    else
        query_add(q, " AND c.id > ? ORDER BY c.id LIMIT ?", TEXT(after), INT(room));
}

/* The sets that are searched: corporations only where their number is for everybody. */
static size_t set_count(const struct search *s)
{
    return audience_sees(&s->source.who, "corporation_number") ? s->type->set_count : 1;
}

static bool count_all(struct search *s, struct err *err)
{
    s->from = (struct position){.after = "", .total = s->uncounted ? NOT_COUNTED : 0};
    for (size_t i = 0; i < set_count(s) && !s->uncounted; i++) {
        struct query q;
        if (!begin_query(s, &q, s->type->sets[i], true))
            return false;
        auto_rows *r = query_run(&q, s->source.db, s->req->arena, err);
        if (!r || !rows_next(r))
            return false;
        s->from.total += rows_int(r, 0);
    }
    return true;
}

struct found {
    struct fhir_entry entries[MOST + 1];
    size_t count;
    struct position next;
    bool has_next;
};

static bool read_entry(struct search *s, enum fhir_set set, const char *id, struct found *f, struct err *err)
{
    if (fhir_entry_read(&s->source, set, id, &f->entries[f->count], err)) {
        f->count++;
        return true;
    }
    bool gone = err->kind == ERR_NOT_FOUND; /* meanwhile */
    if (gone)
        *err = (struct err){0};
    return gone;
}

static bool find_in_set(struct search *s, size_t set, const char *after, struct found *f, struct err *err)
{
    struct query q;
    enum fhir_set from = s->type->sets[set];
    if (!begin_query(s, &q, from, false))
        return false;
    long room = s->count - (long)f->count;
    add_page(&q, from, after, room + 1);
    auto_rows *r = query_run(&q, s->source.db, s->req->arena, err);
    while (r && rows_next(r)) {
        if (room-- == 0) {
            f->has_next = true;
            return true;
        }
        f->next = (struct position){set, rows_text(r, 1), s->from.total};
        if (!read_entry(s, from, rows_text(r, 0), f, err))
            return false;
    }
    return r && !rows_failed(r);
}

static bool find_page(struct search *s, struct found *f, struct err *err)
{
    f->next = s->from;
    for (size_t set = s->from.set; s->count && set < set_count(s) && !f->has_next; set++)
        if (!find_in_set(s, set, set == s->from.set ? s->from.after : "", f, err))
            return false;
    return true;
}

/* ---- the answer ---- */

static void write_link(struct search *s, struct json *j, const char *relation, const struct position *at)
{
    struct pairs q = {.arena = NULL};
    pairs_init(&q, s->req->arena);
    for (size_t i = 0; i < s->used.count; i++)
        pairs_add(&q, s->used.items[i].name, s->used.items[i].value);
    if (at)
        pairs_add(&q, "_cursor", cursor_text(s->req->arena, at));
    json_open(j, '{');
    json_pair(j, "relation", relation);
    json_pair(j, "url", arena_printf(s->req->arena, "%s/%s%s%s", s->source.base, s->type->name, q.count ? "?" : "", q.count ? pairs_query(&q, s->req->arena) : ""));
    json_close(j, '}');
}

static void write_entry(struct search *s, struct json *j, const struct fhir_type *type, const struct fhir_entry *e, const char *mode)
{
    json_open(j, '{');
    json_pair(j, "fullUrl", arena_printf(s->req->arena, "%s/%s/%s", s->source.base, type->name, e->id));
    json_key(j, "resource");
    json_open(j, '{');
    fhir_write(j, type->table, e);
    json_close(j, '}');
    json_key(j, "search");
    json_open(j, '{');
    json_pair(j, "mode", mode);
    json_close(j, '}');
    json_close(j, '}');
}

static bool is_new(struct pairs *seen, const char *reference)
{
    if (!*reference || pairs_has(seen, reference))
        return false;
    pairs_add(seen, reference, "");
    return true;
}

static bool write_included(struct search *s, struct json *j, const char *reference, struct err *err)
{
    const char *slash = strchr(reference, '/');
    const struct fhir_type *type = fhir_type_find(arena_strndup(s->req->arena, reference, (size_t)(slash - reference)));
    struct fhir_entry e;
    if (!fhir_entry_read(&s->source, fhir_set_of(type, slash + 1), slash + 1, &e, err))
        return err->kind == ERR_NOT_FOUND;
    write_entry(s, j, type, &e, "include");
    return true;
}

static bool write_forward(struct search *s, struct json *j, const struct fhir_entry *e, struct pairs *seen, struct err *err)
{
    for (size_t k = 0; k < s->include_count; k++) {
        const char *reference = *(const char *const *)(const void *)((const char *)e + s->includes[k]->reference);
        if (is_new(seen, reference) && !write_included(s, j, reference, err))
            return false;
    }
    return true;
}

/* The search that a client would make for each match; `ret_room` says how many more there may be, below 0 when some are left out. */
static bool write_reverse(struct search *s, struct json *j, const struct fhir_entry *e, const struct reverse *back, struct pairs *seen, long *ret_room,
                          struct err *err)
{
    struct query q;
    struct fhir_question x = {.source = &s->source, .query = &q, .set = back->type->sets[0]};
    begin_set(&q, s->req->arena, x.set, false);
    query_add(&q, " AND (");
    back->param->add(&x, arena_printf(s->req->arena, "%s/%s", s->type->name, e->id));
    query_add(&q, ")");
    add_page(&q, x.set, "", *ret_room + 1);
    auto_rows *r = query_run(&q, s->source.db, s->req->arena, err);
    while (r && rows_next(r)) {
        const char *reference = arena_printf(s->req->arena, "%s/%s", back->type->name, rows_text(r, 0));
        if (!is_new(seen, reference))
            continue;
        if (--*ret_room < 0)
            return true;
        if (!write_included(s, j, reference, err))
            return false;
    }
    return r && !rows_failed(r);
}

static void write_left_out(struct json *j)
{
    json_open(j, '{');
    json_key(j, "resource");
    json_open(j, '{');
    fhir_write_outcome(j, "warning", "incomplete", "_revinclude で返す数の上限を超えたため、残りを省きました。条件を絞るか、それぞれを検索してください。");
    json_close(j, '}');
    json_key(j, "search");
    json_open(j, '{');
    json_pair(j, "mode", "outcome");
    json_close(j, '}');
    json_close(j, '}');
}

/* Each resource once, and none that is a match already. */
static bool write_includes(struct search *s, struct json *j, const struct found *f, struct err *err)
{
    struct pairs seen;
    long room = REVERSE_MOST;
    pairs_init(&seen, s->req->arena);
    for (size_t i = 0; i < f->count; i++)
        pairs_add(&seen, arena_printf(s->req->arena, "%s/%s", s->type->name, f->entries[i].id), "");
    for (size_t i = 0; i < f->count; i++) {
        if (!write_forward(s, j, &f->entries[i], &seen, err))
            return false;
        for (size_t k = 0; k < s->reverse_count && room >= 0; k++)
            if (!write_reverse(s, j, &f->entries[i], &s->reverses[k], &seen, &room, err))
                return false;
    }
    if (room < 0)
        write_left_out(j);
    return true;
}

static bool write_bundle(struct search *s, const struct found *f, struct err *err)
{
    struct json j;
    buf_cut(&s->req->out, 0);
    json_init(&j, &s->req->out);
    json_open(&j, '{');
    json_pair(&j, "resourceType", "Bundle");
    json_pair(&j, "type", "searchset");
    if (s->from.total != NOT_COUNTED)
        json_pair_int(&j, "total", s->from.total);
    json_key(&j, "link");
    json_open(&j, '[');
    write_link(s, &j, "self", s->is_next ? &s->from : NULL);
    if (f->has_next)
        write_link(s, &j, "next", &f->next);
    json_close(&j, ']');
    if (f->count) {
        json_key(&j, "entry");
        json_open(&j, '[');
        for (size_t i = 0; i < f->count; i++)
            write_entry(s, &j, s->type, &f->entries[i], "match");
        if (!write_includes(s, &j, f, err))
            return false;
        json_close(&j, ']');
    }
    json_close(&j, '}');
    return fhir_reply(s->req, 200, "");
}

bool fhir_search(struct request *req, const struct fhir_type *type, const struct fhir_source *source, struct err *err)
{
    struct search *s = NEW(req->arena, struct search);
    struct found *f = NEW(req->arena, struct found);
    *s = (struct search){.req = req, .type = type, .source = *source, .count = USUAL, .from = {.after = ""}};
    s->lenient = strstr(request_header(req, "Prefer"), "handling=lenient");
    pairs_init(&s->used, req->arena);
    bool done = read_question(s) && (s->is_next || count_all(s, err)) && find_page(s, f, err);
    return done ? write_bundle(s, f, err) : err->kind == ERR_NONE;
}
