#include "features/fhir/fhir_param.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/date.h"
#include "base/text.h"
#include "features/directory/directory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* What SQL says of a number that add_medical_number takes. */
#define IS_MEDICAL "c.kind <> 'care' AND LENGTH(c.office_number) = 10 AND LTRIM(c.office_number, '0123456789') = ''"

static void nothing(struct fhir_question *x)
{
    query_add(x->query, "1 = 0");
}

static bool is_corporations(const struct fhir_question *x)
{
    return x->set == FHIR_CORPORATIONS;
}

/* ---- values ---- */

static const char *like(struct arena *a, const char *before, const char *value, const char *after)
{
    auto_buf out = {0};
    buf_text(&out, before);
    for (; *value; value++) {
        if (strchr("!%_", *value))
            buf_char(&out, '!');
        buf_char(&out, *value);
    }
    buf_text(&out, after);
    return arena_strdup(a, out.data ? out.data : "");
}

/* "SYSTEM|CODE", "CODE", "SYSTEM|" or "|CODE"; `system` NULL when the value does not say. */
struct token {
    const char *system, *code;
};
static struct token token_of(struct fhir_question *x, const char *value)
{
    const char *bar = strchr(value, '|');
    if (!bar)
        return (struct token){NULL, value};
    return (struct token){arena_strndup(x->source->arena, value, (size_t)(bar - value)), bar + 1};
}

static bool has_system(const struct token *t, const char *system)
{
    return !t->system || !strcmp(t->system, system);
}

static bool has_own_system(const struct fhir_question *x, const struct token *t, const char *below)
{
    return has_system(t, arena_printf(x->source->arena, "%s%s", x->source->base, below));
}

/* "Organization/ID", "ID" or the whole address; "" for another type. */
static const char *reference_of(const struct fhir_question *x, const char *type, const char *value)
{
    size_t base = strlen(x->source->base), name = strlen(type);
    if (!strncmp(value, x->source->base, base) && value[base] == '/')
        value += base + 1;
    if (!strncmp(value, type, name) && value[name] == '/')
        return value + name + 1;
    return strchr(value, '/') ? "" : value;
}

static bool read_number(const char **at, size_t digits, int least, int most, int *ret)
{
    if (strspn(*at, "0123456789") < digits)
        return false;
    int n = 0;
    for (size_t i = 0; i < digits; i++)
        n = n * 10 + (*(*at)++ - '0');
    *ret = n;
    return n >= least && n <= most;
}

struct moment {
    struct tm tm;
    int zone;         /* minutes east of Greenwich */
    char smallest;    /* y m d M S: the part given last */
};

/* A blank is a '+' that was not escaped in an address. */
static bool read_zone(const char *at, int *ret_zone)
{
    int hours = 0, minutes = 0, sign = *at == '-' ? -1 : 1;
    if (!strcmp(at, "Z"))
        return *ret_zone = 0, true;
    if (!*at || !strchr("+- ", *at++) || !read_number(&at, 2, 0, 14, &hours) || *at++ != ':' || !read_number(&at, 2, 0, 59, &minutes) || *at)
        return false;
    *ret_zone = sign * (hours * 60 + minutes);
    return true;
}

static bool read_clock(const char *at, struct moment *m)
{
    if (!read_number(&at, 2, 0, 23, &m->tm.tm_hour) || *at++ != ':' || !read_number(&at, 2, 0, 59, &m->tm.tm_min))
        return false;
    m->smallest = 'M';
    if (*at == ':') {
        at++;
        if (!read_number(&at, 2, 0, 59, &m->tm.tm_sec))
            return false;
        m->smallest = 'S';
        if (*at == '.')
            at += 1 + strspn(at + 1, "0123456789");
    }
    return !*at || read_zone(at, &m->zone);
}

static bool read_moment(const char *at, struct moment *m)
{
    int year = 0, month = 1, day = 1;
    *m = (struct moment){.zone = 9 * 60, .smallest = 'y'};
    if (!read_number(&at, 4, 1900, 2999, &year))
        return false;
    if (*at == '-') {
        at++, m->smallest = 'm';
        if (!read_number(&at, 2, 1, 12, &month))
            return false;
        if (*at == '-') {
            at++, m->smallest = 'd';
            if (!read_number(&at, 2, 1, 31, &day) || !date_is_valid(year, month, day))
                return false;
        }
    }
    m->tm.tm_year = year - 1900;
    m->tm.tm_mon = month - 1;
    m->tm.tm_mday = day;
    return !*at || (m->smallest == 'd' && *at == 'T' && read_clock(at + 1, m));
}

