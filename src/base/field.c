/* field.c -- values of fields as text; field_parse.c reads input, field_rows.c the small tables. */
#include "base/field.h"

#include "base/buf.h"
#include "base/code_list.h"
#include "base/field_member.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void problems_init(struct problems *p, struct arena *a)
{
    *p = (struct problems){.arena = a};
}

void problem_add(struct problems *p, const char *field, const char *sentence, ...)
{
    if (p->count == p->room) {
        size_t room = p->room ? p->room * 2 : 8;
        struct problem *items = NEW_ARRAY(p->arena, room, struct problem);
        if (p->count)
            memcpy(items, p->items, p->count * sizeof *items);
        p->items = items;
        p->room = room;
    }
    va_list args;
    va_start(args, sentence);
    const char *text = arena_vprintf(p->arena, sentence, args);
    va_end(args);
    p->items[p->count++] = (struct problem){arena_strdup(p->arena, field), text};
}

const char *problem_of(const struct problems *p, const char *field)
{
    for (size_t i = 0; i < p->count; i++)
        if (!strcmp(p->items[i].field, field))
            return p->items[i].sentence;
    return NULL;
}

const struct field *field_find(const struct field_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (!strcmp(set->fields[i].name, name))
            return &set->fields[i];
    return NULL;
}

const char *field_blank_text(const struct field *f)
{
    return f->type == FIELD_ROWS ? "[]" : "";
}

void field_clear(const struct field_set *set, void *row)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct field *f = &set->fields[i];
        if (f->type == FIELD_INT)
            *field_int_at(f, row) = FIELD_BLANK;
        else
            *field_text_at(f, row) = field_blank_text(f);
    }
}

/* A row is never changed through these two: the casts only share the way to the member. */
static long int_of(const struct field *f, const void *row)
{
    return *(const long *)(const void *)((const char *)row + f->offset);
}

static const char *text_of(const struct field *f, const void *row)
{
    const char *text = *(const char *const *)(const void *)((const char *)row + f->offset);
    return text ? text : field_blank_text(f);
}

const char *field_text(const struct field *f, const void *row, struct arena *a)
{
    if (f->type != FIELD_INT)
        return text_of(f, row);
    return int_of(f, row) == FIELD_BLANK ? "" : arena_printf(a, "%ld", int_of(f, row));
}

bool field_is_blank(const struct field *f, const void *row, struct arena *a)
{
    const char *text = field_text(f, row, a);
    return !*text || (f->type == FIELD_ROWS && !strcmp(text, "[]"));
}

bool field_int_from_text(const char *text, long *ret_number)
{
    const char *digits = *text == '-' ? text + 1 : text;
    errno = 0;
    long n = strtol(text, NULL, 10);
    if (!*digits || digits[strspn(digits, "0123456789")] || errno || n == FIELD_BLANK)
        return false;
    *ret_number = n;
    return true;
}

void field_set_text(const struct field *f, void *row, const char *text, struct arena *a)
{
    if (f->type == FIELD_INT) {
        long n = FIELD_BLANK;
        field_int_from_text(text ? text : "", &n);
        *field_int_at(f, row) = n;
    } else {
        *field_text_at(f, row) = text && *text ? arena_strdup(a, text) : field_blank_text(f);
    }
}

static const char *with_separators(long n, struct arena *a)
{
    char plain[32];
    int count = snprintf(plain, sizeof plain, "%ld", n), sign = n < 0;
    char *text = arena_alloc(a, (size_t)count * 2 + 1), *to = text;
    for (int i = 0; i < count; i++) {
        if (i > sign && (count - i) % 3 == 0)
            *to++ = ',';
        *to++ = plain[i];
    }
    return text;
}

static const char *labels(const char *list, const char *codes, struct arena *a)
{
    auto_buf out = {0};
    for (const char *code; (code = codes_next(&codes, a));) {
        if (out.size)
            buf_text(&out, "、");
        buf_text(&out, code_label(list, code));
    }
    return arena_strndup(a, out.data, out.size);
}

static const char *datetime_label(const char *text, struct arena *a)
{
    struct date d = strlen(text) == 16 ? date_from_iso(arena_strndup(a, text, 10)) : (struct date){0};
    return date_is_set(d) ? arena_printf(a, "%s %s", date_wareki(a, d), text + 11) : text;
}

/* A line for each row, what is filled in it side by side. */
static const char *rows_label(const struct field *f, const void *row, struct arena *a)
{
    size_t count;
    const char *items = field_rows(f, row, a, &count);
    auto_buf out = {0};
    for (size_t r = 0; r < count; r++) {
        const char *separator = r ? "\n" : "";
        for (size_t i = 0; i < f->rows->count; i++) {
            const char *text = field_display(&f->rows->fields[i], items + r * f->rows->size, a);
            if (!*text)
                continue;
            buf_text(&out, separator);
            buf_text(&out, text);
            separator = "／";
        }
    }
    return arena_strndup(a, out.data, out.size);
}

const char *field_display(const struct field *f, const void *row, struct arena *a)
{
    switch (f->type) {
    case FIELD_INT: return int_of(f, row) == FIELD_BLANK ? "" : with_separators(int_of(f, row), a);
    case FIELD_DATE: {
        struct date d = date_from_iso(text_of(f, row));
        return date_is_set(d) ? date_wareki(a, d) : text_of(f, row);
    }
    case FIELD_DATETIME: return datetime_label(text_of(f, row), a);
    case FIELD_CODE: return code_label(f->codes, text_of(f, row));
    case FIELD_CODES: return labels(f->codes, text_of(f, row), a);
    case FIELD_ROWS: return rows_label(f, row, a);
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_KANA:
    case FIELD_TIME:
    case FIELD_REF:
    case FIELD_REFS: break;
    }
    return text_of(f, row);
}

bool codes_has(const char *codes, const char *code)
{
    size_t n = strlen(code);
    while (n && *codes) {
        size_t word = strcspn(codes, " ");
        if (word == n && !memcmp(codes, code, n))
            return true;
        codes += word;
        codes += strspn(codes, " ");
    }
    return false;
}

const char *codes_next(const char **list, struct arena *a)
{
    const char *from = *list + strspn(*list, " ");
    size_t n = strcspn(from, " ");
    *list = from + n;
    return n ? arena_strndup(a, from, n) : NULL;
}
