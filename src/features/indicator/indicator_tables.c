/* indicator_tables.c -- counts by area: institutions with a home care notification, offices by service; per 65 and over where given. */
#include "features/indicator/indicator_tables.h"

#include "base/count.h"
#include "features/facility/facility.h"
#include "features/indicator/indicator_areas.h"

#include <string.h>

/* Listed entries whose id is in the set, by the path of their area. */
#define BY_AREA(set) \
    "SELECT a.path, COUNT(*) FROM facility c JOIN area a ON a.code = c.area_code WHERE" FACILITY_IS_SHOWN("c") "AND c.is_listed = 1 " \
    "AND a.path LIKE $1 || '%' AND c.id IN (" set ") GROUP BY a.path"
#define NOTIFIED(mark) \
    BY_AREA("SELECT" FACILITY_SHOWN_ID("m") "FROM facility_notification n JOIN facility m ON m.id = n.facility_id WHERE n.home_care LIKE '" mark "%'")
#define NOTIFICATIONS_KNOWN \
    "SELECT 1 FROM facility_notification n JOIN facility m ON m.id = n.facility_id WHERE m.area_code LIKE $1 || '%' LIMIT 1"
#define OFFERING "SELECT" FACILITY_SHOWN_ID("m") "FROM facility_service s JOIN facility m ON m.id = s.facility_id WHERE s.code = '"
#define SERVICE(code) BY_AREA(OFFERING code "'")
#define SERVICE_KNOWN(code) \
    "SELECT 1 FROM facility_service s JOIN facility m ON m.id = s.facility_id WHERE s.code = '" code "' AND m.area_code LIKE $1 || '%' LIMIT 1"

static const struct measure home_care[] = {
    {"support_clinics", "在宅療養支援診療所", "か所", NOTIFIED("support_clinic"), NOTIFICATIONS_KNOWN, "home_care=support_clinic", true},
    {"enhanced_clinics", "うち機能強化型", "か所",
     BY_AREA("SELECT" FACILITY_SHOWN_ID("m") "FROM facility_notification n JOIN facility m ON m.id = n.facility_id "
             "WHERE n.home_care IN ('support_clinic_1', 'support_clinic_2')"), NOTIFICATIONS_KNOWN, NULL},
    {"support_hospitals", "在宅療養支援病院", "か所", NOTIFIED("support_hospital"), NOTIFICATIONS_KNOWN, "home_care=support_hospital", true},
    {"backup_hospitals", "在宅療養後方支援病院", "か所", NOTIFIED("rear_hospital"), NOTIFICATIONS_KNOWN, "home_care=rear_hospital"},
    {"visiting_nurse_stations", "訪問看護", "か所", SERVICE("130"), SERVICE_KNOWN("130"), "service=130", true},
    {"round_the_clock", "うち24時間対応（確認済み）", "か所",
     BY_AREA(OFFERING "130' AND EXISTS (SELECT 1 FROM facility_local l WHERE l.id = m.id AND l.deleted_at = '' AND l.round_the_clock = 'yes')"),
     SERVICE_KNOWN("130"), "service=130&round_the_clock=1", true},
};

static const struct measure services[] = {
    {"home_help", "訪問介護", "か所", SERVICE("110"), SERVICE_KNOWN("110"), "service=110", true},
    {"home_nursing", "訪問看護", "か所", SERVICE("130"), SERVICE_KNOWN("130"), "service=130", true},
    {"home_rehabilitation", "訪問リハビリ", "か所", SERVICE("140"), SERVICE_KNOWN("140"), "service=140"},
    {"bathing", "訪問入浴", "か所", SERVICE("120"), SERVICE_KNOWN("120"), "service=120"},
    {"round_the_clock_visits", "定期巡回・随時対応", "か所", SERVICE("760"), SERVICE_KNOWN("760"), "service=760"},
    {"small_multifunctional", "小規模多機能", "か所", SERVICE("730"), SERVICE_KNOWN("730"), "service=730", true},
    {"nursing_multifunctional", "看護小規模多機能", "か所", SERVICE("770"), SERVICE_KNOWN("770"), "service=770"},
    {"day_rehabilitation", "通所リハビリ", "か所", SERVICE("160"), SERVICE_KNOWN("160"), "service=160"},
    {"care_management", "居宅介護支援", "か所", SERVICE("430"), SERVICE_KNOWN("430"), "service=430", true},
    {"health_facility", "老人保健施設", "か所", SERVICE("520"), SERVICE_KNOWN("520"), "service=520"},
};

