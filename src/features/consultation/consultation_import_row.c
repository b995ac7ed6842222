/* consultation_import_row.c -- one row of a ledger to one sheet, or why not.  Pure: reads the mapping, keeps nothing. */
#include "features/consultation/consultation_import.h"

#include "base/count.h"
#include "base/text.h"

#include <sodium.h>
#include <string.h>

enum { CACHE_ROOM = 4096, CACHED_TEXT = 120, SHOWN_TEXT = 30, CELL_MOST = 1 << 20 };

/* Cells of a ledger repeat: what a text means is found once. */
struct import_cache {
    size_t count;
    struct cached {
        const struct field *field;
        const char *text, *codes;
    } items[CACHE_ROOM];
};

void importing_init(struct importing *im, const struct import_mapping *m, const char *office_id, const char *area_code,
                    struct arena *a)
{
    *im = (struct importing){.arena = a, .mapping = m, .office_id = office_id, .area_code = area_code, .today = date_today()};
    im->unknown = NEW_ARRAY(a, IMPORT_UNKNOWN_MOST, struct import_unknown);
    im->cache = NEW(a, struct import_cache);
}

bool importing_read_staff(struct importing *im, struct db *db, struct err *err)
{
    enum { STAFF_MOST = 500 };
    struct import_staff *staff = NEW_ARRAY(im->arena, STAFF_MOST, struct import_staff);
    auto_rows *rows = db_query(db, im->arena, err,
                               "SELECT DISTINCT u.id, u.display_name FROM user_account u JOIN membership m ON m.user_id = u.id"
                               " WHERE m.office_id = $1 LIMIT 500",
                               TEXT(im->office_id));
    while (rows && rows_next(rows) && im->staff_count < STAFF_MOST)
        staff[im->staff_count++] = (struct import_staff){rows_text(rows, 0), text_fold(im->arena, rows_text(rows, 1))};
    im->staff = staff;
    return rows && !rows_failed(rows);
}

/* -- codes --------------------------------------------------------------------------------------------------------------- */

uint64_t import_hash(const void *bytes, size_t size)
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "renkei import";
    unsigned char out[crypto_shorthash_BYTES];
    uint64_t n;
    crypto_shorthash(out, bytes, size, key);
    memcpy(&n, out, sizeof n);
    return n;
}

static struct cached *cached_at(struct import_cache *c, const struct field *f, const char *text)
{
    uint64_t start = import_hash(text, strlen(text)) + (uintptr_t)f->offset * 31;
    for (size_t i = 0; i < CACHE_ROOM; i++) {
        struct cached *item = &c->items[(start + i) % CACHE_ROOM];
        if (!item->field || (item->field == f && !strcmp(item->text, text)))
            return item;
    }
    return NULL;
}

static const char *mapped_code(const struct importing *im, const struct field *f, const char *text, struct arena *a)
{
    if (!im || !im->mapping->values.count)
        return NULL;
    const char *name = arena_printf(a, "%s\x1f%s", f->name, text_fold(a, text));
    return pairs_has(&im->mapping->values, name) ? pairs_get(&im->mapping->values, name) : NULL;
}

static const char *single(const struct importing *im, const struct field *f, const char *text, struct arena *a)
{
    const char *code = mapped_code(im, f, text, a);
    return code ? code : import_code(f, text, a);
}

/* Puts \x1f where one of the marks stands. */
static char *cut_at(struct arena *a, const char *text, const char *const *marks, size_t count)
{
    char *s = arena_strdup(a, text);
    for (size_t k = 0; k < count; k++)
        for (char *at; (at = strstr(s, marks[k]));)
            memset(at, '\x1f', strlen(marks[k]));
    return s;
}

static const char *add_code(const char *codes, const char *code, struct arena *a)
{
    if (!strcmp(code, "-") || codes_has(codes, code))
        return codes;
    return *codes ? arena_printf(a, "%s %s", codes, code) : code;
}

