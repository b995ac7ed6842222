/* fhir_test.c -- what another program gets from /fhir, on both stores. */
#include "base/count.h"
#include "base/date.h"
#include "base/id.h"
#include "features/audience/audience.h"
#include "features/contact_person/contact_person.h"
#include "features/facility/facility.h"
#include "features/facility/facility_group.h"
#include "features/facility_local/facility_local.h"
#include "features/vacancy/vacancy.h"
#include "tests/support/directory_world.h"
#include "features/fhir/fhir_param.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE "http://renkei.test/fhir"
#define KAIGO_HEAD "都道府県コード又は市町村コード,都道府県名,事業所名,事業所名カナ,サービスの種類,住所,緯度,経度,電話番号,法人番号,法人の名称,事業所番号,利用可能曜日,利用可能曜日特記事項\n"
#define CORPORATION "9999999999991,（架空）社会福祉法人うめだ"
/* Two services of one office at one place, a third at another place, and an office without a corporation. */
#define KAIGO_ROWS \
    "271276,大阪府,（架空）ｳﾒﾀﾞの家,カクウウメダノイエ,夜間対応型訪問介護,大阪府大阪市北区１－２,34.70,135.50,06-1234-5678," CORPORATION ",2799900011,\"平日,土曜日,祝日\",朝（改行）夕\n" \
    "271276,大阪府,（架空）ｳﾒﾀﾞの家,カクウウメダノイエ,訪問入浴介護,大阪府大阪市北区１－２,34.70,135.50,06-1234-5678," CORPORATION ",2799900011,,\n" \
    "271276,大阪府,（架空）ｳﾒﾀﾞの家 分室,カクウウメダノイエブンシツ,介護老人保健施設,3-4,,,," CORPORATION ",2799900011,,\n" \
    "131121,東京都,（架空）天満の家,カクウテンマノイエ,訪問入浴介護,東京都世田谷区3,35.64,139.65,,,,1399900012,,\n"
#define CODES "医療機関コード(9),医療機関コード(7),医療機関名称,郵便番号,住所\n" \
    "270199999,0199999,（架空）見本医院,5300001,大阪市北区梅田９\n"
#define CLINIC_HEAD "ID,正式名称,正式名称（フリガナ）,機関区分,都道府県コード,市区町村コード,所在地,所在地座標（緯度）,所在地座標（経度）,案内用ホームページアドレス,毎週決まった曜日に休診（日）\n"
#define CLINIC "2722270000001,（架空）見本医院,ミホンイイン,2,27,127,大阪府大阪市北区梅田９,34.7,135.49,https://example.jp,0\n"
#define HOURS "ID,診療科目コード,診療科目名,診療時間帯,月_診療開始時間,月_診療終了時間,火_診療開始時間,火_診療終了時間,祝_診療開始時間,祝_診療終了時間\n" \
    "2722270000001,01001,内科,1,09:00,12:00,09:00,12:00,10:00,11:00\n" \
    "2722270000001,01001,内科,2,19:00,07:00,,,,\n" \
    "2722270000001,09010,救急科,1,00:00,24:00,00:00,24:00,,\n"

struct town {
    struct directory_world *d;
    struct world *w;
    struct visitor *v;
    json_t *body;
};

static void given_file(struct town *t, const char *name, const char *text)
{
    assert_int_equal(directory_given(t->d, name, text).refused, 0);
}

static int begin(void **state)
{
    if (directory_begin(state))
        return -1;
    struct directory_world *d = *state;
    struct town *t = NEW(d->w->arena, struct town);
    *t = (struct town){.d = d, .w = d->w, .v = d->v};
    given_file(t, "a.csv", KAIGO_HEAD KAIGO_ROWS);
    *state = t;
    return 0;
}

static int end(void **state)
{
    struct town *t = *state;
    void *directory = t->d;
    json_decref(t->body);
    return directory_end(&directory);
}

/* What /fhir + `target` answers; duplicate members would be refused. */
static json_t *ask(struct town *t, int status, const char *target)
{
    json_error_t where;
    visitor_get(t->v, arena_printf(t->w->arena, "/fhir%s", target));
    json_decref(t->body);
    t->body = json_loads(t->v->body, JSON_REJECT_DUPLICATES, &where);
    if (!t->body || t->v->status != status)
        fail_msg("%s: %d %s\n%s", target, t->v->status, where.text, t->v->body);
    assert_string_equal(t->v->content_type, "application/fhir+json; charset=utf-8");
    return t->body;
}

static long long total(struct town *t, const char *target)
{
    return json_integer_value(json_object_get(ask(t, 200, target), "total"));
}

/* The value at a path such as "entry.0.resource.name". */
static const char *at(struct town *t, const char *path)
{
    json_t *value = t->body;
    for (const char *from = path; value && *from;) {
        size_t size = strcspn(from, ".");
        const char *name = arena_strndup(t->w->arena, from, size);
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(name)) : json_object_get(value, name);
        from += size + (from[size] == '.');
    }
    if (!value || json_is_string(value))
        return value ? json_string_value(value) : "(none)";
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    const char *copy = arena_strdup(t->w->arena, text);
    free(text);
    return copy;
}

static const char *id_of(struct town *t, const char *key)
{
    return facility_id(t->w->arena, "kaigo", key);
}

/* ---- what is what ---- */