static const char *utc_text(struct arena *a, struct moment m)
{
    char text[40];
    m.tm.tm_min -= m.zone;
    time_t seconds = timegm(&m.tm);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
    return arena_strdup(a, text);
}

bool fhir_date_span(const char *text, struct arena *a, const char **ret_from, const char **ret_before)
{
    struct moment m;
    if (!read_moment(text, &m))
        return false;
    *ret_from = utc_text(a, m);
    int *const parts[] = {&m.tm.tm_year, &m.tm.tm_mon, &m.tm.tm_mday, &m.tm.tm_min, &m.tm.tm_sec};
    ++*parts[strchr("ymdMS", m.smallest) - "ymdMS"];
    *ret_before = utc_text(a, m);
    return true;
}

/* ---- every type ---- */

void fhir_by_id(struct fhir_question *x, const char *value)
{
    size_t prefix = strlen(FHIR_CORPORATION);
    if (x->set == FHIR_PEOPLE)
        query_add(x->query, "p.id = ?", TEXT(value));
    else if (!is_corporations(x))
        query_add(x->query, "c.id = ?", TEXT(value));
    else if (!strncmp(value, FHIR_CORPORATION, prefix))
        query_add(x->query, "c.corporation_number = ?", TEXT(value + prefix));
    else
        nothing(x);
}

void fhir_by_update(struct fhir_question *x, const char *value)
{
    static const char first[] = "", last[] = "9";
    bool prefixed = *value >= 'a' && *value <= 'z' && value[1];
    const char *prefix = prefixed ? arena_strndup(x->source->arena, value, 2) : "eq", *from, *before;
    if (!fhir_date_span(prefixed ? value + 2 : value, x->source->arena, &from, &before)) {
        x->bad = true;
        return;
    }
    const struct { const char *prefix, *from, *before; } spans[] = {
        {"eq", from, before}, {"ne", from, before}, {"ge", from, last}, {"gt", before, last}, {"sa", before, last},
        {"lt", first, from},  {"eb", first, from},  {"le", first, before}};
    size_t i = 0;
    while (i < COUNT(spans) && strcmp(spans[i].prefix, prefix) != 0)
        i++;
    x->bad = i == COUNT(spans);
    if (x->bad)
        return;
    if (!strcmp(prefix, "ne"))
        query_add(x->query, "NOT ");
    if (is_corporations(x))
        query_add(x->query, "((SELECT MAX(h.imported_at) FROM facility h WHERE h.corporation_number = c.corporation_number) >= ? "
                            "AND (SELECT MAX(h.imported_at) FROM facility h WHERE h.corporation_number = c.corporation_number) < ?)",
                  TEXT(spans[i].from), TEXT(spans[i].before));
    else if (x->set == FHIR_PEOPLE)
        query_add(x->query, "(p.changed_at >= ? AND p.changed_at < ?)", TEXT(spans[i].from), TEXT(spans[i].before));
    else
        query_add(x->query, "(c.imported_at >= ? AND c.imported_at < ?)", TEXT(spans[i].from), TEXT(spans[i].before));
}

void fhir_by_identifier(struct fhir_question *x, const char *value)
{
    struct token t = token_of(x, value);
    bool care = has_own_system(x, &t, FHIR_OWN_CARE_NUMBER), medical = has_system(&t, FHIR_MEDICAL_NUMBER);
    if (x->set == FHIR_PEOPLE) {
        if (has_system(&t, FHIR_INSTANCE))
            fhir_by_id(x, t.code);
        else
            nothing(x);
    } else if (is_corporations(x) && has_own_system(x, &t, FHIR_OWN_CORPORATE_NUMBER) && *t.code)
        query_add(x->query, "c.corporation_number = ?", TEXT(t.code));
    else if (is_corporations(x) && has_own_system(x, &t, FHIR_OWN_CORPORATE_NUMBER))
        query_add(x->query, "1 = 1");
    else if (is_corporations(x) || (!care && !medical))
        nothing(x);
    else if (!*t.code)
        query_add(x->query, "((? = 1 AND c.kind = 'care' AND c.office_number <> '') OR (? = 1 AND " IS_MEDICAL "))", INT(care), INT(medical));
    else
        query_add(x->query, "(c.office_number = ? AND ((? = 1 AND c.kind = 'care') OR (? = 1 AND " IS_MEDICAL ")))", TEXT(t.code), INT(care),
                  INT(medical));
}

