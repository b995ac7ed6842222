/* field_parse.c -- what a person typed, field by field, to values or to sentences that say what to do. */
#include "base/field.h"

#include "base/code_list.h"
#include "base/field_member.h"
#include "base/text.h"

#include <string.h>

enum { MOST_INDEX = 1000, LONGEST_ID = 64 };

/* Where the input comes from and where problems go.  In a row of a table the pairs are the row's own, `prefix` is
 * "attendees.0." and `place` is 「1行目の」. */
struct parsing {
    const struct pairs *in;
    struct date today;
    void *row;
    struct arena *arena;
    struct problems *problems;
    const char *prefix, *place;
};

#define COMPLAIN(p, f, sentence, ...)                                                                                            \
    problem_add((p)->problems, name_of((p), (f)), "%s%s" sentence, (p)->place, (f)->label, ##__VA_ARGS__)

static const char *name_of(const struct parsing *p, const struct field *f)
{
    return arena_printf(p->arena, "%s%s", p->prefix, f->name);
}

static const char *typed_line(const struct parsing *p, const struct field *f)
{
    const char *typed = pairs_get(p->in, f->name);
    return text_clean(p->arena, typed, strlen(typed), true);
}

static void check_length(const struct parsing *p, const struct field *f, const char *text, long otherwise)
{
    long max = f->max ? f->max : otherwise, length = (long)text_length(text);
    if (length > max)
        COMPLAIN(p, f, "が%ld文字長すぎます。%ld文字以内に縮めてください。", length - max, max);
}

/* Digits and signs in half width, every dash and ー as '-'. */
static const char *plain_phone(const struct parsing *p, const char *text)
{
    /* Half width in the arena first: a phone number has no kana, so that ー can only be a hyphen. */
    const char *half = text_katakana(p->arena, text);
    char *phone = arena_alloc(p->arena, strlen(half) + 1), *to = phone;
    while (*half) {
        static const char *const dashes[] = {"ー", "‐", "‑", "‒", "–", "—", "―", "−", "─"};
        size_t i = 0;
        while (i < sizeof dashes / sizeof *dashes && strncmp(half, dashes[i], strlen(dashes[i])))
            i++;
        bool dash = i < sizeof dashes / sizeof *dashes;
        *to++ = dash ? '-' : *half;
        half += dash ? strlen(dashes[i]) : 1;
    }
    return phone;
}

static void parse_text(const struct parsing *p, const struct field *f)
{
    const char *text = typed_line(p, f);
    if (f->flags & FIELD_PHONE) {
        const char *phone = plain_phone(p, text);
        if (*phone && (strspn(phone, "0123456789-()+ ") != strlen(phone) || !*text_digits(p->arena, phone)))
            COMPLAIN(p, f, "に使えない文字があります。06-1234-5678 のように、数字とハイフンで入力してください。");
        else
            text = phone;
    }
    check_length(p, f, text, 200);
    *field_text_at(f, p->row) = text;
}

static void parse_long_text(const struct parsing *p, const struct field *f)
{
    const char *typed = pairs_get(p->in, f->name);
    const char *text = text_clean(p->arena, typed, strlen(typed), false);
    check_length(p, f, text, 2000);
    *field_text_at(f, p->row) = text;
}

static void parse_kana(const struct parsing *p, const struct field *f)
{
    const char *text = text_katakana(p->arena, typed_line(p, f));
    if (!text_is_kana(text)) {
        COMPLAIN(p, f, "にカタカナ以外の文字があります。「ミホン ハナコ」のように、カタカナで入力してください。");
        return;
    }
    check_length(p, f, text, 200);
    *field_text_at(f, p->row) = text;
}

/* An int whose table row leaves both limits 0 is a count of something. */
static long highest(const struct field *f)
{
    return f->min || f->max ? f->max : 999999999;
}

static const char *int_range(const struct parsing *p, const struct field *f)
{
    if (!f->min && !f->max)
        return "0以上";
    return arena_printf(p->arena, "%ldから%ldまで", f->min, highest(f));
}

/* 1,440 and １４４０ are numbers too. */
static const char *plain_number(const struct parsing *p, const char *typed)
{
    char *text = text_katakana(p->arena, typed), *to = text;
    for (const char *at = text; *at;) {
        if (*at == ',' || *at == ' ') {
            at++;
        } else if (!strncmp(at, "−", strlen("−"))) {
            *to++ = '-';
            at += strlen("−");
        } else {
            *to++ = *at++;
        }
    }
    *to = '\0';
    return *text == '+' ? text + 1 : text;
}

static bool is_decimal(const char *text)
{
    size_t whole = strspn(text, "-0123456789");
    return whole && text[whole] == '.' && text[whole + 1] && !text[whole + 1 + strspn(text + whole + 1, "0123456789")];
}

static void parse_int(const struct parsing *p, const struct field *f)
{
    const char *text = plain_number(p, typed_line(p, f));
    long n;
    if (!*text)
        return;
    if (field_int_from_text(text, &n) && n >= f->min && n <= highest(f))
        *field_int_at(f, p->row) = n;
    else if (is_decimal(text))
        COMPLAIN(p, f, "に小数は使えません。%sの整数で入力してください。", int_range(p, f));
    else
        COMPLAIN(p, f, "は%sの数字で入力してください。", int_range(p, f));
}

static bool is_future(const struct parsing *p, const struct field *f, struct date d)
{
    if (!(f->flags & FIELD_PAST) || date_compare(d, p->today) <= 0)
        return false;
    COMPLAIN(p, f, "が未来の日付です。今日以前の日付を入力してください。");
    return true;
}

static void parse_date(const struct parsing *p, const struct field *f)
{
    const char *text = typed_line(p, f);
    struct date d;
    if (!*text)
        return;
    if (!date_parse(text, p->today, &d))
        COMPLAIN(p, f, "を読み取れません。「R6.11.30」「令和6年11月30日」「2024-11-30」のように入力してください。");
    else if (!is_future(p, f, d))
        *field_text_at(f, p->row) = date_iso(p->arena, d);
}

static const char *clock_text(const struct parsing *p, int minutes)
{
    return arena_printf(p->arena, "%02d:%02d", minutes / 60, minutes % 60);
}

static void parse_time(const struct parsing *p, const struct field *f)
{
    const char *text = typed_line(p, f);
    int minutes = time_parse(text);
    if (!*text)
        return;
    if (minutes < 0)
        COMPLAIN(p, f, "を読み取れません。「14:03」のように、24時間制で入力してください。");
    else
        *field_text_at(f, p->row) = clock_text(p, minutes);
}

/* The browser's own date-time box may add seconds: "14:03:00". */
static int clock_part(const char *text, struct arena *a)
{
    size_t n = strlen(text);
    bool seconds = n == 8 && text[2] == ':' && text[5] == ':' && strspn(text + 6, "0123456789") == 2;
    return time_parse(seconds ? arena_strndup(a, text, 5) : text);
}

/* Splits at any T or blank, because both halves may hold blanks themselves. */
static bool split_datetime(const struct parsing *p, const char *text, struct date *ret_date, int *ret_minutes)
{
    static const char wide_blank[] = "　";
    for (const char *at = text + 1; *text && *at; at++) {
        bool wide = !strncmp(at, wide_blank, strlen(wide_blank));
        if (*at != 'T' && *at != ' ' && !wide)
            continue;
        int minutes = clock_part(at + (wide ? strlen(wide_blank) : 1), p->arena);
        if (minutes >= 0 && date_parse(arena_strndup(p->arena, text, (size_t)(at - text)), p->today, ret_date)) {
            *ret_minutes = minutes;
            return true;
        }
    }
    return false;
}

static void parse_datetime(const struct parsing *p, const struct field *f)
{
    const char *text = typed_line(p, f);
    struct date d;
    int minutes;
    if (!*text)
        return;
    if (split_datetime(p, text, &d, &minutes)) {
        if (!is_future(p, f, d))
            *field_text_at(f, p->row) = arena_printf(p->arena, "%sT%s", date_iso(p->arena, d), clock_text(p, minutes));
    } else if (date_parse(text, p->today, &d)) {
        COMPLAIN(p, f, "の時刻がありません。「%s 14:03」のように、時刻も入力してください。", date_wareki_short(p->arena, d));
    } else if (time_parse(text) >= 0) {
        COMPLAIN(p, f, "の日付がありません。「今日 %s」のように、日付も入力してください。", clock_text(p, time_parse(text)));
    } else {
        COMPLAIN(p, f, "を読み取れません。「R6.11.30 14:03」「今日 9:15」のように入力してください。");
    }
}

static void parse_code(const struct parsing *p, const struct field *f)
{
    const char *text = typed_line(p, f);
    const struct code *code = code_find(code_list_find(f->codes), text);
    if (code)
        *field_text_at(f, p->row) = code->code;
    else if (*text)
        COMPLAIN(p, f, "に一覧にない値があります。一覧から選んでください。");
}

static void check_count(const struct parsing *p, const struct field *f, long count)
{
    /* Whether none is enough is a matter of `required`, which is asked later. */
    if (count && count < f->min)
        COMPLAIN(p, f, "を%ldつ以上選んでください。", f->min);
    else if (f->max && count > f->max)
        COMPLAIN(p, f, "は%ldつまで選べます。%ldつ減らしてください。", f->max, count - f->max);
}

static const char *append_word(const struct parsing *p, const char *list, const char *word)
{
    return *list ? arena_printf(p->arena, "%s %s", list, word) : word;
}

static void parse_codes(const struct parsing *p, const struct field *f)
{
    const char *typed = pairs_joined(p->in, f->name), *rest = typed, *chosen = "";
    const struct code_list *list = code_list_find(f->codes);
    for (const char *code; (code = codes_next(&rest, p->arena));)
        if (!code_find(list, code)) {
            COMPLAIN(p, f, "に一覧にない値があります。一覧から選んでください。");
            return;
        }
    long count = 0;
    for (size_t i = 0; list && i < list->count; i++)
        if (codes_has(typed, list->codes[i].code)) {
            chosen = append_word(p, chosen, list->codes[i].code);
            count++;
        }
    *field_text_at(f, p->row) = chosen;
    check_count(p, f, count);
}

/* UUIDs, area codes and other keys made by programs; what they point to is for the store to know. */
static bool is_id(const char *s)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:";
    size_t n = strlen(s);
    return n >= 1 && n <= LONGEST_ID && strspn(s, letters) == n;
}