static void an_office_is_one_organization_with_its_number_and_its_corporation(void **state)
{
    struct town *t = *state;
    assert_int_equal(total(t, "/Organization?type=prov"), 2);
    assert_int_equal(total(t, "/Organization?identifier=" BASE "/IdSystem/ltci-provider-number%7C2799900011&_include=Organization:partof"), 1);
    assert_string_equal(at(t, "entry.0.search.mode"), "match");
    assert_string_equal(at(t, "entry.0.resource.name"), "（架空）ｳﾒﾀﾞの家");
    assert_string_equal(at(t, "entry.0.resource.meta.profile.0"), "http://jpfhir.jp/fhir/core/StructureDefinition/JP_Organization");
    assert_string_equal(at(t, "entry.0.resource.identifier.0.value"), "2799900011");
    assert_string_equal(at(t, "entry.0.resource.address.0.text"), "大阪府大阪市北区１－２");
    assert_string_equal(at(t, "entry.0.resource.address.0.state"), "大阪府");
    assert_string_equal(at(t, "entry.0.resource.address.0.city"), "大阪市北区");
    assert_string_equal(at(t, "entry.0.resource.address.0.line.0"), "１－２");
    assert_string_equal(at(t, "entry.0.resource.active"), "true");
    assert_string_equal(at(t, "entry.0.resource.partOf.reference"), "Organization/corp-9999999999991");
    assert_string_equal(at(t, "entry.1.search.mode"), "include");
    assert_string_equal(at(t, "entry.1.resource.name"), "（架空）社会福祉法人うめだ");
    assert_string_equal(at(t, "entry.1.fullUrl"), BASE "/Organization/corp-9999999999991");
    assert_string_equal(at(t, "entry.2"), "(none)");
}

static void a_place_apart_is_a_location_of_its_own(void **state)
{
    struct town *t = *state;
    assert_int_equal(total(t, "/Location"), 3);
    assert_int_equal(total(t, "/Location?identifier=2799900011"), 2);
    ask(t, 200, arena_printf(t->w->arena, "/HealthcareService/%s", id_of(t, "2799900011/520")));
    assert_string_equal(at(t, "location.0.reference"), arena_printf(t->w->arena, "Location/%s", id_of(t, "2799900011/520")));
    assert_non_null(strstr(at(t, "providedBy.reference"), "Organization/"));
    assert_string_equal(at(t, "type.0.coding.0.code"), "520");
    ask(t, 200, arena_printf(t->w->arena, "/Location/%s", id_of(t, "2799900011/520")));
    assert_string_equal(at(t, "address.text"), "大阪府大阪市北区3-4");
    assert_string_equal(at(t, "position"), "(none)");
    ask(t, 200, arena_printf(t->w->arena, "/Location/%s", id_of(t, "1399900012/120")));
    assert_non_null(strstr(t->v->body, "\"position\":{\"longitude\":139.650000,\"latitude\":35.640000}"));
    assert_string_equal(at(t, "managingOrganization.reference"), arena_printf(t->w->arena, "Organization/%s", id_of(t, "1399900012/120")));
}

static void an_entry_that_does_not_speak_for_its_office_is_no_organization(void **state)
{
    struct town *t = *state;
    static const char *const services[] = {"710", "120", "520"};
    int found = 0;
    for (size_t i = 0; i < COUNT(services); i++)
        found += visitor_get(t->v, arena_printf(t->w->arena, "/fhir/Organization/%s", id_of(t, arena_printf(t->w->arena, "2799900011/%s", services[i])))) == 200;
    assert_int_equal(found, 1);
}

static void known_days_without_times_are_days(void **state)
{
    struct town *t = *state;
    ask(t, 200, arena_printf(t->w->arena, "/HealthcareService/%s", id_of(t, "2799900011/710")));
    assert_string_equal(at(t, "availableTime.0.daysOfWeek"), "[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\",\"sat\"]");
    assert_string_equal(at(t, "availableTime.0.availableStartTime"), "(none)");
    assert_string_equal(at(t, "availabilityExceptions"), "祝日も利用できます");
    assert_string_equal(at(t, "comment"), "朝\n夕");
}

static void hours_are_told_by_day_and_go_on_after_midnight(void **state)
{
    struct town *t = *state;
    given_file(t, "02-1_clinic.csv", CLINIC_HEAD CLINIC);
    given_file(t, "02-2.csv", HOURS);
    assert_int_equal(total(t, "/HealthcareService?specialty=" BASE "/CodeSystem/speciality%7C01001"), 1);
    assert_string_equal(at(t, "entry.0.resource.availableTime"),
                        "[{\"daysOfWeek\":[\"mon\",\"tue\"],\"availableStartTime\":\"09:00:00\",\"availableEndTime\":\"12:00:00\"},"
                        "{\"daysOfWeek\":[\"mon\"],\"availableStartTime\":\"19:00:00\",\"availableEndTime\":\"23:59:59\"},"
                        "{\"daysOfWeek\":[\"tue\"],\"availableStartTime\":\"00:00:00\",\"availableEndTime\":\"07:00:00\"}]");
    assert_string_equal(at(t, "entry.0.resource.availabilityExceptions"), "祝日 10:00〜11:00");
}

static void a_medical_institution_has_the_numbers_of_jp_core(void **state)
{
    struct town *t = *state;
    given_file(t, "codes.csv", CODES);
    assert_int_equal(total(t, "/Organization?identifier=http://jpfhir.jp/fhir/core/IdSystem/insurance-medical-institution-no%7C2710199999"), 1);
    assert_string_equal(at(t, "entry.0.resource.extension.0.valueCoding.code"), "27");
    assert_string_equal(at(t, "entry.0.resource.extension.1.valueCoding.code"), "1");
    assert_string_equal(at(t, "entry.0.resource.extension.2.valueIdentifier.value"), "0199999");
    assert_string_equal(at(t, "entry.0.resource.address.0.postalCode"), "530-0001");
    assert_int_equal(total(t, "/Organization?jp-prefectureno=27"), 1);
    assert_int_equal(total(t, "/Organization?jp-prefectureno=13"), 0);
    assert_int_equal(total(t, "/Organization?jp-insurance-organizationno=0199999"), 1);
    assert_int_equal(total(t, "/Organization?jp-insurance-organizationcategory=1"), 1);
    assert_int_equal(total(t, "/Organization?identifier=" BASE "/IdSystem/ltci-provider-number%7C2710199999"), 0);
}