/* The search index finds what may fit, folded; the name or its kana decides. */
void fhir_by_name(struct fhir_question *x, const char *value)
{
    struct arena *a = x->source->arena;
    const char *folded = like(a, "%", text_fold(a, value), "%"), *written = like(a, "%", value, "%"), *kana = like(a, "%", text_katakana(a, value), "%");
    query_add(x->query, "(1 = 1");
    query_search(x->query, x->source->db, "facility", "c", text_fold(a, value));
    if (is_corporations(x))
        query_add(x->query, " AND c.corporation LIKE ? ESCAPE '!')", TEXT(written));
    else
        query_add(x->query, " AND (c.match_name LIKE ? ESCAPE '!' OR c.name LIKE ? ESCAPE '!' OR c.kana LIKE ? ESCAPE '!'))", TEXT(folded),
                  TEXT(written), TEXT(kana));
}

/* ---- addresses ---- */

void fhir_by_address(struct fhir_question *x, const char *value)
{
    struct arena *a = x->source->arena;
    if (is_corporations(x)) {
        nothing(x);
        return;
    }
    query_add(x->query, "(c.address LIKE ? ESCAPE '!' OR c.area_code IN (SELECT a.code FROM area a "
                        "LEFT JOIN area p ON p.code = a.parent_code LEFT JOIN area g ON g.code = p.parent_code "
                        "WHERE COALESCE(g.name, '') || COALESCE(p.name, '') || a.name LIKE ? ESCAPE '!'))",
              TEXT(like(a, "%", value, "%")), TEXT(like(a, "%", value, "%")));
}

void fhir_by_city(struct fhir_question *x, const char *value)
{
    if (is_corporations(x))
        nothing(x);
    else
        query_add(x->query, "c.area_code IN (SELECT a.code FROM area a LEFT JOIN area p ON p.code = a.parent_code WHERE a.kind <> 'prefecture' "
                            "AND CASE WHEN a.kind IN ('ward', 'district') THEN p.name || a.name ELSE a.name END LIKE ? ESCAPE '!')",
                  TEXT(like(x->source->arena, "", value, "%")));
}

void fhir_by_state(struct fhir_question *x, const char *value)
{
    if (is_corporations(x))
        nothing(x);
    else
        query_add(x->query, "SUBSTR(c.area_code, 1, 2) IN (SELECT SUBSTR(code, 1, 2) FROM area WHERE kind = 'prefecture' AND name LIKE ? ESCAPE '!')",
                  TEXT(like(x->source->arena, "", value, "%")));
}

void fhir_by_postal(struct fhir_question *x, const char *value)
{
    const char *digits = text_digits(x->source->arena, value);
    if (is_corporations(x) || !*digits)
        nothing(x);
    else
        query_add(x->query, "c.postal LIKE ?", TEXT(like(x->source->arena, "", digits, "%")));
}

/* What an address has that is fixed: it is in Japan, and it is where people work. */
static void by_fixed(struct fhir_question *x, bool is_it)
{
    if (is_corporations(x) || !is_it)
        nothing(x);
    else
        query_add(x->query, "c.address <> ''");
}

void fhir_by_country(struct fhir_question *x, const char *value)
{
    by_fixed(x, !strncasecmp("JP", value, strlen(value)));
}

void fhir_by_use(struct fhir_question *x, const char *value)
{
    by_fixed(x, !strcmp(value, "work"));
}

/* ---- distance ---- */

static bool read_decimal(const char *text, double least, double most, double *ret)
{
    char *end;
    if (!*text || text[strspn(text, "+-.0123456789")])
        return false;
    *ret = strtod(text, &end);
    return !*end && *ret >= least && *ret <= most;
}

struct circle {
    double latitude, longitude, metres;
};

/* "LATITUDE|LONGITUDE", with "|DISTANCE" and "|UNIT" or without. */
static bool read_circle(const char *value, struct arena *a, struct circle *ret)
{
    enum { PARTS = 4, USUAL_KILOMETRES = 10, MOST_METRES = 100000 };
    static const struct { const char *unit; double metres; } units[] = {{"", 1000}, {"km", 1000}, {"m", 1}};
    const char *parts[PARTS] = {"", "", "", ""};
    size_t count = 0, unit = 0;
    for (const char *at = value; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL) {
        if (count == PARTS)
            return false;
        parts[count++] = arena_strndup(a, at, strcspn(at, "|"));
    }
    while (unit < COUNT(units) && strcmp(units[unit].unit, parts[3]) != 0)
        unit++;
    if (unit == COUNT(units) || !read_decimal(parts[0], -90, 90, &ret->latitude) || !read_decimal(parts[1], -180, 180, &ret->longitude))
        return false;
    if (!*parts[2])
        return ret->metres = USUAL_KILOMETRES * 1000, !*parts[3];
    if (!read_decimal(parts[2], 0, MOST_METRES, &ret->metres))
        return false;
    ret->metres *= units[unit].metres;
    return ret->metres <= MOST_METRES;
}

