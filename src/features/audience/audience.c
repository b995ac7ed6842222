#include "features/audience/audience.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/text.h"

#include <string.h>

#define PUBLIC AUDIENCE_PUBLIC, false
#define ALWAYS AUDIENCE_PUBLIC, true
#define PROFESSIONAL AUDIENCE_PROFESSIONAL, false
#define INTERNAL AUDIENCE_INTERNAL, false

/* Imported fields are open data already; the local defaults follow programme.md §9.1: what residents look for is public, what
 * professionals need of each other is theirs. */
const struct audience_field audience_fields[] = {
    {"name", "名称", ALWAYS},
    {"kana", "フリガナ", ALWAYS},
    {"kind", "種類", ALWAYS},
    {"area_code", "地域", ALWAYS},
    {"service", "サービス・診療科", PUBLIC},
    {"address", "住所", PUBLIC},
    {"postal", "郵便番号", PUBLIC},
    {"place", "地図の位置", PUBLIC},
    {"phone", "電話番号", PUBLIC},
    {"fax", "FAX番号", PUBLIC},
    {"url", "ホームページ", PUBLIC},
    {"corporation", "法人", PUBLIC},
    {"corporation_number", "法人番号", PUBLIC},
    {"office_number", "事業所番号・医療機関コード", PUBLIC},
    {"days", "利用できる曜日", PUBLIC},
    {"note", "曜日についての説明", PUBLIC},
    {"hours", "診療時間・営業時間", PUBLIC},
    {"capacity", "定員", PUBLIC},
    {"beds", "病床数", PUBLIC},
    {"notifications", "施設基準の届出", PUBLIC},
    {"raw", "取り込んだ元のデータ", INTERNAL},
    {"home_visits", NULL, PUBLIC},
    {"round_the_clock", NULL, PUBLIC},
    {"end_of_life_care", NULL, PUBLIC},
    {"languages", NULL, PUBLIC},
    {"public_note", NULL, PUBLIC},
    {"visiting_areas", NULL, PUBLIC},
    {"visiting_note", NULL, PUBLIC},
    {"care_district", NULL, PUBLIC},
    {"confirmed_on", NULL, PUBLIC},
    {"new_patient_acceptance", NULL, PROFESSIONAL},
    {"acceptance_condition", NULL, PROFESSIONAL},
    {"medical_procedures", NULL, PROFESSIONAL},
    {"direct_line", NULL, PROFESSIONAL},
    {"doctor_call_times", NULL, PROFESSIONAL},
    {"contact_habits", NULL, PROFESSIONAL},
    {"vacancy", "空き・新規受入の状況", PROFESSIONAL},
    {"internal_memo", NULL, INTERNAL},
    {"confirmed_by", NULL, INTERNAL},
};
const size_t audience_field_count = COUNT(audience_fields);
_Static_assert(COUNT(audience_fields) <= AUDIENCE_FIELDS_MAX, "a level for every field");

static const char *const names[] = {[AUDIENCE_PUBLIC] = "public", [AUDIENCE_PROFESSIONAL] = "professional", [AUDIENCE_INTERNAL] = "internal"};

const char *audience_level_name(enum audience_level level)
{
    return names[level];
}

const char *audience_field_label(const struct audience_field *f)
{
    return f->label ? f->label : field_find(&facility_local_set, f->name)->label;
}

enum audience_level audience_of(const struct session *s)
{
    if (!*s->user_id || s->pending || s->locked || !role_may(s->role, PERM_DIRECTORY_READ))
        return AUDIENCE_PUBLIC;
    return s->role == ROLE_PROFESSIONAL ? AUDIENCE_PROFESSIONAL : AUDIENCE_INTERNAL;
}

static size_t index_of(const char *field)
{
    size_t i = 0;
    while (i < COUNT(audience_fields) && strcmp(audience_fields[i].name, field))
        i++;
    return i;
}

/* A level that cannot be read is the narrowest: nothing is shown by mistake. */
static enum audience_level level_of(const char *name)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (!strcmp(names[i], name))
            return (enum audience_level)i;
    return AUDIENCE_INTERNAL;
}