static bool decide(struct db *db, void *arg, struct err *err)
{
    struct town *t = arg;
    const char *x = facility_id(t->w->arena, "navii", "2722270000001"), *y = facility_id(t->w->arena, "kouseikyoku", "2710199999");
    bool ordered = strcmp(x, y) < 0;
    struct facility_decision d = {.facility_id = ordered ? x : y, .other_id = ordered ? y : x, .state = "same", .expected = "", .user_id = "U-1",
                                  .now = "2024-11-30T00:15:00.000Z"};
    return facility_decide(db, &d, t->w->arena, err);
}

static void entries_put_together_are_one_organization_with_both_sources(void **state)
{
    struct town *t = *state;
    given_file(t, "02-1_clinic.csv", CLINIC_HEAD CLINIC);
    given_file(t, "codes.csv", CODES);
    assert_int_equal(total(t, "/Organization?name=%E8%A6%8B%E6%9C%AC%E5%8C%BB%E9%99%A2"), 2);
    assert_true(store_write(t->w->store, decide, t, &t->w->err));
    assert_int_equal(total(t, "/Organization?name=%E8%A6%8B%E6%9C%AC%E5%8C%BB%E9%99%A2"), 1);
    assert_string_equal(at(t, "entry.0.resource.identifier.0.value"), "2710199999");
    assert_string_equal(at(t, "entry.0.resource.telecom.0.value"), "https://example.jp");
    assert_string_equal(at(t, "entry.0.resource.meta.tag.0.code"), "navii");
    assert_string_equal(at(t, "entry.0.resource.meta.tag.1.code"), "kouseikyoku");
    ask(t, 404, arena_printf(t->w->arena, "/HealthcareService/%s", facility_id(t->w->arena, "kouseikyoku", "2710199999")));
}

/* ---- searching ---- */

static void every_parameter_of_the_statement_finds_what_it_says(void **state)
{
    static const struct { const char *target; long long total; } searches[] = {
        {"/Organization", 3}, {"/Organization?_count=0", 3},
        {"/Organization?name=%E3%82%A6%E3%83%A1%E3%83%80%E3%81%AE%E5%AE%B6", 1}, /* ウメダの家, written half width */
        {"/Organization?name=%E3%81%86%E3%82%81%E3%81%A0", 2},                   /* うめだ: the office by its kana, and the corporation */
        {"/Organization?name=%E5%A4%A7%E9%98%AA%E5%BA%9C", 0},                   /* 大阪府 is in the address only */
        {"/Organization?address=%E5%8C%97%E5%8C%BA", 1}, {"/Organization?address-city=%E5%A4%A7%E9%98%AA%E5%B8%82", 1},
        {"/Organization?address-city=%E4%B8%96%E7%94%B0%E8%B0%B7%E5%8C%BA", 1}, {"/Organization?address-city=%E5%8C%97%E5%8C%BA", 0},
        {"/Organization?address-state=%E6%9D%B1%E4%BA%AC,%E5%A4%A7%E9%98%AA", 2}, {"/Organization?address-state=%E5%8C%97%E6%B5%B7%E9%81%93", 0},
        {"/Organization?type=corporation", 1}, {"/Organization?type=care", 2}, {"/Organization?type=hospital", 0},
        {"/Organization?partof=Organization/corp-9999999999991", 1}, {"/Organization?partof=" BASE "/Organization/corp-9999999999991", 1},
        {"/Organization?partof=Location/corp-9999999999991", 0}, {"/Organization?identifier=2799900011,1399900012", 2},
        {"/Organization?identifier=%7C2799900011", 0}, {"/Organization?identifier=" BASE "/IdSystem/corporate-number%7C9999999999991", 1},
        {"/Organization?_id=corp-9999999999991", 1}, {"/Organization?_lastUpdated=ge2020-01-01", 3}, {"/Organization?_lastUpdated=lt2020", 0},
        {"/Organization?name=%25", 0}, {"/Organization?name=%5C%2C", 0},
        {"/Location?name=%E5%88%86%E5%AE%A4", 1}, {"/HealthcareService?service-type=120", 2}, {"/HealthcareService?service-type=120,520", 3},
        {"/HealthcareService?service-type=" BASE "/CodeSystem/care-service%7C710", 1}, {"/HealthcareService?service-type=http://other%7C710", 0},
        {"/HealthcareService?specialty=120", 0}, {"/HealthcareService?service-category=care", 4},
        {"/HealthcareService?service-type=120&identifier=2799900011", 1},
        {"/Organization?address-country=jp", 2}, {"/Organization?address-country=KR", 0}, {"/Location?address-use=work", 3}, {"/Location?address-use=home", 0},
        {"/Location?near=34.70%7C135.50", 1}, {"/Location?near=34.70%7C135.50%7C0", 1}, {"/Location?near=34.709%7C135.50%7C999%7Cm", 0},
        {"/Location?near=34.709%7C135.50%7C1002%7Cm", 1}, {"/Location?near=34.70%7C135.511%7C1%7Ckm", 0}, {"/Location?near=34.70%7C135.511%7C1.01%7Ckm", 1},
        {"/Location?near=34.70%7C135.50%7C1,35.64%7C139.65%7C1", 2}, {"/Organization?_summary=count", 3}, {"/Organization?_summary=false", 3},
        {"/Organization?_total=accurate", 3},
    };
    struct town *t = *state;
    for (size_t i = 0; i < COUNT(searches); i++)
        if (total(t, searches[i].target) != searches[i].total)
            fail_msg("%s: %s, not %lld", searches[i].target, at(t, "total"), searches[i].total);
}