static const char *codes_of_parts(const struct importing *im, const struct field *f, const char *text, int level, struct arena *a,
                                  const char **ret_unknown)
{
    static const char *const strong[] = {"、", "，", ",", "/", "／", ";", "；", "\n", "\t"}, *const weak[] = {"・", "･",  "　",
                                                                                                              " ",  "＋", "+"};
    const char *code = single(im, f, text, a), *codes = "";
    if (code)
        return strcmp(code, "-") ? code : "";
    if (level == 2) {
        *ret_unknown = text;
        return NULL;
    }
    char *rest = level == 0 ? cut_at(a, text, strong, COUNT(strong)) : cut_at(a, text, weak, COUNT(weak));
    const char *whole_unknown = NULL;
    for (char *part; (part = strsep(&rest, "\x1f"));) {
        const char *clean = text_clean(a, part, strlen(part), true);
        if (!*clean)
            continue;
        const char *found = codes_of_parts(im, f, clean, level + 1, a, ret_unknown);
        if (!found) {
            whole_unknown = level == 1 ? text : *ret_unknown; /* A・B is asked for as it stands */
            break;
        }
        for (const char *one; (one = codes_next(&found, a));)
            codes = add_code(codes, one, a);
    }
    if (whole_unknown)
        *ret_unknown = whole_unknown;
    return whole_unknown ? NULL : codes;
}

const char *import_codes(struct importing *im, const struct field *f, const char *text, struct arena *a, const char **ret_unknown)
{
    size_t size = strlen(text);
    struct cached *kept = im && size < CACHED_TEXT ? cached_at(im->cache, f, text) : NULL;
    if (kept && kept->field)
        return kept->codes;
    const char *codes;
    if (f->type == FIELD_CODES && size <= 2000)
        codes = codes_of_parts(im, f, text, 0, a, ret_unknown);
    else {
        codes = size <= 2000 ? single(im, f, text, a) : NULL;
        codes = codes && !strcmp(codes, "-") ? "" : codes;
        *ret_unknown = text;
    }
    if (kept && codes && im->cache->count < CACHE_ROOM / 2) {
        im->cache->count++;
        *kept = (struct cached){f, arena_strdup(im->arena, text), arena_strdup(im->arena, codes)};
    }
    return codes;
}

static void note_unknown(struct importing *im, const struct field *f, const char *text)
{
    for (size_t i = 0; i < im->unknown_count; i++)
        if (!strcmp(im->unknown[i].field, f->name) && !strcmp(im->unknown[i].text, text)) {
            im->unknown[i].count++;
            return;
        }
    if (im->unknown_count == IMPORT_UNKNOWN_MOST || strlen(text) >= CACHED_TEXT)
        im->unknown_more = true;
    else
        im->unknown[im->unknown_count++] = (struct import_unknown){f->name, arena_strdup(im->arena, text), 1};
}

/* -- days and times ------------------------------------------------------------------------------------------------------ */

static int digit_runs(const char *s)
{
    int runs = 0;
    for (bool inside = false; *s; s++) {
        bool digit = *s >= '0' && *s <= '9';
        runs += digit && !inside;
        inside = digit;
    }
    return runs;
}

enum day_reading { DAY_READ, DAY_UNREADABLE, DAY_WITHOUT_YEAR };

/* A day that would be another one if it were typed in another year is only taken when the year is known: in a ledger of the past
 * the nearest 4/15 is mostly the wrong one. */
static enum day_reading read_day(const struct importing *im, const char *text, struct arena *a, struct date *ret_day)
{
    struct date day, other;
    const char *plain = text_fold(a, text);
    if (!date_parse(text, (struct date){2001, 1, 15}, &day)) {
        /* 2/29 needs a leap year. */
        if (digit_runs(plain) != 2 || !date_parse(text, (struct date){2000, 1, 15}, &day))
            return DAY_UNREADABLE;
    }
    bool fixed = date_parse(text, (struct date){1990, 7, 1}, &other) && !date_compare(day, other);
    if (fixed) {
        *ret_day = day;
        return DAY_READ;
    }
    long year = im->mapping->fiscal_year;
    if (!year || digit_runs(plain) != 2)
        return DAY_WITHOUT_YEAR;
    if (!date_parse(text, (struct date){(int16_t)year, 10, 1}, &day) || fiscal_year(day) != year)
        return DAY_WITHOUT_YEAR;
    *ret_day = day;
    return DAY_READ;
}

static char *clock_of(struct arena *a, int minutes)
{
    return arena_printf(a, "%02d:%02d", minutes / 60, minutes % 60);
}

struct moment {
    enum day_reading reading;
    const char *day, *time; /* ISO, "14:03" or "" */
};