static void parse_ref(const struct parsing *p, const struct field *f)
{
    const char *text = typed_line(p, f);
    if (is_id(text))
        *field_text_at(f, p->row) = text;
    else if (*text)
        COMPLAIN(p, f, "を読み取れません。候補の一覧から選んでください。");
}

static void parse_refs(const struct parsing *p, const struct field *f)
{
    const char *rest = pairs_joined(p->in, f->name), *chosen = "";
    long count = 0;
    for (const char *id; (id = codes_next(&rest, p->arena));) {
        if (!is_id(id)) {
            COMPLAIN(p, f, "を読み取れません。候補の一覧から選んでください。");
            return;
        }
        if (codes_has(chosen, id))
            continue;
        chosen = append_word(p, chosen, id);
        count++;
    }
    *field_text_at(f, p->row) = chosen;
    check_count(p, f, count);
}

/* The input of each row, by its number in the form; NULL where the form has none. */
struct typed_rows {
    struct pairs *rows[MOST_INDEX];
    size_t count;
    bool too_many;
};

static void sort_rows(const struct parsing *p, const struct field *f, const struct pairs *in, struct typed_rows *to)
{
    size_t n = strlen(f->name);
    for (size_t i = 0; i < in->count; i++) {
        const char *at = in->items[i].name;
        if (strncmp(at, f->name, n) || at[n] != '.')
            continue;
        at += n + 1;
        size_t digits = strspn(at, "0123456789");
        if (!digits || at[digits] != '.')
            continue;
        long index = MOST_INDEX;
        if (digits > 3 || !field_int_from_text(arena_strndup(p->arena, at, digits), &index)) {
            to->too_many = true;
            continue;
        }
        if (!to->rows[index]) {
            to->rows[index] = NEW(p->arena, struct pairs);
            pairs_init(to->rows[index], p->arena);
            to->count++;
        }
        pairs_add(to->rows[index], at + digits + 1, in->items[i].value);
    }
}