static void references_lead_from_the_office_to_its_services_and_places(void **state)
{
    struct town *t = *state;
    ask(t, 200, "/Organization?identifier=2799900011");
    const char *office = arena_strdup(t->w->arena, at(t, "entry.0.resource.id"));
    assert_int_equal(total(t, arena_printf(t->w->arena, "/HealthcareService?organization=Organization/%s", office)), 3);
    assert_int_equal(total(t, arena_printf(t->w->arena, "/Location?organization=%s", office)), 2);
    assert_int_equal(total(t, arena_printf(t->w->arena, "/HealthcareService?location=Location/%s", id_of(t, "2799900011/520"))), 1);
}

/* ids of the answer's entries of a type, in their order. */
static size_t count_of(struct town *t, const char *type, const char *mode)
{
    size_t count = 0, i;
    json_t *entry;
    json_array_foreach(json_object_get(t->body, "entry"), i, entry)
        count += !strcmp(json_string_value(json_object_get(json_object_get(entry, "resource"), "resourceType")), type) &&
                 !strcmp(json_string_value(json_object_get(json_object_get(entry, "search"), "mode")), mode);
    return count;
}

static void what_names_a_match_comes_with_it_once(void **state)
{
    struct town *t = *state;
    assert_int_equal(total(t, "/Organization?identifier=2799900011&_revinclude=HealthcareService:organization&_revinclude=Location:organization"
                              "&_revinclude=Location:organization"), 1);
    assert_int_equal(count_of(t, "Organization", "match"), 1);
    assert_int_equal(count_of(t, "HealthcareService", "include"), 3);
    assert_int_equal(count_of(t, "Location", "include"), 2);
    assert_int_equal(total(t, "/Organization?_revinclude=Organization:partof"), 3);
    assert_int_equal(count_of(t, "Organization", "include"), 0); /* the offices are matches already */
    assert_int_equal(total(t, "/Organization?type=corporation&_revinclude=Organization:partof:Organization"), 1);
    assert_int_equal(count_of(t, "Organization", "include"), 1);
    assert_int_equal(total(t, "/Location?name=%E5%88%86%E5%AE%A4&_revinclude=HealthcareService:location&_include=Location:organization"), 1);
    assert_int_equal(count_of(t, "HealthcareService", "include"), 1);
    assert_int_equal(count_of(t, "Organization", "include"), 1);
    assert_non_null(strstr(at(t, "link.0.url"), "_revinclude=HealthcareService"));
}

static void too_many_that_name_a_match_are_left_out_and_it_is_said(void **state)
{
    struct town *t = *state;
    auto_buf rows = {0};
    buf_text(&rows, KAIGO_HEAD KAIGO_ROWS);
    for (int i = 0; i < 510; i++)
        buf_printf(&rows, "271276,大阪府,（架空）%d号館,カクウ,訪問入浴介護,大阪府大阪市北区%d,34.70,135.50,," CORPORATION ",27998%05d,,\n", i, i, i);
    given_file(t, "many.csv", rows.data);
    assert_int_equal(total(t, "/Organization?type=corporation&_revinclude=Organization:partof"), 1);
    assert_int_equal(count_of(t, "Organization", "include"), 500);
    assert_int_equal(count_of(t, "OperationOutcome", "outcome"), 1);
}

static void a_client_that_wants_no_total_gets_none_on_any_page(void **state)
{
    struct town *t = *state;
    ask(t, 200, "/Location?_total=none&_count=2");
    assert_string_equal(at(t, "total"), "(none)");
    assert_string_equal(at(t, "link.1.relation"), "next");
    ask(t, 200, arena_strdup(t->w->arena, at(t, "link.1.url") + strlen(BASE)));
    assert_string_equal(at(t, "total"), "(none)");
    assert_string_equal(at(t, "entry.1"), "(none)");
    ask(t, 200, "/Location?_summary=count");
    assert_string_equal(at(t, "total"), "3");
    assert_string_equal(at(t, "entry"), "(none)");
}

/* Both kinds of Organization, a page each, none twice and none lost, though one comes in between. */
static void the_next_links_walk_through_everything_once(void **state)
{
    struct town *t = *state;
    const char *seen = "", *target = "/Organization?_count=1";
    int pages = 0;
    for (bool more = true; more; pages++) {
        ask(t, 200, target);
        assert_string_equal(at(t, "total"), "3");
        assert_null(strstr(seen, at(t, "entry.0.resource.id")));
        seen = arena_printf(t->w->arena, "%s %s", seen, at(t, "entry.0.resource.id"));
        assert_string_equal(at(t, "link.0.relation"), "self");
        more = !strcmp(at(t, "link.1.relation"), "next");
        if (more)
            target = arena_strdup(t->w->arena, at(t, "link.1.url") + strlen(BASE));
        if (pages == 0)
            given_file(t, "codes.csv", CODES); /* an entry that came meanwhile takes nobody's place */
    }
    assert_true(pages == 3 || pages == 4); /* with or without the new one, which has no place before it came */
    assert_non_null(strstr(seen, "corp-9999999999991"));
}