/* A day, or a day and a time in one cell. */
static struct moment read_moment(const struct importing *im, const char *text, struct arena *a)
{
    struct date day;
    struct moment m = {.reading = read_day(im, text, a, &day), .day = "", .time = ""};
    if (m.reading == DAY_READ)
        m.day = date_iso(a, day);
    for (const char *at = text + strlen(text); m.reading == DAY_UNREADABLE && at > text; at--) {
        bool blank = *at == ' ' || *at == '\n' || *at == 'T', wide = !strncmp(at, "　", 3);
        if (!blank && !wide)
            continue;
        const char *clock = text_clean(a, at + (wide ? 3 : 1), strlen(at + (wide ? 3 : 1)), true);
        int minutes = time_parse(clock);
        if (minutes < 0 && strlen(clock) == 8 && clock[5] == ':')
            minutes = time_parse(arena_strndup(a, clock, 5)); /* 14:03:00 */
        if (minutes < 0)
            continue;
        m.reading = read_day(im, text_clean(a, text, (size_t)(at - text), true), a, &day);
        if (m.reading != DAY_READ)
            continue;
        m.day = date_iso(a, day);
        m.time = clock_of(a, minutes);
    }
    return m;
}

/* 10:00 or 10:00〜10:30; minutes after midnight, -1 when it is neither. */
static int read_clock(const char *text, struct arena *a, int *ret_until)
{
    static const char *const marks[] = {"～", "〜", "~", "－", "-", "―"};
    int from = time_parse(text);
    *ret_until = -1;
    if (from < 0 && strlen(text) == 8 && text[5] == ':')
        from = time_parse(arena_strndup(a, text, 5));
    for (size_t i = 0; from < 0 && i < COUNT(marks); i++) {
        const char *at = strstr(text, marks[i]);
        if (!at)
            continue;
        const char *rest = at + strlen(marks[i]);
        from = time_parse(text_clean(a, text, (size_t)(at - text), true));
        *ret_until = time_parse(text_clean(a, rest, strlen(rest), true));
        if (from < 0 || (*ret_until < 0 && *rest))
            from = *ret_until = -1;
    }
    return from;
}

/* -- a row --------------------------------------------------------------------------------------------------------------- */

struct turning {
    struct importing *im;
    struct arena *arena;
    struct pairs typed; /* target -> text as it stands in the file */
    struct pairs in;    /* item -> what field_parse takes */
    struct problems own;
};

static const char *said(const struct turning *t, const char *target)
{
    return pairs_get(&t->typed, target);
}

static const char *shown(const struct turning *t, const char *text)
{
    return text_cut(t->arena, text_clean(t->arena, text, strlen(text), true), SHOWN_TEXT);
}

static bool takes_many(const char *target)
{
    enum field_type type = field_find(&consultation_set, import_target_find(target)->field)->type;
    return type == FIELD_LONG_TEXT || type == FIELD_CODES || type == FIELD_ROWS;
}

static void gather(struct turning *t, const struct import_row *row)
{
    const struct import_mapping *m = t->im->mapping;
    for (size_t i = 0; i < m->count && i < row->cell_count; i++) {
        const char *target = m->targets[i];
        if (!*target || !import_target_find(target))
            continue;
        const char *text = text_clean(t->arena, row->cells[i], strnlen(row->cells[i], CELL_MOST), false);
        if (!*text)
            continue;
        if (!pairs_has(&t->typed, target))
            pairs_set(&t->typed, target, text);
        else if (takes_many(target))
            pairs_set(&t->typed, target, arena_printf(t->arena, "%s\n%s", said(t, target), text));
    }
}

static void turn_codes(struct turning *t, const struct field *f, const char *text)
{
    const char *unknown = text, *codes = import_codes(t->im, f, text, t->arena, &unknown);
    if (codes) {
        pairs_set(&t->in, f->name, codes);
        return;
    }
    note_unknown(t->im, f, unknown);
    problem_add(&t->own, f->name, "%sの「%s」は選択肢にありません。どの選択肢にあたるかを選ぶか、ファイルを直してください。",
                f->label, shown(t, unknown));
}

static void turn_day(struct turning *t, const struct field *f, const char *text)
{
    struct moment m = read_moment(t->im, text, t->arena);
    if (m.reading == DAY_READ)
        pairs_set(&t->in, f->name, m.day);
    else if (m.reading == DAY_WITHOUT_YEAR)
        problem_add(&t->own, f->name, "%sの「%s」に年がありません。年を書き足すか、年度を指定してください。", f->label,
                    shown(t, text));
    else
        problem_add(&t->own, f->name, "%sの「%s」を日付として読めません。R6.11.30や2024/11/30のように直してください。", f->label,
                    shown(t, text));
}