static bool is_typed(const struct parsing *p, const struct field_set *set, const struct pairs *in)
{
    for (size_t i = 0; i < set->count; i++) {
        const char *typed = set->fields[i].flags & FIELD_COMPUTED ? "" : pairs_joined(in, set->fields[i].name);
        if (*text_clean(p->arena, typed, strlen(typed), true))
            return true;
    }
    return false;
}

static void parse_fields(const struct parsing *p, const struct field_set *set, bool partial);

/* The row's own rules; they name its fields without knowing where the row stands. */
static void check_row(const struct parsing *p, const struct field_set *set)
{
    if (!set->check)
        return;
    struct problems found;
    problems_init(&found, p->arena);
    set->check(p->row, p->today, &found);
    for (size_t i = 0; i < found.count; i++)
        problem_add(p->problems, arena_printf(p->arena, "%s%s", p->prefix, found.items[i].field), "%s%s", p->place,
                    found.items[i].sentence);
}

/* Stored text given under the field's own name (copies, imports) is taken apart first. */
static bool unpack_rows(const struct parsing *p, const struct field *f, struct pairs *ret_in)
{
    const char *stored = pairs_get(p->in, f->name);
    pairs_init(ret_in, p->arena);
    if (!*stored)
        return true;
    const char *json = arena_printf(p->arena, "{\"%s\":%s}", f->name, stored);
    if (pairs_parse_json(ret_in, json, strlen(json), (size_t)MOST_INDEX * 64, NULL))
        return true;
    COMPLAIN(p, f, "を読み取れません。もう一度入力してください。");
    return false;
}