static void what_cannot_be_answered_is_an_operation_outcome(void **state)
{
    static const struct { int status; const char *target, *code; } wrong[] = {
        {404, "", "not-supported"}, {404, "/Patient", "not-supported"}, {404, "/Patient/1", "not-supported"}, {404, "/Location/nothing", "not-found"},
        {404, "/Organization/corp-1234567890123", "not-found"}, {404, "/Organization/a/_history", "not-found"},
        {400, "/Location?colour=red", "not-supported"}, {400, "/Location?name:exact=a", "not-supported"},
        {400, "/HealthcareService?organization.name=a", "not-supported"}, {400, "/Location?_sort=name", "not-supported"},
        {400, "/Location?_revinclude=Location:organization", "not-supported"},
        {400, "/Practitioner?_include=Practitioner:name", "not-supported"},
        {400, "/Location?near=here", "value"}, {400, "/Location?near=34.7", "value"}, {400, "/Location?near=34.7%7C135.5%7C1%7Cmile", "value"},
        {400, "/Location?near=34.7%7C135.5%7C101%7Ckm", "value"}, {400, "/Location?near=91%7C135.5", "value"}, {400, "/Location?near=34.7%7Cnan", "value"},
        {400, "/Location?near=34.7%7C135.5%7C1%7Ckm%7C2", "value"}, {400, "/Location?_summary=true", "not-supported"}, {400, "/Location?_total=many", "value"},
        {400, "/Location?_elements=name", "not-supported"}, {400, "/Location?_include=Location:partof", "not-supported"},
        {400, "/Location?_count=-1", "value"}, {400, "/Location?_count=x", "value"}, {400, "/Location?_cursor=abc", "value"},
        {400, "/Location?_cursor=OSAxIHg", "value"}, {400, "/Location?_lastUpdated=yesterday", "value"}, {400, "/Location?_lastUpdated=xx2024", "value"},
        {400, "/Location?_lastUpdated=2024-13-01", "value"}, {400, "/Location?_id=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21", "too-costly"},
        {400, "/Location?name=1,2,3,4,5,6,7,8&name=1,2,3,4,5,6,7,8", "too-costly"}, {406, "/Location?_format=xml", "not-supported"},
    };
    struct town *t = *state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        ask(t, wrong[i].status, wrong[i].target);
        assert_string_equal(at(t, "resourceType"), "OperationOutcome");
        if (strcmp(at(t, "issue.0.code"), wrong[i].code) != 0)
            fail_msg("%s: %s", wrong[i].target, at(t, "issue.0.code"));
        assert_true(strlen(at(t, "issue.0.diagnostics")) > 10);
    }
    visitor_send(t->v, POST, "/fhir/Organization", "application/fhir+json", "{}");
    assert_int_equal(t->v->status, 405);
    assert_non_null(strstr(t->v->body, "OperationOutcome"));
}

static void a_lenient_client_gets_what_is_known_and_sees_in_the_link_what_counted(void **state)
{
    struct town *t = *state;
    visitor_says(t->v, "Prefer", "handling=lenient");
    assert_int_equal(total(t, "/Organization?colour=red&type=care"), 2);
    assert_string_equal(at(t, "link.0.url"), BASE "/Organization?type=care");
}

/* ---- HTTP ---- */

static void an_unchanged_resource_is_not_sent_again(void **state)
{
    struct town *t = *state;
    const char *target = arena_printf(t->w->arena, "/fhir/Location/%s", id_of(t, "1399900012/120"));
    assert_int_equal(visitor_get(t->v, target), 200);
    const char *etag = arena_strdup(t->w->arena, visitor_header(t->v, "ETag")), *modified = arena_strdup(t->w->arena, visitor_header(t->v, "Last-Modified"));
    assert_int_equal(strncmp(etag, "W/\"", 3), 0);
    assert_non_null(strstr(modified, " GMT"));
    assert_string_equal(visitor_header(t->v, "Cache-Control"), "no-cache");
    visitor_says(t->v, "If-None-Match", etag);
    assert_int_equal(visitor_get(t->v, target), 304);
    visitor_says(t->v, "If-Modified-Since", modified); /* the day of the import: what people here say since then would be hidden */
    assert_int_equal(visitor_get(t->v, target), 200);
    visitor_says(t->v, "If-None-Match", "W/\"another\"");
    assert_int_equal(visitor_get(t->v, target), 200);
}

static void only_json_is_spoken(void **state)
{
    static const struct { const char *accept; int status; } wanted[] = {
        {"application/fhir+json", 200}, {"application/json", 200}, {"text/html, */*;q=0.1", 200}, {"application/fhir+xml", 406}};
    struct town *t = *state;
    for (size_t i = 0; i < COUNT(wanted); i++) {
        visitor_says(t->v, "Accept", wanted[i].accept);
        ask(t, wanted[i].status, "/metadata");
    }
    ask(t, 200, "/metadata?_format=application/fhir%2Bjson");
    ask(t, 200, "/metadata?_format=json");
}

/* ---- who sees what ---- */

static bool hide(struct db *db, void *arg, struct err *err)
{
    const char *const *fields = arg;
    for (; *fields; fields++)
        if (db_run(db, err, "INSERT INTO audience_setting (field, level, changed_at, changed_by) VALUES ($1, 'internal', '', '')", TEXT(*fields)) != 1)
            return false;
    return true;
}

static void what_is_not_for_everybody_is_neither_shown_nor_asked_for(void **state)
{
    struct town *t = *state;
    static const char *fields[] = {"phone", "office_number", "corporation_number", "address", "days", NULL};
    if (!store_write(t->w->store, hide, fields, &t->w->err))
        fail_msg("%s %s", t->w->err.message, t->w->err.detail);
    visitor_sign_in(t->v, &(struct session){.user_id = "U-1", .role = ROLE_COORDINATOR, .office_id = "O-1", .area_path = "270008/"});
    assert_int_equal(total(t, "/Organization"), 2);
    ask(t, 200, arena_printf(t->w->arena, "/HealthcareService/%s", id_of(t, "2799900011/710")));
    assert_null(strstr(t->v->body, "06-1234-5678"));
    assert_null(strstr(t->v->body, "2799900011"));
    assert_null(strstr(t->v->body, "9999999999991"));
    assert_null(strstr(t->v->body, "daysOfWeek"));
    ask(t, 404, "/Organization/corp-9999999999991");
    ask(t, 400, "/Organization?identifier=2799900011");
    ask(t, 400, "/Location?address=%E5%8C%97%E5%8C%BA");
    ask(t, 200, "/metadata");
    assert_null(strstr(t->v->body, "Organization-identifier"));
    assert_non_null(strstr(t->v->body, "Organization-name"));
}