enum { MEASURES_MOST = 12 };

struct counting {
    const struct report_query *q;
    const struct measure *measures;
    size_t measure_count;
    long base;               /* per so many people of 65 and over */
    struct indicator_areas areas;
    long long *counts[MEASURES_MOST];
    struct population *people;
    bool has_people;         /* of any area */
    struct table *table;
};

static bool read_all(struct counting *c, struct err *err)
{
    long year = fiscal_year(c->q->period.first);
    if (!indicator_areas_read(c->q, &c->areas, err))
        return false;
    for (size_t i = 0; i < c->measure_count; i++)
        if (!measure_count(c->q, &c->measures[i], &c->areas, &c->counts[i], err))
            return false;
    c->people = NEW_ARRAY(c->q->arena, c->areas.count, struct population);
    for (size_t i = 0; i < c->areas.count; i++) {
        if (!population_find(c->q->db, c->areas.items[i].code, year, c->q->arena, &c->people[i], err))
            return false;
        c->has_people |= c->people[i].count != INDICATOR_UNKNOWN;
    }
    return true;
}

/* 四捨五入 to 1 decimal; without people or a count nothing can be said. */
static struct cell per_people(long long n, long long people, long base)
{
    if (n == INDICATOR_UNKNOWN || people <= 0)
        return (struct cell){.kind = CELL_NONE};
    return (struct cell){.kind = CELL_DECIMAL, .number = (n * base * 10 + people / 2) / people, .decimals = 1};
}

static struct cell people_cell(long long people)
{
    return people == INDICATOR_UNKNOWN ? (struct cell){.kind = CELL_NONE} : CELL_OF_INT(people);
}

/* The counts; where people are known, those and the counts by them. */
static void add_row(struct counting *c, enum row_kind kind, const struct area *area, const char *label, const long long *counts, long long people)
{
    struct row *r = table_row(c->table, kind, area->code);
    size_t at = 0;
    r->cells[at++] = CELL_OF_TEXT(label);
    for (size_t i = 0; i < c->measure_count; i++)
        r->cells[at++] = measure_cell(c->q, &c->measures[i], area, counts[i]);
    if (c->has_people)
        r->cells[at++] = people_cell(people);
    for (size_t i = 0; c->has_people && i < c->measure_count; i++)
        if (c->measures[i].by_people)
            r->cells[at++] = per_people(counts[i], people, c->base);
}

/* A sum over areas of which one is not known is not known either. */
static void add_total(struct counting *c)
{
    const struct area whole = {.code = c->q->area.code};
    long long counts[MEASURES_MOST] = {0}, people = 0;
    for (size_t k = 0; k < c->areas.count; k++) {
        for (size_t i = 0; i < c->measure_count; i++)
            counts[i] = counts[i] == INDICATOR_UNKNOWN || c->counts[i][k] == INDICATOR_UNKNOWN ? INDICATOR_UNKNOWN : counts[i] + c->counts[i][k];
        people = people == INDICATOR_UNKNOWN || c->people[k].count == INDICATOR_UNKNOWN ? INDICATOR_UNKNOWN : people + c->people[k].count;
    }
    add_row(c, ROW_TOTAL, &whole, "計", counts, people);
}

static void add_rows(struct counting *c)
{
    for (size_t k = 0; k < c->areas.count; k++) {
        long long counts[MEASURES_MOST];
        for (size_t i = 0; i < c->measure_count; i++)
            counts[i] = c->counts[i][k];
        add_row(c, ROW_PLAIN, &c->areas.items[k], c->areas.items[k].name, counts, c->people[k].count);
    }
    if (c->areas.count > 1)
        add_total(c);
}

