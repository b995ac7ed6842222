#include "base/pairs.h"

#include "base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void pairs_init(struct pairs *p, struct arena *a)
{
    *p = (struct pairs){.arena = a};
}

/* Takes over both texts, which are in the arena already. */
static void add_own(struct pairs *p, const char *name, const char *value)
{
    if (p->count == p->room) {
        size_t room = p->room ? p->room * 2 : 16;
        struct pair *items = NEW_ARRAY(p->arena, room, struct pair);
        if (p->count)
            memcpy(items, p->items, p->count * sizeof *items);
        p->items = items;
        p->room = room;
    }
    p->items[p->count++] = (struct pair){name, value};
}

void pairs_add(struct pairs *p, const char *name, const char *value)
{
    add_own(p, arena_strdup(p->arena, name), arena_strdup(p->arena, value));
}

void pairs_set(struct pairs *p, const char *name, const char *value)
{
    size_t kept = 0;
    bool done = false;
    const char *copy = arena_strdup(p->arena, value);
    for (size_t i = 0; i < p->count; i++) {
        struct pair each = p->items[i];
        if (!strcmp(each.name, name)) {
            if (done)
                continue;
            each.value = copy;
            done = true;
        }
        p->items[kept++] = each;
    }
    p->count = kept;
    if (!done)
        add_own(p, arena_strdup(p->arena, name), copy);
}

static bool is_named(const struct pair *pair, const char *name)
{
    return pair->name[0] == name[0] && !strcmp(pair->name, name); /* a form asks for each of its hundred names */
}

static const struct pair *find(const struct pairs *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (is_named(&p->items[i], name))
            return &p->items[i];
    return NULL;
}

const char *pairs_get(const struct pairs *p, const char *name)
{
    const struct pair *found = find(p, name);
    return found ? found->value : "";
}

bool pairs_has(const struct pairs *p, const char *name)
{
    return find(p, name);
}

const char *pairs_joined(const struct pairs *p, const char *name)
{
    size_t size = 0;
    for (size_t i = 0; i < p->count; i++)
        if (is_named(&p->items[i], name))
            size += strlen(p->items[i].value) + 1;
    char *joined = arena_alloc(p->arena, size + 1), *end = joined;
    for (size_t i = 0; i < p->count; i++)
        if (is_named(&p->items[i], name) && *p->items[i].value) {
            if (end > joined)
                *end++ = ' ';
            end = stpcpy(end, p->items[i].value);
        }
    return joined;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NULL when an escape is broken or the bytes are no UTF-8. */
static const char *decode(struct arena *a, const char *s, size_t size)
{
    char *text = arena_alloc(a, size + 1);
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (s[i] == '+') {
            text[n++] = ' ';
        } else if (s[i] != '%') {
            text[n++] = s[i];
        } else {
            int high = i + 2 < size ? hex_digit(s[i + 1]) : -1;
            int low = i + 2 < size ? hex_digit(s[i + 2]) : -1;
            if (high < 0 || low < 0)
                return NULL;
            text[n++] = (char)(high << 4 | low);
            i += 2;
        }
    }
    text[n] = '\0';
    return text_is_utf8(text, n) ? text : NULL;
}

static bool ill_formed(struct pairs *p, size_t before, struct err *err, const char *what)
{
    p->count = before;
    return err_set(err, ERR_INPUT, "input.ill_formed", "%s", what);
}

static bool too_many(struct pairs *p, size_t before, struct err *err, size_t limit)
{
    p->count = before;
    return err_set(err, ERR_INPUT, "input.too_many", "more than %zu values", limit);
}

bool pairs_parse_urlencoded(struct pairs *p, const char *body, size_t size, size_t limit, struct err *err)
{
    size_t before = p->count;
    const char *end = body + size;
    for (const char *next, *at = body; at < end; at = next + 1) {
        next = memchr(at, '&', (size_t)(end - at));
        if (!next)
            next = end;
        if (next == at)
            continue;
        if (p->count - before >= limit)
            return too_many(p, before, err, limit);
        const char *equals = memchr(at, '=', (size_t)(next - at));
        const char *name_end = equals ? equals : next, *value = equals ? equals + 1 : next;
        const char *name = decode(p->arena, at, (size_t)(name_end - at));
        const char *text = decode(p->arena, value, (size_t)(next - value));
        if (!name || !text || !*name)
            return ill_formed(p, before, err, "urlencoded");
        add_own(p, name, text);
    }
    return true;
}