static bool confirm(struct db *db, void *arg, struct err *err)
{
    struct facility_local l;
    auto_arena *a = arena_new();
    if (!facility_local_find(db, arg, a, &l, err))
        return false;
    l.head = (struct record_head){.id = arg, .office_id = "O-1", .area_code = "271276"};
    l.round_the_clock = "yes";
    l.public_note = "（架空）入口は裏です。";
    l.direct_line = "090-0000-0000";
    return record_insert(db, &facility_local_record, &l, "U-1", a, err);
}

static void what_people_here_confirmed_is_a_characteristic(void **state)
{
    struct town *t = *state;
    const char *id = id_of(t, "2799900011/710");
    if (!store_write(t->w->store, confirm, (void *)(uintptr_t)id, &t->w->err))
        fail_msg("%s %s", t->w->err.message, t->w->err.detail);
    assert_int_equal(total(t, "/HealthcareService?characteristic=round_the_clock"), 1);
    assert_string_equal(at(t, "entry.0.resource.id"), id);
    assert_string_equal(at(t, "entry.0.resource.characteristic.0.text"), "24時間対応");
    assert_string_equal(at(t, "entry.0.resource.extraDetails"), "（架空）入口は裏です。");
    assert_null(strstr(t->v->body, "090-0000-0000"));
    assert_int_equal(total(t, "/HealthcareService?characteristic=home_visits"), 0);
    assert_int_equal(total(t, "/HealthcareService?characteristic=direct_line"), 0);
}

/* ---- vacancies ---- */

static bool show_to_everybody(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return db_run(db, err, "INSERT INTO audience_setting (field, level, changed_at, changed_by) VALUES ('vacancy', 'public', '', ''), "
                           "('new_patient_acceptance', 'public', '', ''), ('acceptance_condition', 'public', '', '')") == 3;
}

static bool answer(struct db *db, void *arg, struct err *err)
{
    struct vacancy_answer answer = {.id = "0193-answer", .link_id = "", .user_id = "U-1"};
    bool is_new;
    auto_arena *a = arena_new();
    field_clear(&vacancy_fields, &answer.vacancy);
    answer.vacancy.facility_id = arg;
    answer.vacancy.channel = "phone";
    answer.vacancy.as_of = now_local(a);
    answer.vacancy.status = "conditional";
    answer.vacancy.night = "no";
    answer.vacancy.slots = 2;
    answer.vacancy.conditions = "（架空）胃ろうは可";
    struct facility_local l;
    if (!facility_local_find(db, arg, a, &l, err))
        return false;
    l.head = (struct record_head){.id = arg, .office_id = "O-1", .area_code = "271276"};
    l.new_patient_acceptance = "conditional";
    l.acceptance_condition = "（架空）区内の方";
    return vacancy_watch(db, arg, a, err) && vacancy_answer(db, &answer, a, &is_new, err) &&
           record_insert(db, &facility_local_record, &l, "U-1", a, err);
}

static void vacancies_are_there_where_the_installation_shows_them_to_everybody_and_found_while_they_count(void **state)
{
    struct town *t = *state;
    const char *id = id_of(t, "2799900011/710"), *target = arena_printf(t->w->arena, "/HealthcareService/%s", id);
    setenv("RENKEI_NOW", "2024-11-30T09:15", 1);
    assert_true(store_write(t->w->store, answer, (void *)(uintptr_t)id, &t->w->err));
    ask(t, 200, target);
    assert_null(strstr(t->v->body, "胃ろう"));
    assert_null(strstr(t->v->body, "eligibility"));
    ask(t, 400, "/HealthcareService?vacancy=conditional");
    assert_true(store_write(t->w->store, show_to_everybody, NULL, &t->w->err));
    ask(t, 200, target);
    assert_string_equal(at(t, "extension.0.url"), BASE "/StructureDefinition/vacancy");
    assert_string_equal(at(t, "extension.0.extension.0"), "{\"url\":\"status\",\"valueCoding\":{\"system\":\"" BASE "/CodeSystem/vacancy-status\","
                                                          "\"code\":\"conditional\",\"display\":\"条件つきで受け入れできます\"}}");
    assert_string_equal(at(t, "extension.0.extension.1.valueCoding.code"), "no");
    assert_string_equal(at(t, "extension.0.extension.2"), "{\"url\":\"slots\",\"valueInteger\":2}");
    assert_string_equal(at(t, "extension.0.extension.3.valueString"), "（架空）胃ろうは可");
    assert_string_equal(at(t, "extension.0.extension.4"), "{\"url\":\"asOf\",\"valueDateTime\":\"2024-11-30T09:15:00+09:00\"}");
    assert_string_equal(at(t, "extension.0.extension.5.valueDateTime"), "2024-12-07T09:15:00+09:00");
    assert_string_equal(at(t, "eligibility.0.code.coding.0.code"), "conditional");
    assert_string_equal(at(t, "eligibility.0.comment"), "（架空）区内の方");
    assert_int_equal(total(t, "/HealthcareService?vacancy=conditional"), 1);
    assert_int_equal(total(t, "/HealthcareService?vacancy=yes,no"), 0);
    setenv("RENKEI_NOW", "2024-12-07T09:16", 1);
    assert_int_equal(total(t, "/HealthcareService?vacancy=conditional"), 0);
    unsetenv("RENKEI_NOW");
}