/* Squares of thousandths: a degree of longitude is shorter than one of latitude by the cosine.  Up to 100 km within Japan this plane is less than one
 * part in a hundred from the sphere. */
void fhir_by_distance(struct fhir_question *x, const char *value)
{
    struct circle c;
    x->bad = !read_circle(value, x->source->arena, &c);
    if (x->bad)
        return;
    long latitude = lround(c.latitude * 1e6), longitude = lround(c.longitude * 1e6), shrink = lround(1000 * pow(cos(c.latitude * M_PI / 180), 2));
    double reach = c.metres / 111195.0 * 1e6; /* metres of a degree of latitude, mean */
    query_add(x->query, "c.id IN (");
    directory_box_select(x->query, x->source->db, "c.id", "", directory_box_around(latitude, longitude, lround(c.metres)), "", NULL);
    query_add(x->query, " AND (c.lat - ?) * (c.lat - ?) * 1000 + (c.lng - ?) * (c.lng - ?) * ? <= ?)", INT(latitude), INT(latitude), INT(longitude),
              INT(longitude), INT(shrink), INT(llround(reach * reach * 1000)));
}

/* ---- kinds, services, numbers ---- */

static void by_kind(struct fhir_question *x, const struct token *t)
{
    if (!has_own_system(x, t, FHIR_OWN_KIND))
        nothing(x);
    else
        query_add(x->query, "c.kind = ?", TEXT(t->code));
}

void fhir_by_kind(struct fhir_question *x, const char *value)
{
    struct token t = token_of(x, value);
    by_kind(x, &t);
}

void fhir_by_type(struct fhir_question *x, const char *value)
{
    struct token t = token_of(x, value);
    bool corporation = !strcmp(t.code, "corporation") && has_own_system(x, &t, FHIR_OWN_KIND);
    bool provider = !strcmp(t.code, "prov") && has_system(&t, FHIR_ORGANIZATION_TYPE);
    if (is_corporations(x) ? corporation : provider)
        query_add(x->query, "1 = 1");
    else if (is_corporations(x))
        nothing(x);
    else
        by_kind(x, &t);
}

static void by_code(struct fhir_question *x, const char *value, const char *below, bool is_care)
{
    struct token t = token_of(x, value);
    bool listed = code_find(code_list_find("care_service"), t.code);
    if (!has_own_system(x, &t, below) || listed != is_care || !*t.code)
        nothing(x);
    else
        query_add(x->query, "c.id IN (SELECT" FACILITY_SHOWN_ID("m") "FROM facility_service s JOIN facility m ON m.id = s.facility_id WHERE s.code = ?)",
                  TEXT(t.code));
}

void fhir_by_service(struct fhir_question *x, const char *value)
{
    by_code(x, value, FHIR_OWN_CARE_SERVICE, true);
}

void fhir_by_speciality(struct fhir_question *x, const char *value)
{
    by_code(x, value, FHIR_OWN_SPECIALITY, false);
}

/* Not what the installation keeps from everybody. */
void fhir_by_characteristic(struct fhir_question *x, const char *value)
{
    struct token t = token_of(x, value);
    if (!has_own_system(x, &t, FHIR_OWN_CHARACTERISTIC) || !audience_sees(&x->source->who, t.code))
        nothing(x);
    else
        query_add(x->query, "c.id IN (SELECT" FACILITY_SHOWN_ID("m") "FROM facility_local l JOIN facility m ON m.id = l.id WHERE l.deleted_at = '' "
                            "AND CASE ? WHEN 'home_visits' THEN l.home_visits WHEN 'round_the_clock' THEN l.round_the_clock "
                            "WHEN 'end_of_life_care' THEN l.end_of_life_care ELSE '' END = 'yes')", TEXT(t.code));
}