/* The shortest decimal that reads back as the same number. */
static const char *number_text(struct arena *a, double x)
{
    char *text = NULL;
    for (int digits = 15; digits <= 17; digits++) {
        text = arena_printf(a, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    return text;
}

/* NULL for what is no single value. */
static const char *scalar(struct arena *a, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING: {
        const char *text = json_string_value(value);
        size_t size = json_string_length(value);
        return text_is_utf8(text, size) ? arena_strndup(a, text, size) : NULL;
    }
    case JSON_INTEGER: return arena_printf(a, "%lld", (long long)json_integer_value(value));
    case JSON_REAL: return number_text(a, json_real_value(value));
    case JSON_TRUE: return "1";
    case JSON_FALSE: return "0";
    default: return NULL;
    }
}

struct reading {
    struct pairs *pairs;
    size_t before, limit;
    struct err *err;
};

static bool read_one(struct reading *r, const char *name, const json_t *value)
{
    if (json_is_null(value))
        return true;
    const char *text = scalar(r->pairs->arena, value);
    if (!text)
        return ill_formed(r->pairs, r->before, r->err, "json: nested too deeply");
    if (r->pairs->count - r->before >= r->limit)
        return too_many(r->pairs, r->before, r->err, r->limit);
    add_own(r->pairs, name, text);
    return true;
}

static bool read_object(struct reading *r, const char *prefix, json_t *object, bool rows_allowed);

/* Rows of a small table: "attendees.0.profession". */
static bool read_row(struct reading *r, const char *name, size_t index, json_t *row)
{
    return read_object(r, arena_printf(r->pairs->arena, "%s.%zu.", name, index), row, false);
}

static bool read_array(struct reading *r, const char *name, json_t *array, bool rows_allowed)
{
    /* An empty array is a value: PATCH clears the field with it. */
    if (!json_array_size(array)) {
        if (r->pairs->count - r->before >= r->limit)
            return too_many(r->pairs, r->before, r->err, r->limit);
        add_own(r->pairs, name, "");
        return true;
    }
    size_t i;
    json_t *each;
    bool rows = json_is_object(json_array_get(array, 0));
    json_array_foreach(array, i, each)
    {
        if (rows != json_is_object(each) || (rows && !rows_allowed))
            return ill_formed(r->pairs, r->before, r->err, "json: array");
        if (!(rows ? read_row(r, name, i, each) : read_one(r, name, each)))
            return false;
    }
    return true;
}

static bool read_object(struct reading *r, const char *prefix, json_t *object, bool rows_allowed)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (!*key || !text_is_utf8(key, strlen(key)))
            return ill_formed(r->pairs, r->before, r->err, "json: name");
        const char *name = arena_printf(r->pairs->arena, "%s%s", prefix, key);
        if (!(json_is_array(value) ? read_array(r, name, value, rows_allowed) : read_one(r, name, value)))
            return false;
    }
    return true;
}

/* --- JSON as programs mostly send it, without a tree of it: texts, whole numbers, yes and no, and lists of these ---
 *
 * Whatever else there is (rows, \u, exponents), and whatever is wrong, is left to the library below: this either understands the whole or
 * nothing. */

enum { PLAIN_NAMES = 100 };

struct plain {
    struct pairs *pairs;
    const char *at, *end;
    size_t room; /* for so many more pairs */
    const char *names[PLAIN_NAMES];
    size_t name_count;
};

static void skip_blanks(struct plain *j)
{
    while (j->at < j->end && (*j->at == ' ' || *j->at == '\n' || *j->at == '\t' || *j->at == '\r'))
        j->at++;
}

static bool plain_take(struct plain *j, char c)
{
    skip_blanks(j);
    bool is_next = j->at < j->end && *j->at == c;
    j->at += is_next;
    return is_next;
}