bool audience_open(struct db *db, enum audience_level viewer, struct arena *a, struct audience *ret, struct err *err)
{
    struct audience who = {.viewer = viewer};
    for (size_t i = 0; i < COUNT(audience_fields); i++)
        who.levels[i] = audience_fields[i].level;
    auto_rows *r = db_query(db, a, err, "SELECT field, level FROM audience_setting");
    while (rows_next(r)) {
        size_t i = index_of(rows_text(r, 0));
        if (i < COUNT(audience_fields) && !audience_fields[i].fixed)
            who.levels[i] = level_of(rows_text(r, 1));
    }
    if (rows_failed(r))
        return false;
    who.sees_all = viewer == AUDIENCE_INTERNAL;
    *ret = who;
    return true;
}

bool audience_sees(const struct audience *who, const char *field)
{
    size_t i = index_of(field);
    return i < COUNT(audience_fields) && who->levels[i] <= who->viewer;
}

/* Members of struct facility by the field that decides about them. */
#define AT(member) offsetof(struct facility, member)
static const struct {
    const char *field;
    size_t offset;
    bool is_number;
} members[] = {
    {"service", AT(service_code), false},
    {"address", AT(address), false},
    {"address", AT(building), false},
    {"postal", AT(postal), false},
    {"place", AT(latitude), true},
    {"place", AT(longitude), true},
    {"phone", AT(phone), false},
    {"fax", AT(fax), false},
    {"url", AT(url), false},
    {"corporation", AT(corporation), false},
    {"corporation_number", AT(corporation_number), false},
    {"office_number", AT(office_number), false},
    {"days", AT(days), false},
    {"note", AT(note), false},
    {"capacity", AT(capacity), true},
    {"beds", AT(beds), true},
    {"raw", AT(raw), false},
};

static void blank(void *at, bool is_number)
{
    if (is_number)
        *(long *)at = FIELD_BLANK;
    else
        *(const char **)at = "";
}

void audience_apply(const struct audience *who, struct facility *f, struct facility_local *l)
{
    if (who->sees_all)
        return;
    for (size_t i = 0; f && i < COUNT(members); i++)
        if (!audience_sees(who, members[i].field))
            blank((char *)f + members[i].offset, members[i].is_number);
    /* The source's own key of a care office holds its number. */
    if (f && !audience_sees(who, "office_number"))
        f->source_key = "";
    for (size_t i = 0; l && i < facility_local_set.count; i++)
        if (!audience_sees(who, facility_local_set.fields[i].name))
            blank((char *)l + facility_local_set.fields[i].offset, facility_local_set.fields[i].type == FIELD_INT);
}

struct words {
    const struct audience *who;
    struct buf *open, *rest;
};

static void add_words(const struct words *w, const char *field, const char *text)
{
    size_t i = index_of(field);
    struct buf *to = i < COUNT(audience_fields) && w->who->levels[i] == AUDIENCE_PUBLIC ? w->open : w->rest;
    if (!text || !*text)
        return;
    if (to->size)
        buf_char(to, ' ');
    buf_text(to, text);
}

static void add_local_words(const struct words *w, const struct facility_local *l, struct arena *a)
{
    for (size_t i = 0; i < facility_local_set.count; i++) {
        const struct field *f = &facility_local_set.fields[i];
        bool is_text = f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT || f->type == FIELD_CODES;
        if (is_text)
            add_words(w, f->name, f->flags & FIELD_PHONE ? text_digits(a, field_text(f, l, a)) : field_display(f, l, a));
    }
}

void audience_search_text(const struct audience *who, const struct facility *f, const struct facility_local *l, const char *parts, struct arena *a,
                          struct buf *open, struct buf *rest)
{
    const struct words w = {who, open, rest};
    const char *service = *f->service_code ? code_label("care_service", f->service_code) : code_label("facility_kind", f->kind);
    const char *const texts[][2] = {
        {"name", f->name}, {"kana", f->kana}, {"address", f->address}, {"corporation", f->corporation}, {"service", service},
        {"service", parts}, {"office_number", f->office_number}, {"phone", text_digits(a, f->phone ? f->phone : "")}, {"note", f->note},
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        add_words(&w, texts[i][0], texts[i][1]);
    if (l && *l->head.id)
        add_local_words(&w, l, a);
}