static void parse_rows(const struct parsing *p, const struct field *f)
{
    struct pairs stored;
    if (!unpack_rows(p, f, &stored))
        return;
    struct typed_rows *typed = NEW(p->arena, struct typed_rows);
    sort_rows(p, f, stored.count ? &stored : p->in, typed);
    char *items = arena_array(p->arena, typed->count, f->rows->size);
    long count = 0, max = f->max ? f->max : FIELD_MOST_ROWS;
    for (size_t i = 0; i < MOST_INDEX; i++) {
        if (!typed->rows[i] || !is_typed(p, f->rows, typed->rows[i]))
            continue;
        struct parsing each = *p;
        each.in = typed->rows[i];
        each.row = items + (size_t)count++ * f->rows->size;
        each.prefix = arena_printf(p->arena, "%s%s.%zu.", p->prefix, f->name, i);
        each.place = arena_printf(p->arena, "%zu行目の", i + 1);
        field_clear(f->rows, each.row);
        parse_fields(&each, f->rows, false);
        check_row(&each, f->rows);
    }
    *field_text_at(f, p->row) = field_rows_text(f->rows, items, (size_t)count, p->arena);
    if (typed->too_many || count > max)
        COMPLAIN(p, f, "が多すぎます。%ld行以内にしてください。", max);
    else if (count && count < f->min)
        COMPLAIN(p, f, "は%ld行以上必要です。あと%ld行入力してください。", f->min, f->min - count);
}

