#include "features/fhir/fhir_parts.h"

#include "base/buf.h"
#include "base/code_list.h"
#include "base/count.h"
#include "features/area/area.h"
#include "features/contact_person/contact_person.h"
#include "features/facility/facility.h"

#include <string.h>

enum { DAY = 1440, ITEMS = FHIR_ITEMS_MOST, HOLIDAY = 7 };

static bool is_digits(const char *text, size_t size)
{
    return strlen(text) == size && strspn(text, "0123456789") == size;
}

/* ---- numbers ---- */

/* Prefecture, fee table and number, as JP Core has them beside the whole number. */
static void add_medical_number(const struct fhir_source *s, const char *number, struct fhir_entry *e)
{
    struct fhir_extension *parts = NEW_ARRAY(s->arena, 3, struct fhir_extension);
    static const char base[] = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Organization_";
    struct arena *a = s->arena;
    fhir_add(&e->identifiers, a, (struct fhir_item){FHIR_MEDICAL_NUMBER, number, ""});
    if (e->extensions.count)
        return;
    parts[0] = (struct fhir_extension){arena_printf(a, "%sPrefectureNo", base), FHIR_PREFECTURE, arena_strndup(a, number, 2), "", ""};
    parts[1] = (struct fhir_extension){arena_printf(a, "%sInsuranceOrganizationCategory", base), FHIR_FEE_TABLE,
                                       arena_strndup(a, number + 2, 1), "", ""};
    parts[2] = (struct fhir_extension){arena_printf(a, "%sInsuranceOrganizationNo", base), "", "", FHIR_MEDICAL_NUMBER_7, number + 3};
    e->extensions = (struct fhir_list){parts, 3};
}

static void add_numbers(const struct fhir_source *s, const struct facility *f, struct fhir_entry *e)
{
    if (!*f->office_number)
        return;
    if (!strcmp(f->kind, "care"))
        fhir_add(&e->identifiers, s->arena, (struct fhir_item){fhir_own(s, FHIR_OWN_CARE_NUMBER), f->office_number, ""});
    else if (is_digits(f->office_number, 10))
        add_medical_number(s, f->office_number, e);
}

/* ---- place ---- */

static const char *without(const char *text, const char *beginning)
{
    size_t size = strlen(beginning);
    return strncmp(text, beginning, size) ? text : text + size;
}

static const char *degrees(struct arena *a, long millionths)
{
    return millionths == FIELD_BLANK ? "" : arena_printf(a, "%.6f", (double)millionths / 1e6);
}

static void set_place(const struct fhir_source *s, const struct facility *f, struct fhir_entry *e)
{
    struct arena *a = s->arena;
    const char *path = *f->area_code ? area_path(s->db, f->area_code, a) : "";
    bool is_municipality = strlen(path) > 7;
    e->state = strlen(path) >= 6 ? area_name(s->db, arena_strndup(a, path, 6), a) : "";
    e->city = is_municipality ? area_label(s->db, f->area_code, a) : "";
    e->line = *f->address ? without(without(f->address, e->state), e->city) : "";
    e->address = *f->address && strncmp(f->address, e->state, strlen(e->state)) ? arena_printf(a, "%s%s", e->state, f->address) : f->address;
    if (e->line == f->address && *e->city) /* neither is written in the address: a lot number alone */
        e->address = arena_printf(a, "%s%s%s", e->state, e->city, f->address);
    e->postal = is_digits(f->postal, 7) ? arena_printf(a, "%.3s-%s", f->postal, f->postal + 3) : "";
    e->latitude = degrees(a, f->latitude);
    e->longitude = degrees(a, f->longitude);
}

/* ---- services, departments ---- */

static void add_service(const struct fhir_source *s, const char *code, const char *label, struct fhir_entry *e)
{
    if (!*label)
        return;
    bool care = *code && code_find(code_list_find("care_service"), code);
    struct fhir_list *list = care ? &e->services : &e->specialities;
    const char *system = !*code ? "" : fhir_own(s, care ? FHIR_OWN_CARE_SERVICE : FHIR_OWN_SPECIALITY);
    fhir_add(list, s->arena, (struct fhir_item){system, code, care ? code_label("care_service", code) : label});
}