struct given_person {
    struct town *town;
    const char *facility_id, *name, *audience, *left_on;
};

static bool insert_person(struct db *db, void *arg, struct err *err)
{
    const struct given_person *g = arg;
    struct contact_person x;
    auto_arena *a = arena_new();
    field_clear(&contact_person_set, &x);
    x.head = (struct record_head){.id = id_new(a), .office_id = "O-1", .area_code = "271276"};
    x.facility_id = g->facility_id;
    x.name = g->name;
    x.profession = "medical_social_worker";
    x.post = "地域連携室";
    x.phone = "06-9999-0000";
    x.mail = "mihon@example.jp";
    x.habits = "（架空）朝は忙しい";
    x.memo = "（架空）内部の覚え書き";
    x.reach_times = "平日 13時から15時";
    x.audience = g->audience;
    x.left_on = g->left_on;
    x.confirmed_on = "2024-11-01";
    x.encounters = "[]";
    return record_insert(db, &contact_person_record, &x, "U-1", a, err);
}

static void only_people_who_agreed_are_practitioner_roles(void **state)
{
    struct town *t = *state;
    const char *facility = id_of(t, "2799900011/710");
    struct given_person people[] = {{t, facility, "見本 花子", "public", ""}, {t, facility, "架空 太郎", "professional", ""},
                                    {t, facility, "架空 次郎", "internal", ""}, {t, facility, "架空 三郎", "public", "2024-10-01"}};
    for (size_t i = 0; i < COUNT(people); i++)
        if (!store_write(t->w->store, insert_person, &people[i], &t->w->err))
            fail_msg("%s %s", t->w->err.message, t->w->err.detail);
    assert_int_equal(total(t, "/PractitionerRole?_include=PractitionerRole:service"), 1);
    assert_string_equal(at(t, "entry.0.resource.practitioner.display"), "見本 花子");
    assert_string_equal(at(t, "entry.0.resource.code.0.coding.0.code"), "medical_social_worker");
    assert_string_equal(at(t, "entry.0.resource.code.0.text"), "地域連携室");
    assert_string_equal(at(t, "entry.0.resource.telecom.1.value"), "mihon@example.jp");
    assert_string_equal(at(t, "entry.0.resource.availabilityExceptions"), "平日 13時から15時");
    assert_string_equal(at(t, "entry.0.resource.healthcareService.0.reference"), arena_printf(t->w->arena, "HealthcareService/%s", facility));
    assert_string_equal(at(t, "entry.1.resource.resourceType"), "HealthcareService");
    assert_null(strstr(t->v->body, "架空 太郎"));
    assert_null(strstr(t->v->body, "（架空）朝は忙しい"));
    assert_null(strstr(t->v->body, "（架空）内部の覚え書き"));
    const char *id = arena_strdup(t->w->arena, at(t, "entry.0.resource.id")), *office = arena_strdup(t->w->arena, at(t, "entry.0.resource.organization.reference"));
    ask(t, 200, arena_printf(t->w->arena, "/PractitionerRole/%s", id));
    assert_int_equal(total(t, arena_printf(t->w->arena, "/PractitionerRole?organization=%s", office)), 1);
    assert_int_equal(total(t, arena_printf(t->w->arena, "/PractitionerRole?identifier=http://jpfhir.jp/fhir/core/IdSystem/resourceInstance-identifier%%7C%s", id)), 1);
    assert_int_equal(total(t, "/PractitionerRole?role=medical_social_worker"), 1);
    assert_int_equal(total(t, "/PractitionerRole?role=doctor"), 0);
    assert_int_equal(total(t, "/PractitionerRole?_lastUpdated=lt2000"), 0);
    assert_int_equal(total(t, arena_printf(t->w->arena, "/PractitionerRole?service=%s&_id=%s", facility, id)), 1);
    assert_int_equal(total(t, arena_printf(t->w->arena, "/PractitionerRole?practitioner=Practitioner/%s&_include=PractitionerRole:practitioner", id)), 1);
    assert_string_equal(at(t, "entry.0.resource.practitioner.reference"), arena_printf(t->w->arena, "Practitioner/%s", id));
    assert_string_equal(at(t, "entry.1.resource.resourceType"), "Practitioner");
    const char *hidden = db_text(world_db(t->w), t->w->arena, &t->w->err, "SELECT id FROM contact_person WHERE audience = 'internal'");
    ask(t, 404, arena_printf(t->w->arena, "/PractitionerRole/%s", hidden));
    ask(t, 404, arena_printf(t->w->arena, "/Practitioner/%s", hidden));
    assert_int_equal(total(t, "/Practitioner?_revinclude=PractitionerRole:practitioner"), 1);
    assert_int_equal(count_of(t, "PractitionerRole", "include"), 1);
}

static void a_practitioner_has_the_name_as_jp_core_writes_it_and_nothing_else_of_the_person(void **state)
{
    struct town *t = *state;
    struct given_person people[] = {{t, id_of(t, "2799900011/710"), "見本　花子", "public", ""}, {t, id_of(t, "2799900011/710"), "架空会の窓口", "public", ""}};
    for (size_t i = 0; i < COUNT(people); i++)
        assert_true(store_write(t->w->store, insert_person, &people[i], &t->w->err));
    assert_int_equal(total(t, "/Practitioner"), 2);
    assert_int_equal(total(t, "/Practitioner?name=%E8%A6%8B%E6%9C%AC%E8%8A%B1"), 1);
    assert_string_equal(at(t, "entry.0.resource.meta.profile.0"), "http://jpfhir.jp/fhir/core/StructureDefinition/JP_Practitioner");
    assert_string_equal(at(t, "entry.0.resource.name"),
                        "[{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation\",\"valueCode\":\"IDE\"}],"
                        "\"use\":\"usual\",\"text\":\"見本 花子\",\"family\":\"見本\",\"given\":[\"花子\"]}]");
    assert_string_equal(at(t, "entry.0.resource.telecom"), "(none)");
    assert_int_equal(total(t, "/Practitioner?name=%E7%AA%93%E5%8F%A3"), 1);
    assert_string_equal(at(t, "entry.0.resource.name.0.text"), "架空会の窓口");
    assert_string_equal(at(t, "entry.0.resource.name.0.family"), "(none)");
    assert_int_equal(total(t, "/Practitioner?name=%25"), 0);
}