/* An answer that is too old is none: what the board shows as old is asked for again, not found. */
void fhir_by_vacancy(struct fhir_question *x, const char *value)
{
    struct token t = token_of(x, value);
    if (!has_own_system(x, &t, FHIR_OWN_VACANCY_STATUS) || !*t.code)
        nothing(x);
    else
        query_add(x->query, "c.id IN (SELECT" FACILITY_SHOWN_ID("m") "FROM vacancy v JOIN facility m ON m.id = v.facility_id WHERE v.status = ? "
                            "AND v.valid_until >= ?)", TEXT(t.code), TEXT(now_local(x->source->arena)));
}

/* A part of the medical institution's number: from character `first`, `size` of them. */
static void by_part(struct fhir_question *x, const char *value, const char *system, int first, int size)
{
    struct token t = token_of(x, value);
    if (is_corporations(x) || !has_system(&t, system))
        nothing(x);
    else
        query_add(x->query, "(" IS_MEDICAL " AND SUBSTR(c.office_number, CAST(? AS INTEGER), CAST(? AS INTEGER)) = ?)", INT(first), INT(size), TEXT(t.code));
}

void fhir_by_prefecture(struct fhir_question *x, const char *value)
{
    by_part(x, value, FHIR_PREFECTURE, 1, 2);
}

void fhir_by_fee_table(struct fhir_question *x, const char *value)
{
    by_part(x, value, FHIR_FEE_TABLE, 3, 1);
}

void fhir_by_number_7(struct fhir_question *x, const char *value)
{
    by_part(x, value, FHIR_MEDICAL_NUMBER_7, 4, 7);
}

/* ---- references ---- */

void fhir_by_corporation(struct fhir_question *x, const char *value)
{
    const char *id = reference_of(x, "Organization", value);
    size_t prefix = strlen(FHIR_CORPORATION);
    if (is_corporations(x) || strncmp(id, FHIR_CORPORATION, prefix) != 0)
        nothing(x);
    else
        query_add(x->query, "c.corporation_number = ?", TEXT(id + prefix));
}

void fhir_by_office(struct fhir_question *x, const char *value)
{
    const char *id = reference_of(x, "Organization", value);
    query_add(x->query, "c.id IN (SELECT id FROM facility WHERE id = ? UNION SELECT g.id FROM facility h JOIN facility g "
                        "ON g.office_number = h.office_number AND g.source = h.source AND" FACILITY_IS_SHOWN("g") "WHERE h.id = ? AND h.office_number <> '')",
              TEXT(id), TEXT(id));
}

void fhir_by_place(struct fhir_question *x, const char *value)
{
    const char *id = reference_of(x, "Location", value);
    query_add(x->query, "c.id IN (SELECT id FROM facility WHERE id = ? UNION SELECT g.id FROM facility h JOIN facility g "
                        "ON g.office_number = h.office_number AND g.source = h.source AND g.address = h.address "
                        "WHERE h.id = ? AND h.office_number <> '')",
              TEXT(id), TEXT(id));
}

void fhir_by_offer(struct fhir_question *x, const char *value)
{
    query_add(x->query, "c.id = ?", TEXT(reference_of(x, "HealthcareService", value)));
}

void fhir_by_role(struct fhir_question *x, const char *value)
{
    struct token t = token_of(x, value);
    if (!has_own_system(x, &t, FHIR_OWN_PROFESSION) || !*t.code)
        nothing(x);
    else
        query_add(x->query, "p.profession = ?", TEXT(t.code));
}

/* ---- people ---- */

#define WITHOUT_BLANKS(column) "REPLACE(REPLACE(" column ", ' ', ''), '　', '')"

static const char *without_blanks(struct arena *a, const char *text)
{
    auto_buf out = {0};
    static const char wide[] = "　";
    for (size_t size; *text; text += size) {
        size = !strncmp(text, wide, strlen(wide)) ? strlen(wide) : 1;
        if (size == 1 && *text != ' ')
            buf_char(&out, *text);
    }
    return arena_strdup(a, out.data ? out.data : "");
}

void fhir_by_person_name(struct fhir_question *x, const char *value)
{
    struct arena *a = x->source->arena;
    const char *bare = without_blanks(a, value);
    query_add(x->query, "(" WITHOUT_BLANKS("p.name") " LIKE ? ESCAPE '!' OR " WITHOUT_BLANKS("p.kana") " LIKE ? ESCAPE '!')",
              TEXT(like(a, "%", bare, "%")), TEXT(like(a, "%", text_katakana(a, bare), "%")));
}

void fhir_by_practitioner(struct fhir_question *x, const char *value)
{
    query_add(x->query, "p.id = ?", TEXT(reference_of(x, "Practitioner", value)));
}