static bool read_services(const struct fhir_source *s, const char *id, struct fhir_entry *e, struct err *err)
{
    auto_rows *r = db_query(s->db, s->arena, err,
                            "SELECT DISTINCT s.code, CASE WHEN s.label = '' THEN s.code ELSE s.label END AS words FROM facility c "
                            "JOIN facility m ON" FACILITY_IS_MEMBER("m", "c") "JOIN facility_service s ON s.facility_id = m.id "
                            "WHERE c.id = $1 ORDER BY s.code, words LIMIT 100", TEXT(id));
    while (r && rows_next(r))
        add_service(s, rows_text(r, 0), rows_text(r, 1), e);
    return r && !rows_failed(r);
}

/* ---- hours ---- */

static const char *const day_codes[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* FHIR's time ends with the day's last second. */
static const char *clock_text(struct arena *a, int minutes)
{
    return minutes >= DAY ? "23:59:59" : arena_printf(a, "%02d:%02d:00", minutes / 60, minutes % 60);
}

struct hours {
    struct fhir_times *items;
    size_t count, room;
    const char *exceptions;
};

/* Days with the same hours are one element. */
static void add_hours(struct hours *h, struct arena *a, int day, int opens, int closes)
{
    bool all_day = opens == 0 && closes >= DAY - 1;
    const char *start = all_day ? "" : clock_text(a, opens), *end = all_day ? "" : clock_text(a, closes);
    for (size_t i = 0; i < h->count; i++)
        if (!strcmp(h->items[i].start, start) && !strcmp(h->items[i].end, end)) {
            if (!strstr(h->items[i].days, day_codes[day]))
                h->items[i].days = arena_printf(a, "%s %s", h->items[i].days, day_codes[day]);
            return;
        }
    if (h->count < h->room)
        h->items[h->count++] = (struct fhir_times){day_codes[day], all_day ? "1" : "", start, end};
}

static const char *add_sentence(struct arena *a, const char *before, const char *sentence)
{
    return arena_printf(a, "%s%s%s", before, *before ? "、" : "", sentence);
}

/* A holiday is no day of the week; hours over midnight go on on the next day. */
static void add_slot(struct hours *h, struct arena *a, int day, int opens, int closes)
{
    if (day == HOLIDAY) {
        h->exceptions = add_sentence(a, h->exceptions, arena_printf(a, "祝日 %d:%02d〜%s%d:%02d", opens / 60, opens % 60, closes > DAY ? "翌" : "",
                                                                    closes % DAY == 0 ? 24 : closes % DAY / 60, closes % 60));
        return;
    }
    add_hours(h, a, day, opens, closes > DAY ? DAY : closes);
    if (closes > DAY)
        add_hours(h, a, (day + 1) % 7, 0, closes - DAY);
}

/* Only the days are known: 平日,土曜日. */
static void add_days(struct hours *h, struct arena *a, const char *days)
{
    static const char *const words[][2] = {{"weekday", "mon tue wed thu fri"}, {"saturday", "sat"}, {"sunday", "sun"}};
    const char *all = "";
    for (size_t i = 0; i < COUNT(words); i++)
        if (codes_has(days, words[i][0]))
            all = arena_printf(a, "%s%s%s", all, *all ? " " : "", words[i][1]);
    if (*all)
        h->items[h->count++] = (struct fhir_times){all, "", "", ""};
    if (codes_has(days, "holiday"))
        h->exceptions = "祝日も利用できます";
}

/* Emergency departments run all day and say nothing about when to come; reception hours are within the others. */
static bool read_hours_of(const struct fhir_source *s, const char *id, struct hours *h, struct err *err)
{
    auto_rows *r = db_query(s->db, s->arena, err,
                            "SELECT DISTINCT opens, closes, day FROM facility_hours WHERE facility_id = $1 AND is_reception = 0 "
                            "AND speciality_code <> '09010' ORDER BY opens, closes, day LIMIT 100", TEXT(id));
    while (r && rows_next(r))
        add_slot(h, s->arena, (int)rows_int(r, 2), (int)rows_int(r, 0), (int)rows_int(r, 1));
    return r && !rows_failed(r);
}

/* Two lists that differ would add up to hours that neither says: the first that has any is taken. */
static bool read_hours(const struct fhir_source *s, const struct facility *f, const char *const *members, size_t count, struct fhir_entry *e,
                       struct err *err)
{
    struct hours h = {.items = NEW_ARRAY(s->arena, ITEMS, struct fhir_times), .room = ITEMS, .exceptions = ""};
    for (size_t i = 0; i < count && !h.count && audience_sees(&s->who, "hours"); i++)
        if (!read_hours_of(s, members[i], &h, err))
            return false;
    if (!h.count)
        add_days(&h, s->arena, f->days);
    e->times = (struct fhir_list){h.items, h.count};
    e->exceptions = h.exceptions;
    return true;
}

/* ---- the whole ---- */

static void set_general(const struct fhir_source *s, const struct facility *f, struct fhir_entry *e)
{
    struct arena *a = s->arena;
    e->id = f->id;
    e->updated = f->imported_at;
    e->name = f->name;
    e->kana = f->kana;
    e->comment = f->note;
    fhir_add(&e->kinds, a, (struct fhir_item){FHIR_ORGANIZATION_TYPE, "prov", "Healthcare Provider"});
    fhir_add(&e->kinds, a, (struct fhir_item){fhir_own(s, FHIR_OWN_KIND), f->kind, code_label("facility_kind", f->kind)});
    fhir_add(&e->categories, a, (struct fhir_item){fhir_own(s, FHIR_OWN_KIND), f->kind, code_label("facility_kind", f->kind)});
    const struct fhir_item contacts[] = {{"phone", f->phone, ""}, {"fax", f->fax, ""}, {"url", f->url, ""}};
    for (size_t i = 0; i < COUNT(contacts); i++)
        if (*contacts[i].value)
            fhir_add(&e->telecom, a, contacts[i]);
    if (is_digits(f->corporation_number, 13)) {
        e->corporation = arena_printf(a, "Organization/" FHIR_CORPORATION "%s", f->corporation_number);
        e->corporation_name = f->corporation;
    }
}

/* No longer listed does not mean closed: then nothing is said about being active. */
static void set_listed(const struct fhir_source *s, bool is_listed, struct fhir_entry *e)
{
    e->active = is_listed ? "1" : "";
    if (!is_listed)
        fhir_add(&e->tags, s->arena, (struct fhir_item){fhir_own(s, FHIR_OWN_LISTING), "not-listed", "最新の公表データにありません"});
}

/* An office is listed while one of its services is. */
static bool set_office(const struct fhir_source *s, enum fhir_set set, const struct facility *f, struct fhir_entry *e, struct err *err)
{
    struct arena *a = s->arena;
    const char *office = f->id, *place = f->id;
    bool is_listed = f->is_listed;
    if (*f->office_number) {
        auto_rows *r = db_query(s->db, a, err,
                                "SELECT MIN(h.id), MIN(CASE WHEN h.address = $3 THEN h.id END), MAX(h.is_listed) FROM facility h "
                                "WHERE h.office_number = $1 AND h.source = $2 AND" FACILITY_IS_SHOWN("h"),
                                TEXT(f->office_number), TEXT(f->source), TEXT(f->address));
        if (!r || !rows_next(r))
            return false;
        office = rows_text(r, 0);
        place = rows_text(r, 1);
        is_listed = set == FHIR_SERVICES ? is_listed : rows_int(r, 2) > 0;
    }
    e->organization = arena_printf(a, "Organization/%s", office);
    e->location = arena_printf(a, "Location/%s", place);
    set_listed(s, is_listed, e);
    return true;
}

static bool has_item(const struct fhir_list *list, const char *value)
{
    const struct fhir_item *items = list->items;
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(items[i].value, value))
            return true;
    return false;
}