/* The moment it came in, from one cell or two; without a time it is 0:00. */
static void turn_received(struct turning *t)
{
    const struct field *f = field_find(&consultation_set, "received_at"),
                       *until_field = field_find(&consultation_set, "ended_at");
    const char *text = said(t, "received_at"), *clock = said(t, "received_at.time");
    if (!*text)
        return;
    struct moment m = read_moment(t->im, text, t->arena);
    if (m.reading != DAY_READ) {
        turn_day(t, f, text);
        return;
    }
    int until = -1, from = *clock ? read_clock(clock, t->arena, &until) : -1;
    if (*clock && from < 0) {
        problem_add(&t->own, f->name, "受付時刻の「%s」を読めません。14:03のように直してください。", shown(t, clock));
        return;
    }
    const char *time = from >= 0 ? clock_of(t->arena, from) : *m.time ? m.time : "00:00";
    pairs_set(&t->in, f->name, arena_printf(t->arena, "%s %s", m.day, time));
    if (until >= 0 && !*said(t, "ended_at") && !*said(t, "ended_at.time"))
        pairs_set(&t->in, until_field->name, arena_printf(t->arena, "%s %s", m.day, clock_of(t->arena, until)));
}

static void turn_ended(struct turning *t)
{
    const char *text = said(t, "ended_at"), *clock = said(t, "ended_at.time"), *received = pairs_get(&t->in, "received_at");
    struct moment m = {.reading = DAY_READ, .day = arena_strndup(t->arena, received, 10), .time = ""};
    if (!*text && !*clock)
        return;
    if (*text)
        m = read_moment(t->im, text, t->arena);
    int ignored, minutes = *clock ? read_clock(clock, t->arena, &ignored) : -1;
    if (m.reading != DAY_READ || (*clock && minutes < 0) || (!*clock && !*m.time)) {
        problem_add(&t->own, "ended_at", "対応終了日時の「%s」を読めません。日付と時刻を14:03のように書いてください。",
                    shown(t, *text ? text : clock));
        return;
    }
    if (*m.day)
        pairs_set(&t->in, "ended_at",
                  arena_printf(t->arena, "%s %s", m.day, minutes >= 0 ? clock_of(t->arena, minutes) : m.time));
}

static void turn_birth(struct turning *t)
{
    const char *text = said(t, "age_band.born");
    struct date born, on = date_from_iso(arena_strndup(t->arena, pairs_get(&t->in, "received_at"), 10));
    if (!*text || *pairs_get(&t->in, "age_band") || !date_is_set(on))
        return;
    if (read_day(t->im, text, t->arena, &born) != DAY_READ || date_age(born, on) < 0)
        problem_add(&t->own, "age_band", "生年月日の「%s」を読めません。S12.3.4や1937/3/4のように直してください。",
                    shown(t, text));
    else
        turn_codes(t, field_find(&consultation_set, "age_band"), arena_printf(t->arena, "%d", date_age(born, on)));
}

/* A known colleague is the 対応者; another name stays readable in the summary. */
static void turn_staff(struct turning *t)
{
    const char *text = said(t, "staff.text"), *folded = text_fold(t->arena, text);
    if (!*text)
        return;
    for (size_t i = 0; i < t->im->staff_count; i++)
        if (!strcmp(t->im->staff[i].folded, folded)) {
            pairs_set(&t->in, "staff_id", t->im->staff[i].id);
            return;
        }
    const char *summary = pairs_get(&t->in, "summary");
    pairs_set(&t->in, "summary", arena_printf(t->arena, "%s%s（担当: %s）", summary, *summary ? "\n" : "", text));
}

static void turn_progress(struct turning *t)
{
    const char *text = said(t, "progress.text"), *received = pairs_get(&t->in, "received_at");
    if (!*text || !*received)
        return;
    const struct progress_entry entry = {arena_strndup(t->arena, received, 10), "", text_cut(t->arena, said(t, "staff.text"), 50),
                                         text};
    pairs_set(&t->in, "progress", field_rows_text(&progress_set, &entry, 1, t->arena));
}