static void an_entry_that_is_no_longer_listed_is_not_called_active(void **state)
{
    struct town *t = *state;
    given_file(t, "b.csv", KAIGO_HEAD "131121,東京都,（架空）世田谷の家,カクウ,訪問入浴介護,東京都世田谷区9,35.64,139.65,,,,1399900013,,\n");
    ask(t, 200, arena_printf(t->w->arena, "/Organization/%s", id_of(t, "1399900012/120")));
    assert_string_equal(at(t, "active"), "(none)");
    assert_string_equal(at(t, "meta.tag.1.code"), "not-listed");
}

/* ---- dates ---- */

static void a_date_is_a_span_as_long_as_its_smallest_part(void **state)
{
    static const char *const spans[][3] = {
        {"2024", "2023-12-31T15:00:00.000Z", "2024-12-31T15:00:00.000Z"},
        {"2024-02", "2024-01-31T15:00:00.000Z", "2024-02-29T15:00:00.000Z"},
        {"2024-02-29", "2024-02-28T15:00:00.000Z", "2024-02-29T15:00:00.000Z"},
        {"2024-11-30T09:15Z", "2024-11-30T09:15:00.000Z", "2024-11-30T09:16:00.000Z"},
        {"2024-11-30T09:15:59.5+09:00", "2024-11-30T00:15:59.000Z", "2024-11-30T00:16:00.000Z"},
        {"2024-11-30T09:15:00 09:00", "2024-11-30T00:15:00.000Z", "2024-11-30T00:15:01.000Z"}};
    static const char *const wrong[] = {"", "24", "2024-00", "2024-02-30", "2024-11-30T", "2024-11-30T25:00Z", "2024-11-30T09:15+9", "2024-11-30 09:15", "2024x"};
    struct town *t = *state;
    const char *from, *before;
    for (size_t i = 0; i < COUNT(spans); i++) {
        assert_true(fhir_date_span(spans[i][0], t->w->arena, &from, &before));
        assert_string_equal(from, spans[i][1]);
        assert_string_equal(before, spans[i][2]);
    }
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (fhir_date_span(wrong[i], t->w->arena, &from, &before))
            fail_msg("%s was taken", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_office_is_one_organization_with_its_number_and_its_corporation, begin, end),
        cmocka_unit_test_setup_teardown(a_place_apart_is_a_location_of_its_own, begin, end),
        cmocka_unit_test_setup_teardown(an_entry_that_does_not_speak_for_its_office_is_no_organization, begin, end),
        cmocka_unit_test_setup_teardown(known_days_without_times_are_days, begin, end),
        cmocka_unit_test_setup_teardown(hours_are_told_by_day_and_go_on_after_midnight, begin, end),
        cmocka_unit_test_setup_teardown(a_medical_institution_has_the_numbers_of_jp_core, begin, end),
        cmocka_unit_test_setup_teardown(entries_put_together_are_one_organization_with_both_sources, begin, end),
        cmocka_unit_test_setup_teardown(every_parameter_of_the_statement_finds_what_it_says, begin, end),
        cmocka_unit_test_setup_teardown(references_lead_from_the_office_to_its_services_and_places, begin, end),
        cmocka_unit_test_setup_teardown(what_names_a_match_comes_with_it_once, begin, end),
        cmocka_unit_test_setup_teardown(too_many_that_name_a_match_are_left_out_and_it_is_said, begin, end),
        cmocka_unit_test_setup_teardown(a_client_that_wants_no_total_gets_none_on_any_page, begin, end),
        cmocka_unit_test_setup_teardown(the_next_links_walk_through_everything_once, begin, end),
        cmocka_unit_test_setup_teardown(what_cannot_be_answered_is_an_operation_outcome, begin, end),
        cmocka_unit_test_setup_teardown(a_lenient_client_gets_what_is_known_and_sees_in_the_link_what_counted, begin, end),
        cmocka_unit_test_setup_teardown(an_unchanged_resource_is_not_sent_again, begin, end),
        cmocka_unit_test_setup_teardown(only_json_is_spoken, begin, end),
        cmocka_unit_test_setup_teardown(what_is_not_for_everybody_is_neither_shown_nor_asked_for, begin, end),
        cmocka_unit_test_setup_teardown(what_people_here_confirmed_is_a_characteristic, begin, end),
        cmocka_unit_test_setup_teardown(only_people_who_agreed_are_practitioner_roles, begin, end),
        cmocka_unit_test_setup_teardown(vacancies_are_there_where_the_installation_shows_them_to_everybody_and_found_while_they_count, begin, end),
        cmocka_unit_test_setup_teardown(a_practitioner_has_the_name_as_jp_core_writes_it_and_nothing_else_of_the_person, begin, end),
        cmocka_unit_test_setup_teardown(an_entry_that_is_no_longer_listed_is_not_called_active, begin, end),
        cmocka_unit_test_setup_teardown(a_date_is_a_span_as_long_as_its_smallest_part, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