/* Sources and numbers of all entries that show as this one. */
static bool add_members(const struct fhir_source *s, const char *const *members, size_t count, struct fhir_entry *e, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        struct facility f;
        if (!facility_find(s->db, members[i], s->arena, &f, err))
            return false;
        audience_apply(&s->who, &f, NULL);
        if (!has_item(&e->tags, f.source))
            fhir_add(&e->tags, s->arena, (struct fhir_item){fhir_own(s, FHIR_OWN_SOURCE), f.source, facility_attribution(s->arena, f.source)});
        if (!has_item(&e->identifiers, f.office_number))
            add_numbers(s, &f, e);
    }
    return true;
}

static void clear(struct fhir_entry *e)
{
    const char **texts[] = {&e->id, &e->updated, &e->name, &e->kana, &e->active, &e->comment, &e->details, &e->exceptions, &e->address, &e->state, &e->city,
                            &e->line, &e->postal, &e->latitude, &e->longitude, &e->organization, &e->location, &e->corporation, &e->corporation_name, &e->service, &e->practitioner, &e->person, &e->accepts,
                            &e->accepts_system, &e->accepts_label, &e->accepts_if, &e->vacancy};
    *e = (struct fhir_entry){.id = ""};
    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = "";
}

static bool unknown(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "fhir.unknown", "no such resource");
}