static void turn_plain(struct turning *t)
{
    for (size_t i = 0; i < import_target_count; i++) {
        const struct import_target *target = &import_targets[i];
        const char *text = said(t, target->name);
        if (!*text || strchr(target->name, '.'))
            continue;
        const struct field *f = field_find(&consultation_set, target->field);
        if (f->type == FIELD_CODE || f->type == FIELD_CODES)
            turn_codes(t, f, text);
        else if (f->type == FIELD_DATE)
            turn_day(t, f, text);
        else if (f->type != FIELD_DATETIME)
            pairs_set(&t->in, f->name, text);
    }
}

static void fill_defaults(struct turning *t)
{
    const struct pairs *d = &t->im->mapping->defaults;
    bool is_case = true;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < d->count; i++) {
            const char *field = d->items[i].name;
            bool wanted = strcmp(field, "reason_unresolved") ? true : !strcmp(pairs_get(&t->in, "outcome"), "not_arranged");
            wanted = wanted && (is_case || strcmp(field, "is_ltci_subject") != 0);
            if (pass == !strcmp(field, "subject_kind") || !wanted || !*d->items[i].value)
                continue;
            if (!*pairs_get(&t->in, field) && !problem_of(&t->own, field))
                pairs_set(&t->in, field, d->items[i].value);
        }
        is_case = !strcmp(pairs_get(&t->in, "subject_kind"), "individual_case");
    }
    const char *consent = pairs_get(&t->in, "consent");
    if ((!strcmp(consent, "written") || !strcmp(consent, "verbal")) && !*pairs_get(&t->in, "consent_on") &&
        !problem_of(&t->own, "consent_on"))
        pairs_set(&t->in, "consent_on", arena_strndup(t->arena, pairs_get(&t->in, "received_at"), 10));
}

/* What the row is known by when it comes again: its number and day, or everything that stands in it. */
static uint64_t seed_of(const struct turning *t, const struct import_row *row)
{
    auto_buf key = {0};
    const struct import_mapping *m = t->im->mapping;
    buf_printf(&key, "%s\x1f", t->im->office_id);
    if (*row->sheet.paper_no)
        buf_printf(&key, "no\x1f%s\x1f%.10s", text_fold(t->arena, row->sheet.paper_no), row->sheet.received_at);
    else
        for (size_t i = 0; i < m->count && i < row->cell_count; i++)
            if (*row->cells[i] && !refused_rows_is_own(m->headers[i], t->arena)) {
                const char *text = text_clean(t->arena, row->cells[i], strlen(row->cells[i]), false);
                buf_printf(&key, "%s\x1e%s\x1f", text_fold(t->arena, m->headers[i]), text);
            }
    return import_hash(key.data, key.size);
}

static void collect_problems(struct turning *t, struct import_row *row, const struct problems *parsed)
{
    for (size_t i = 0; i < parsed->count; i++)
        if (!problem_of(&t->own, parsed->items[i].field))
            problem_add(&t->own, parsed->items[i].field, "%s", parsed->items[i].sentence);
    row->problems = t->own.items;
    row->problem_count = t->own.count;
}

bool import_convert(struct importing *im, struct import_row *row)
{
    struct turning t = {.im = im, .arena = row->arena};
    struct problems parsed;
    pairs_init(&t.typed, t.arena);
    pairs_init(&t.in, t.arena);
    problems_init(&t.own, t.arena);
    problems_init(&parsed, t.arena);
    gather(&t, row);
    turn_plain(&t);
    turn_received(&t);
    turn_ended(&t);
    turn_birth(&t);
    turn_staff(&t);
    turn_progress(&t);
    fill_defaults(&t);
    row->sheet = (struct consultation){0};
    field_clear(&consultation_set, &row->sheet);
    row->sheet.head = (struct record_head){.id = "",
                                           .office_id = im->office_id,
                                           .area_code = im->area_code,
                                           .created_at = "",
                                           .created_by = "",
                                           .changed_at = "",
                                           .changed_by = "",
                                           .deleted_at = ""};
    field_parse(&consultation_set, &t.in, im->today, &row->sheet, t.arena, &parsed);
    collect_problems(&t, row, &parsed);
    if (row->problem_count)
        return false;
    row->seed = seed_of(&t, row);
    return true;
}

const char *import_reason(const struct import_row *row)
{
    const char *reason = "";
    for (size_t i = 0; i < row->problem_count; i++)
        reason = arena_printf(row->arena, "%s%s", reason, row->problems[i].sentence);
    return reason;
}