static void parse_one(const struct parsing *p, const struct field *f)
{
    if (f->type == FIELD_INT)
        *field_int_at(f, p->row) = FIELD_BLANK;
    else
        *field_text_at(f, p->row) = field_blank_text(f);
    switch (f->type) {
    case FIELD_TEXT: parse_text(p, f); break;
    case FIELD_LONG_TEXT: parse_long_text(p, f); break;
    case FIELD_KANA: parse_kana(p, f); break;
    case FIELD_INT: parse_int(p, f); break;
    case FIELD_DATE: parse_date(p, f); break;
    case FIELD_TIME: parse_time(p, f); break;
    case FIELD_DATETIME: parse_datetime(p, f); break;
    case FIELD_CODE: parse_code(p, f); break;
    case FIELD_CODES: parse_codes(p, f); break;
    case FIELD_REF: parse_ref(p, f); break;
    case FIELD_REFS: parse_refs(p, f); break;
    case FIELD_ROWS: parse_rows(p, f); break;
    }
}

static void complain_of_blank(const struct parsing *p, const struct field *f)
{
    long least = f->min > 1 ? f->min : 1;
    switch (f->type) {
    case FIELD_CODE:
    case FIELD_REF: COMPLAIN(p, f, "を選んでください。"); break;
    case FIELD_CODES:
    case FIELD_REFS: COMPLAIN(p, f, "を%ldつ以上選んでください。", least); break;
    case FIELD_ROWS: COMPLAIN(p, f, "を%ld行以上入力してください。", least); break;
    default: COMPLAIN(p, f, "を入力してください。"); break;
    }
}

static bool may_be_blank(const struct field *f, const void *row)
{
    if (f->required_when)
        return !f->required && !f->required_when(row);
    bool several = f->type == FIELD_CODES || f->type == FIELD_REFS || f->type == FIELD_ROWS;
    return !f->required && !(several && f->min > 0);
}

static bool has_prefix(const struct pairs *in, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < in->count; i++)
        if (!strncmp(in->items[i].name, name, n) && in->items[i].name[n] == '.')
            return true;
    return false;
}

static bool is_asked(const struct parsing *p, const struct field *f, bool partial)
{
    if (f->flags & FIELD_COMPUTED)
        return false;
    return !partial || pairs_has(p->in, f->name) || (f->type == FIELD_ROWS && has_prefix(p->in, f->name));
}

/* Members that nothing sets must not stay NULL. */
static void fill_gaps(const struct field_set *set, void *row)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct field *f = &set->fields[i];
        if (f->type != FIELD_INT && !*field_text_at(f, row))
            *field_text_at(f, row) = field_blank_text(f);
    }
}

static void parse_fields(const struct parsing *p, const struct field_set *set, bool partial)
{
    fill_gaps(set, p->row);
    for (size_t i = 0; i < set->count; i++)
        if (is_asked(p, &set->fields[i], partial))
            parse_one(p, &set->fields[i]);
    for (size_t i = 0; i < set->count; i++) {
        const struct field *f = &set->fields[i];
        if (is_asked(p, f, partial) && field_is_blank(f, p->row, p->arena) && !may_be_blank(f, p->row) &&
            !problem_of(p->problems, name_of(p, f)))
            complain_of_blank(p, f);
    }
}

static bool parse_set(const struct field_set *set, const struct pairs *in, struct date today, void *row, struct arena *a,
                      struct problems *problems, bool partial)
{
    size_t before = problems->count;
    struct parsing p = {in, today, row, a, problems, "", ""};
    parse_fields(&p, set, partial);
    if (set->check)
        set->check(row, today, problems);
    return problems->count == before;
}

bool field_parse(const struct field_set *set, const struct pairs *in, struct date today, void *row, struct arena *a,
                 struct problems *problems)
{
    return parse_set(set, in, today, row, a, problems, false);
}

bool field_parse_partial(const struct field_set *set, const struct pairs *in, struct date today, void *row, struct arena *a,
                         struct problems *problems)
{
    return parse_set(set, in, today, row, a, problems, true);
}