static bool read_service(const struct fhir_source *s, const struct facility *f, const char *const *members, size_t count, struct fhir_entry *e,
                         struct err *err)
{
    return (!audience_sees(&s->who, "service") || read_services(s, f->id, e, err)) && read_hours(s, f, members, count, e, err) &&
           fhir_read_local(s, members, count, e, err);
}

/* The id of a row that does not speak for its office is no id of an Organization. */
static bool read_facility(const struct fhir_source *s, enum fhir_set set, const char *id, struct fhir_entry *e, struct err *err)
{
    struct facility f;
    const char **members;
    size_t count;
    if (!facility_find(s->db, id, s->arena, &f, err))
        return err->kind == ERR_NOT_FOUND ? unknown(err) : false;
    if (*f.merged_into)
        return unknown(err);
    if (!facility_member_ids(s->db, id, s->arena, &members, &count, err) || !add_members(s, members, count, e, err) ||
        !set_office(s, set, &f, e, err))
        return false;
    audience_apply(&s->who, &f, NULL);
    set_general(s, &f, e);
    set_place(s, &f, e);
    if (set == FHIR_SERVICES)
        return read_service(s, &f, members, count, e, err);
    const char *speaks = strchr(set == FHIR_OFFICES ? e->organization : e->location, '/') + 1;
    return !strcmp(speaks, id) || unknown(err);
}

static bool read_corporation(const struct fhir_source *s, const char *id, struct fhir_entry *e, struct err *err)
{
    const char *number = id + strlen(FHIR_CORPORATION);
    if (strncmp(id, FHIR_CORPORATION, strlen(FHIR_CORPORATION)) || !is_digits(number, 13) || !audience_sees(&s->who, "corporation_number"))
        return unknown(err);
    auto_rows *r = db_query(s->db, s->arena, err,
                            "SELECT corporation, source, (SELECT MAX(imported_at) FROM facility WHERE corporation_number = $1), is_listed "
                            "FROM facility c WHERE corporation_number = $1 AND" FACILITY_IS_SHOWN("c") "ORDER BY is_listed DESC, imported_at DESC, id LIMIT 1", TEXT(number));
    if (!r || !rows_next(r))
        return r && !rows_failed(r) ? unknown(err) : false;
    e->id = id;
    e->name = audience_sees(&s->who, "corporation") ? rows_text(r, 0) : "";
    e->updated = rows_text(r, 2);
    set_listed(s, rows_int(r, 3) > 0, e);
    fhir_add(&e->tags, s->arena, (struct fhir_item){fhir_own(s, FHIR_OWN_SOURCE), rows_text(r, 1), facility_attribution(s->arena, rows_text(r, 1))});
    fhir_add(&e->kinds, s->arena, (struct fhir_item){fhir_own(s, FHIR_OWN_KIND), "corporation", "法人"});
    fhir_add(&e->identifiers, s->arena, (struct fhir_item){fhir_own(s, FHIR_OWN_CORPORATE_NUMBER), number, ""});
    return true;
}