/* The first measure of which there is any; measure_count without. */
static size_t first_counted(const struct counting *c)
{
    size_t i = 0, k = 0;
    while (i < c->measure_count && c->counts[i][k] <= 0)
        if (++k == c->areas.count)
            i++, k = 0;
    return i;
}

static void add_columns(struct counting *c)
{
    struct table *t = c->table;
    size_t drawn = c->areas.count > 1 ? first_counted(c) : c->measure_count;
    t->chart = drawn < c->measure_count ? CHART_BARS : CHART_NONE;
    table_column(t, "area", "地域", COLUMN_TEXT, NULL);
    for (size_t i = 0; i < c->measure_count; i++)
        table_column(t, c->measures[i].key, c->measures[i].label, COLUMN_NUMBER, c->measures[i].unit)->chart = i == drawn;
    if (drawn < c->measure_count)
        table_note(t, "グラフは、%sの数です。", c->measures[drawn].label);
    if (c->has_people)
        table_column(t, "population_65", "65歳以上人口", COLUMN_NUMBER, "人");
    for (size_t i = 0; c->has_people && i < c->measure_count; i++)
        if (c->measures[i].by_people)
            table_column(t, arena_printf(t->arena, "%s_per_people", c->measures[i].key),
                         arena_printf(t->arena, "%s（65歳以上%s人あたり）", c->measures[i].label, c->base == 100000 ? "10万" : "1万"), COLUMN_NUMBER, NULL);
}

/* Where the population comes from, each source once. */
static void add_sources(struct counting *c)
{
    const char *told = "";
    for (size_t i = 0; i < c->areas.count; i++) {
        const struct population *p = &c->people[i];
        const char *line = arena_printf(c->q->arena, "65歳以上人口：%s（%ld年）", p->source, p->year);
        if (p->count == INDICATOR_UNKNOWN || strstr(told, line))
            continue;
        told = arena_printf(c->q->arena, "%s%s。", told, line);
        table_note(c->table, "%s", line);
    }
    if (!*told)
        table_note(c->table, "65歳以上人口がまだ入っていないため、人口あたりの数はありません。「資源」の「65歳以上人口」で入れられます。");
}

static bool count_table(struct counting *c, const char *id, const char *title, struct table **ret_table, struct err *err)
{
    if (!read_all(c, err))
        return false;
    struct table *t = c->table = table_new(c->q->arena, id, title);
    t->subtitle = c->q->area.name;
    t->as_of = c->q->as_of;
    t->landscape = true;
    t->basis = (struct basis){"事業所・医療機関の数", "か所", "資源に載っていて、最新の公表データにあるもの", false, NULL};
    add_columns(c);
    add_rows(c);
    table_note(t, "選んだ年度にかかわらず、いまの資源の一覧から数えています。人口は、その年度までの新しい値を使います。");
    table_note(t, "「－」は、その都道府県のもとになる一覧が取り込まれていないため、わからないものです。「0」は、いまの一覧に1つも載っていないものです。");
    table_note(t, "最新の公表データにない事業所は数えません。数字から開く一覧には、印を付けて出ます。");
    *ret_table = t;
    return true;
}

bool home_care_table(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct counting c = {.q = q, .measures = home_care, .measure_count = COUNT(home_care), .base = 100000};
    if (!count_table(&c, "i-home-care", "在宅医療の体制", ret_table, err))
        return false;
    table_note(c.table, "支援診療所・支援病院・後方支援病院は、地方厚生局の届出受理医療機関名簿から数えます。");
    table_note(c.table, "24時間対応は、地域で確かめて記録した訪問看護だけを数えます。確かめていないものは入りません。");
    add_sources(&c);
    return true;
}

bool services_table(const struct report_query *q, struct table **ret_table, struct err *err)
{
    struct counting c = {.q = q, .measures = services, .measure_count = COUNT(services), .base = 10000};
    if (!count_table(&c, "i-services", "サービス別の事業所数", ret_table, err))
        return false;
    add_sources(&c);
    return true;
}