static char unescaped(char c)
{
    static const char escapes[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *found = c ? strchr(escapes, c) : NULL;
    return found ? meant[found - escapes] : '\0';
}

/* NULL for what is not understood here. */
static const char *plain_text(struct plain *j)
{
    if (!plain_take(j, '"'))
        return NULL;
    const char *close = j->at;
    while (close < j->end && *close != '"')
        close += *close == '\\' ? 2 : 1;
    if (close >= j->end)
        return NULL;
    char *text = arena_alloc(j->pairs->arena, (size_t)(close - j->at) + 1), *to = text;
    for (; j->at < close; j->at++) {
        char c = *j->at == '\\' ? unescaped(*++j->at) : (unsigned char)*j->at < 0x20 ? '\0' : *j->at;
        if (!c)
            return NULL;
        *to++ = c;
    }
    j->at++;
    return text;
}

static const char *plain_number(struct plain *j)
{
    const char *start = j->at;
    j->at += *j->at == '-';
    const char *first = j->at;
    while (j->at < j->end && *j->at >= '0' && *j->at <= '9')
        j->at++;
    size_t digits = (size_t)(j->at - first);
    bool goes_on = j->at < j->end && strchr(".eE", *j->at);
    bool is_plain = digits >= 1 && digits <= 17 && !goes_on && (*first != '0' || (digits == 1 && first == start));
    return is_plain ? arena_strndup(j->pairs->arena, start, (size_t)(j->at - start)) : NULL;
}

static bool plain_word(struct plain *j, const char *word)
{
    size_t size = strlen(word);
    bool is_next = (size_t)(j->end - j->at) >= size && !memcmp(j->at, word, size);
    j->at += is_next ? size : 0;
    return is_next;
}

static bool plain_add(struct plain *j, const char *name, const char *text)
{
    if (!text || !j->room)
        return false;
    j->room--;
    add_own(j->pairs, name, text);
    return true;
}

static bool plain_value(struct plain *j, const char *name)
{
    skip_blanks(j);
    if (j->at == j->end)
        return false;
    switch (*j->at) {
    case '"': return plain_add(j, name, plain_text(j));
    case 't': return plain_word(j, "true") && plain_add(j, name, "1");
    case 'f': return plain_word(j, "false") && plain_add(j, name, "0");
    case 'n': return plain_word(j, "null");
    default: return plain_add(j, name, plain_number(j));
    }
}

static bool plain_list(struct plain *j, const char *name)
{
    if (plain_take(j, ']'))
        return plain_add(j, name, "");
    do
        if (!plain_value(j, name))
            return false;
    while (plain_take(j, ','));
    return plain_take(j, ']');
}

static bool plain_member(struct plain *j)
{
    const char *name = plain_text(j);
    if (!name || !*name || j->name_count == PLAIN_NAMES || !plain_take(j, ':'))
        return false;
    for (size_t i = 0; i < j->name_count; i++)
        if (!strcmp(j->names[i], name))
            return false;
    j->names[j->name_count++] = name;
    return plain_take(j, '[') ? plain_list(j, name) : plain_value(j, name);
}

/* False when it was not understood; then nothing is added. */
static bool read_plain(struct pairs *p, const char *body, size_t size, size_t limit)
{
    struct plain j = {.pairs = p, .at = body, .end = body + size, .room = limit};
    size_t before = p->count;
    bool ok = text_is_utf8(body, size) && plain_take(&j, '{');
    if (ok && !plain_take(&j, '}')) {
        do
            ok = plain_member(&j);
        while (ok && plain_take(&j, ','));
        ok = ok && plain_take(&j, '}');
    }
    skip_blanks(&j);
    if (!ok || j.at != j.end)
        p->count = before;
    return ok && j.at == j.end;
}

bool pairs_parse_json(struct pairs *p, const char *body, size_t size, size_t limit, struct err *err)
{
    struct reading r = {p, p->count, limit, err};
    json_error_t where;
    if (read_plain(p, body, size, limit))
        return true;
    json_t *root = json_loadb(body, size, JSON_REJECT_DUPLICATES, &where);
    bool ok = json_is_object(root) ? read_object(&r, "", root, true) : ill_formed(p, r.before, err, "json");
    json_decref(root);
    return ok;
}

static char *encode(char *to, const char *s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' || c == '~') {
            *to++ = *s;
        } else {
            *to++ = '%';
            *to++ = hex[c >> 4];
            *to++ = hex[c & 15];
        }
    }
    return to;
}

char *pairs_query(const struct pairs *p, struct arena *a)
{
    size_t most = 1;
    for (size_t i = 0; i < p->count; i++)
        most += 3 * (strlen(p->items[i].name) + strlen(p->items[i].value)) + 2;
    char *text = arena_alloc(a, most), *to = text;
    for (size_t i = 0; i < p->count; i++) {
        if (i)
            *to++ = '&';
        to = encode(to, p->items[i].name);
        *to++ = '=';
        to = encode(to, p->items[i].value);
    }
    return text;
}