/* Only a person who agreed and is still there; what else is known of the person stays inside. */
static bool find_person(const struct fhir_source *s, const char *id, struct contact_person *ret, const char **ret_facility, struct err *err)
{
    auto_rows *r = db_query(s->db, s->arena, err,
                            "SELECT p.name, p.profession, p.post, p.phone, p.mail, p.reach_times, p.changed_at, p.kana, c.id" FHIR_PUBLIC_PEOPLE " AND p.id = $1",
                            TEXT(id));
    if (!r || !rows_next(r))
        return r && !rows_failed(r) ? unknown(err) : false;
    *ret = (struct contact_person){.name = rows_text(r, 0), .profession = rows_text(r, 1), .post = rows_text(r, 2), .phone = rows_text(r, 3),
                                   .mail = rows_text(r, 4), .reach_times = rows_text(r, 5), .head.changed_at = rows_text(r, 6), .kana = rows_text(r, 7)};
    *ret_facility = rows_text(r, 8);
    return true;
}

static const char *narrow_blanks(struct arena *a, const char *text)
{
    static const char wide[] = "　";
    const char *at = strstr(text, wide);
    return at ? narrow_blanks(a, arena_printf(a, "%.*s %s", (int)(at - text), text, at + strlen(wide))) : text;
}

/* "見本 花子" has a family and a given name; what is not two words has neither.  Source: standards.md §1.2, JP_HumanName. */
static struct fhir_name name_of(struct arena *a, const char *representation, const char *text)
{
    const char *given = text + strcspn(text, " "), *behind = *given ? given + 1 : given;
    bool two = given > text && *behind && !strchr(behind, ' ');
    return (struct fhir_name){representation, text, two ? arena_strndup(a, text, (size_t)(given - text)) : "", two ? behind : ""};
}

static void set_names(struct arena *a, const struct contact_person *x, struct fhir_entry *e)
{
    struct fhir_name *names = NEW_ARRAY(a, 2, struct fhir_name);
    const char *name = narrow_blanks(a, x->name), *kana = narrow_blanks(a, x->kana);
    names[0] = name_of(a, "IDE", name);
    names[1] = name_of(a, "SYL", kana);
    e->names = (struct fhir_list){names, *kana ? 2 : 1};
}

static bool read_person(const struct fhir_source *s, const char *id, struct fhir_entry *e, struct err *err)
{
    struct arena *a = s->arena;
    struct contact_person x = {.head.changed_at = ""};
    struct facility f;
    const char *facility = "";
    if (!find_person(s, id, &x, &facility, err) || !facility_find(s->db, facility, a, &f, err) || !set_office(s, FHIR_SERVICES, &f, e, err))
        return false;
    e->id = id;
    e->updated = x.head.changed_at;
    e->person = x.name;
    e->practitioner = arena_printf(a, "Practitioner/%s", id);
    set_names(a, &x, e);
    e->active = "1";
    e->tags.count = 0;
    e->service = arena_printf(a, "HealthcareService/%s", f.id);
    e->exceptions = x.reach_times;
    fhir_add(&e->identifiers, a, (struct fhir_item){FHIR_INSTANCE, id, ""});
    if (*x.profession)
        fhir_add(&e->roles, a, (struct fhir_item){fhir_own(s, FHIR_OWN_PROFESSION), x.profession, *x.post ? x.post : code_label("profession", x.profession)});
    const struct fhir_item contacts[] = {{"phone", x.phone, ""}, {"email", x.mail, ""}};
    for (size_t i = 0; i < COUNT(contacts); i++)
        if (*contacts[i].value)
            fhir_add(&e->telecom, a, contacts[i]);
    return true;
}

bool fhir_entry_read(const struct fhir_source *s, enum fhir_set set, const char *id, struct fhir_entry *ret, struct err *err)
{
    clear(ret);
    switch (set) {
    case FHIR_CORPORATIONS: return read_corporation(s, id, ret, err);
    case FHIR_PEOPLE: return read_person(s, id, ret, err);
    case FHIR_SERVICES: case FHIR_OFFICES: case FHIR_PLACES: break;
    }
    return read_facility(s, set, id, ret, err);
}
