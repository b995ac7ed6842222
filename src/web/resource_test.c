#include "tests/support/sample_record.h"

#include "base/count.h"
#include "base/id.h"
#include "store/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define assert_says(v, sentence) assert_non_null(strstr((v)->body, (sentence)))
#define assert_silent(v, sentence) assert_null(strstr((v)->body, (sentence)))

static const char first_call[] = "received_at=r6.11.29&received_at_time=1403&channel=phone&minutes=20&subject_name=見本花子&summary=透析の相談&sex=female"
                                 "&disease=cancer_terminal&attendees.0.name=看護師&attendees.0.heads=2";

static long long count(struct sample_world *s, const char *sql)
{
    return db_int_values(world_db(s->w), &s->w->err, -1, sql, NULL, 0);
}

static const char *text(struct sample_world *s, const char *sql)
{
    const char *found = db_text_values(world_db(s->w), s->w->arena, &s->w->err, sql, NULL, 0);
    return found ? found : "";
}

/* Saves a call and returns its id. */
static const char *given_call(struct sample_world *s, struct visitor *v, const char *form)
{
    const char *id = id_new(s->w->arena);
    assert_int_equal(visitor_post(v, "/calls", arena_printf(s->w->arena, "id=%s&revision=0&%s", id, form)), 303);
    return id;
}

static const char *url(struct sample_world *s, const char *id, const char *tail)
{
    return arena_printf(s->w->arena, "/calls/%s%s", id, tail);
}

static void what_is_typed_is_saved_shown_counted_and_told(void **state)
{
    struct sample_world *s = *state;
    const char *id = given_call(s, s->hanako, first_call);
    assert_string_equal(visitor_header(s->hanako, "Location"), url(s, id, ""));
    assert_int_equal(visitor_get(s->hanako, url(s, id, "")), 200);
    assert_says(s->hanako, "保存しました");
    assert_says(s->hanako, "令和6年11月29日(金) 14:03");
    assert_says(s->hanako, "見本花子");
    assert_says(s->hanako, "看護師");
    assert_string_equal(text(s, "SELECT month FROM call"), "2024-11");
    struct scope all = SCOPE_EVERYTHING;
    assert_int_equal(tally_sum(world_db(s->w), &(struct tally_query){.scope = &all, .first_month = "2024-11", .last_month = "2024-11",
                                                                     .measure = "call.calls", .basis = "", .dimension = ""}, &s->w->err), 1);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM audit_now WHERE action = 'call.save' AND detail = 'new rev=1'"), 1);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM record_version WHERE revision = 1 AND action = 'create'"), 1);
}

static void a_rejected_form_keeps_what_was_typed_and_names_each_mistake(void **state)
{
    struct sample_world *s = *state;
    assert_int_equal(visitor_post(s->hanako, "/calls", "received_at=12月40日&received_at_time=99時&minutes=9999&subject_name=<b>架空太郎&summary=a"), 422);
    assert_says(s->hanako, "12月40日");
    assert_says(s->hanako, "99時");
    assert_says(s->hanako, "&lt;b&gt;架空太郎");
    assert_says(s->hanako, "href=\"#f-received_at\"");
    assert_says(s->hanako, "href=\"#f-channel\"");
    assert_says(s->hanako, "id=\"f-minutes-error\"");
    assert_says(s->hanako, "aria-invalid=\"true\"");
    assert_int_equal(count(s, "SELECT COUNT(*) FROM call"), 0);
}

static void sending_the_same_form_twice_makes_one_record(void **state)
{
    struct sample_world *s = *state;
    const char *id = id_new(s->w->arena), *form = arena_printf(s->w->arena, "id=%s&revision=0&%s", id, first_call);
    assert_int_equal(visitor_post(s->hanako, "/calls", form), 303);
    assert_int_equal(visitor_post(s->hanako, "/calls", form), 303);
    assert_string_equal(visitor_header(s->hanako, "Location"), url(s, id, ""));
    assert_int_equal(count(s, "SELECT COUNT(*) FROM call"), 1);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM record_version"), 1);
}

static void going_back_and_sending_something_else_shows_both(void **state)
{
    struct sample_world *s = *state;
    const char *id = given_call(s, s->hanako, first_call);
    assert_int_equal(visitor_post(s->hanako, "/calls", arena_printf(s->w->arena, "id=%s&revision=0&%s&minutes=30", id,
                                                                    "received_at=r6.11.29&received_at_time=1403&channel=fax")), 409);
    assert_says(s->hanako, "choose.channel");
    assert_string_equal(text(s, "SELECT channel FROM call"), "phone");
}

static void of_two_people_saving_the_second_sees_both_and_chooses(void **state)
{
    struct sample_world *s = *state;
    struct visitor *taro = sample_visitor(s, "U-2", ROLE_COORDINATOR, "O-1");
    const char *id = given_call(s, s->hanako, first_call), *page = url(s, id, "");
    assert_int_equal(visitor_post(taro, page, arena_printf(s->w->arena, "revision=1&%s&sex=male", "received_at=r6.11.29&received_at_time=1403&channel="
                                                           "phone&minutes=20&subject_name=見本花子&summary=太郎が書いた&disease=cancer_terminal")), 303);
    const char *mine = "received_at=r6.11.29&received_at_time=1403&channel=home_visit&minutes=20&subject_name=見本花子&summary=透析の相談&sex=female&disease=cancer_terminal";
    assert_int_equal(visitor_post(s->hanako, page, arena_printf(s->w->arena, "revision=1&%s&attendees.0.name=看護師&attendees.0.heads=2", mine)), 409);
    assert_says(s->hanako, "ほかの人が先に保存しました");
    assert_says(s->hanako, "太郎が書いた");
    assert_says(s->hanako, "name=\"revision\" value=\"2\"");
    /* Only taro changed the summary, only hanako the channel: each is chosen already. */
    assert_says(s->hanako, "name=\"choose.summary\" value=\"theirs\" checked");
    assert_silent(s->hanako, "choose.minutes");
    assert_string_equal(text(s, "SELECT summary FROM call"), "太郎が書いた");

    assert_int_equal(visitor_post(s->hanako, page, arena_printf(s->w->arena, "revision=2&choose.summary=theirs&choose.sex=mine&%s", mine)), 303);
    assert_string_equal(text(s, "SELECT summary FROM call"), "太郎が書いた");
    assert_string_equal(text(s, "SELECT sex FROM call"), "female");
    assert_int_equal(count(s, "SELECT revision FROM call"), 3);
}

static void the_api_tells_the_revision_to_start_from(void **state)
{
    struct sample_world *s = *state;
    const char *id = given_call(s, s->hanako, first_call), *at = arena_printf(s->w->arena, "/api/v1/calls/%s", id);
    assert_int_equal(visitor_get(s->hanako, at), 200);
    assert_string_equal(visitor_header(s->hanako, "ETag"), "\"1\"");
    assert_says(s->hanako, "\"channel\":\"phone\"");
    visitor_says(s->hanako, "X-CSRF-Token", s->hanako->csrf);
    visitor_says(s->hanako, "If-Match", "\"1\"");
    assert_int_equal(visitor_send(s->hanako, PATCH, at, "application/json", "{\"minutes\":45}"), 200);
    assert_int_equal(count(s, "SELECT minutes FROM call"), 45);
    assert_string_equal(text(s, "SELECT subject_name FROM call"), "見本花子");
    visitor_says(s->hanako, "X-CSRF-Token", s->hanako->csrf);
    assert_int_equal(visitor_send(s->hanako, PATCH, at, "application/json", "{\"minutes\":50,\"revision\":1}"), 409);
    assert_says(s->hanako, "\"revision\":2");
    assert_string_equal(s->hanako->content_type, "application/problem+json");
    visitor_says(s->hanako, "X-CSRF-Token", s->hanako->csrf);
    assert_int_equal(visitor_send(s->hanako, POST, "/api/v1/calls", "application/json", "{\"channel\":\"pigeon\"}"), 422);
    assert_says(s->hanako, "\"field\":\"channel\"");
    visitor_says(s->hanako, "X-CSRF-Token", s->hanako->csrf);
    assert_int_equal(visitor_send(s->hanako, PATCH, at, "application/json", "{\"minutes\":50}"), 422);
}

static void history_tells_who_changed_which_field_from_what_to_what(void **state)
{
    struct sample_world *s = *state;
    const char *id = given_call(s, s->hanako, first_call);
    assert_int_equal(visitor_post(s->hanako, url(s, id, ""), arena_printf(s->w->arena, "revision=1&%s&minutes=35",
                                                                          "received_at=r6.11.29&received_at_time=1403&channel=phone&subject_name=見本花子")), 303);
    assert_int_equal(visitor_get(s->hanako, url(s, id, "/history")), 200);
    assert_says(s->hanako, "<del>20</del>");
    assert_says(s->hanako, "<ins>35</ins>");
    assert_says(s->hanako, "見本 U-1 が変更");
    assert_int_equal(count(s, "SELECT COUNT(*) FROM audit_now WHERE detail LIKE 'fields=%minutes%' AND detail NOT LIKE '%35%'"), 1);
}

static void a_deleted_record_is_gone_and_can_be_taken_back(void **state)
{
    struct sample_world *s = *state;
    const char *id = given_call(s, s->hanako, first_call);
    assert_int_equal(visitor_post(s->hanako, url(s, id, "/delete"), "revision=1"), 303);
    assert_int_equal(visitor_get(s->hanako, "/calls"), 200);
    assert_says(s->hanako, "削除しました");
    assert_says(s->hanako, url(s, id, "/undelete"));
    assert_says(s->hanako, "電話メモはまだありません");
    assert_int_equal(visitor_get(s->hanako, url(s, id, "")), 404);
    assert_int_equal(visitor_post(s->hanako, url(s, id, "/undelete"), ""), 303);
    assert_int_equal(visitor_get(s->hanako, url(s, id, "")), 200);
    struct scope all = SCOPE_EVERYTHING;
    assert_int_equal(tally_sum(world_db(s->w), &(struct tally_query){.scope = &all, .first_month = "2024-11", .last_month = "2024-11",
                                                                     .measure = "call.calls", .basis = "", .dimension = ""}, &s->w->err), 1);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM record_version"), 3);
}

static void another_office_finds_nothing(void **state)
{
    struct sample_world *s = *state;
    struct visitor *other = sample_visitor(s, "U-9", ROLE_COORDINATOR, "O-2");
    const char *id = given_call(s, s->hanako, first_call);
    assert_int_equal(visitor_get(other, url(s, id, "")), 404);
    assert_int_equal(visitor_get(other, url(s, id, "/history")), 404);
    assert_int_equal(visitor_post(other, url(s, id, ""), arena_printf(s->w->arena, "revision=1&%s", first_call)), 404);
    assert_int_equal(visitor_post(other, url(s, id, "/delete"), "revision=1"), 404);
    assert_int_equal(visitor_post(other, "/calls", arena_printf(s->w->arena, "id=%s&%s", id, first_call)), 409);
    assert_silent(other, "透析");
    visitor_get(other, "/calls");
    assert_silent(other, "見本花子");
    assert_int_equal(visitor_post(s->hanako, url(s, id, "/delete"), "revision=1"), 303);
    assert_int_equal(visitor_post(other, url(s, id, "/undelete"), ""), 404);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM call WHERE deleted_at <> ''"), 1);
}

static void the_ward_sees_that_it_exists_and_who_may_see_it(void **state)
{
    struct sample_world *s = *state;
    struct visitor *ward = sample_visitor(s, "U-5", ROLE_WARD_OFFICER, "W-1");
    const char *id = given_call(s, s->hanako, first_call);
    assert_int_equal(visitor_get(ward, "/calls"), 200);
    assert_says(ward, "（非表示）");
    assert_silent(ward, "見本花子");
    assert_int_equal(visitor_get(ward, url(s, id, "")), 403);
    assert_says(ward, "O-1 相談支援室");
    assert_silent(ward, "透析");
    assert_int_equal(visitor_get(ward, url(s, id, "/history")), 403);
    assert_int_equal(visitor_get(ward, url(s, id, "/print")), 403);
    assert_int_equal(visitor_get(ward, "/calls?format=csv"), 200);
    assert_silent(ward, "透析");
    assert_int_equal(visitor_get(ward, arena_printf(s->w->arena, "/api/v1/calls/%s", id)), 200);
    assert_silent(ward, "見本花子");
    assert_int_equal(visitor_get(ward, "/api/v1/calls"), 200);
    assert_silent(ward, "見本花子");
    assert_says(ward, "\"total\":1");
}

static void a_search_leaves_no_name_in_an_address_and_is_its_makers_alone(void **state)
{
    struct sample_world *s = *state;
    struct visitor *colleague = sample_visitor(s, "U-2", ROLE_COORDINATOR, "O-1");
    given_call(s, s->hanako, first_call);
    given_call(s, s->hanako, "received_at=今日&received_at_time=0900&channel=fax&subject_name=架空太郎");
    assert_int_equal(visitor_post(s->hanako, "/calls/search", "words=花子&query=channel%3Dphone"), 303);
    const char *found = visitor_header(s->hanako, "Location");
    assert_null(strstr(found, "%"));
    assert_non_null(strstr(found, "channel=phone"));
    assert_int_equal(visitor_get(s->hanako, found), 200);
    assert_says(s->hanako, "見本花子");
    assert_silent(s->hanako, "架空太郎");
    assert_int_equal(visitor_get(colleague, found), 422);
    assert_says(colleague, "もう一度検索してください");
    assert_silent(colleague, "言葉: 花子");
}

static void filters_narrow_and_can_be_taken_off_one_by_one(void **state)
{
    struct sample_world *s = *state;
    given_call(s, s->hanako, first_call);
    given_call(s, s->hanako, "received_at=今日&received_at_time=0900&channel=fax&disease=dementia&subject_name=架空太郎&call_back_on=明日");
    assert_int_equal(visitor_get(s->hanako, "/calls?channel=phone&period=2024-11"), 200);
    assert_says(s->hanako, "全1件中 1–1件");
    assert_says(s->hanako, "期間: 令和6年11月");
    assert_says(s->hanako, "href=\"/calls?period=2024-11\"");
    visitor_get(s->hanako, "/calls?channel=phone&channel=fax");
    assert_says(s->hanako, "全2件中");
    visitor_get(s->hanako, "/calls?disease=dementia");
    assert_says(s->hanako, "全1件中");
    visitor_get(s->hanako, "/calls?due=1");
    assert_says(s->hanako, "架空太郎");
    assert_silent(s->hanako, "見本花子");
    visitor_get(s->hanako, "/calls?from=11/30&to=11/30");
    assert_says(s->hanako, "全1件中");
    visitor_get(s->hanako, "/calls?period=FY2023");
    assert_says(s->hanako, "0件");
    visitor_get(s->hanako, "/calls?ward=271276&sort=-minutes");
    assert_says(s->hanako, "aria-sort=\"descending\"");
    assert_int_equal(visitor_get(s->hanako, "/calls?channel=%27%20OR%201%3D1"), 422);
    assert_says(s->hanako, "条件が読めません");
    assert_int_equal(visitor_get(s->hanako, "/api/v1/calls?period=nonsense"), 422);
}

static void a_long_list_has_pages(void **state)
{
    struct sample_world *s = *state;
    for (int i = 0; i < 53; i++)
        given_call(s, s->hanako, arena_printf(s->w->arena, "received_at=今日&received_at_time=08%02d&channel=fax&subject_name=架空%02d", i, i));
    visitor_get(s->hanako, "/calls");
    assert_says(s->hanako, "全53件中 1–50件");
    assert_says(s->hanako, "rel=\"next\" href=\"/calls?page=2\"");
    visitor_get(s->hanako, "/calls?page=2");
    assert_says(s->hanako, "全53件中 51–53件");
    assert_says(s->hanako, "架空02");
    assert_silent(s->hanako, "架空03");
    visitor_get(s->hanako, "/api/v1/calls");
    assert_string_equal(visitor_header(s->hanako, "Link"), "</api/v1/calls?page=2>; rel=\"next\"");
    assert_says(s->hanako, "\"total\":53");
}

static bool fold(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return tally_fold(db, err);
}

/* 52 calls of one month and one of another: what is waiting for the counts is in, and what the counts hold is the same. */
static void assert_totals(struct sample_world *s, int of_month)
{
    struct visitor *of_ward = sample_visitor(s, "U-3", ROLE_WARD_OFFICER, "");
    for (int settled = 0; settled < 2; settled++) {
        visitor_get(s->hanako, "/api/v1/calls?period=2024-05");
        assert_says(s->hanako, arena_printf(s->w->arena, "\"total\":%d,", of_month));
        visitor_get(s->hanako, "/api/v1/calls?period=FY2024");
        assert_says(s->hanako, arena_printf(s->w->arena, "\"total\":%d,", of_month + 1));
        visitor_get(s->hanako, "/api/v1/calls?period=2024-05&channel=phone");
        assert_says(s->hanako, "\"total\":0,");
        assert_int_equal(visitor_get(of_ward, "/api/v1/calls?period=2024-05"), 200);
        assert_says(of_ward, arena_printf(s->w->arena, "\"total\":%d,", of_month));
        assert_true(store_write(s->w->store, fold, NULL, &s->w->err));
    }
}

static void the_number_of_a_month_is_right_at_once_and_when_the_counts_have_settled(void **state)
{
    struct sample_world *s = *state;
    const char *last = "";
    for (int i = 0; i < 52; i++)
        last = given_call(s, s->hanako, arena_printf(s->w->arena, "received_at=r6.5.%d&received_at_time=0900&channel=fax", 1 + i % 30));
    given_call(s, s->hanako, "received_at=r6.6.1&received_at_time=0900&channel=fax");
    assert_totals(s, 52);
    assert_int_equal(visitor_post(s->hanako, url(s, last, ""), "revision=1&received_at=r6.6.10&received_at_time=0900&channel=fax"), 303);
    visitor_get(s->hanako, "/api/v1/calls?period=2024-05");
    assert_says(s->hanako, "\"total\":51,");
    assert_int_equal(visitor_post(s->hanako, url(s, last, "/delete"), "revision=2"), 303);
    assert_totals(s, 51);
    given_call(s, sample_visitor(s, "U-9", ROLE_COORDINATOR, "O-2"), "received_at=r6.5.1&received_at_time=0900&channel=fax");
    visitor_get(s->hanako, "/api/v1/calls?period=2024-05");
    assert_says(s->hanako, "\"total\":51,");
}

/* Of words that very many records hold only the next page is looked for, where the store has to walk for them. */
static void a_long_search_has_pages_too(void **state)
{
    struct sample_world *s = *state;
    for (int i = 0; i < 103; i++)
        given_call(s, s->hanako, arena_printf(s->w->arena, "received_at=今日&received_at_time=%02d%02d&channel=fax&subject_name=架空%03d", 7 + i / 60, i % 60, i));
    assert_int_equal(visitor_post(s->hanako, "/calls/search", "words=架空"), 303);
    const char *first = arena_strdup(s->w->arena, visitor_header(s->hanako, "Location"));
    visitor_get(s->hanako, first);
    assert_says(s->hanako, "全103件中 1–50件");
    assert_says(s->hanako, "架空102");
    assert_silent(s->hanako, "架空052");
    visitor_get(s->hanako, arena_printf(s->w->arena, "%s&page=3", first));
    assert_says(s->hanako, "全103件中 101–103件");
    assert_says(s->hanako, "架空002");
    assert_silent(s->hanako, "架空003");
    visitor_get(s->hanako, arena_printf(s->w->arena, "%s&page=4", first));
    assert_silent(s->hanako, "架空1");
    visitor_get(s->hanako, arena_printf(s->w->arena, "/api/v1%s&page=2", first));
    assert_says(s->hanako, "\"total\":103,\"total_is_at_least\":false");
    assert_says(s->hanako, "架空052");
    assert_says(s->hanako, "架空003");
    assert_silent(s->hanako, "架空053");
    assert_silent(s->hanako, "架空002");
}

static void every_format_carries_the_same_rows(void **state)
{
    struct sample_world *s = *state;
    given_call(s, s->hanako, first_call);
    assert_int_equal(visitor_get(s->hanako, "/calls?format=csv"), 200);
    assert_memory_equal(s->hanako->body, "\xEF\xBB\xBF", 3);
    assert_says(s->hanako, "受付日時,方法,分数,氏名");
    assert_says(s->hanako, "見本花子");
    assert_int_equal(visitor_get(s->hanako, "/calls?format=csv-cp932"), 200);
    assert_says(s->hanako, "\x8c\xa9\x96\x7b\x89\xd4\x8e\x71"); /* 見本花子 in CP932 */
    assert_int_equal(visitor_get(s->hanako, "/calls?format=xlsx"), 200);
    assert_memory_equal(s->hanako->body, "PK", 2);
    assert_int_equal(visitor_get(s->hanako, "/calls?format=pdf"), 200);
    assert_memory_equal(s->hanako->body, "%PDF", 4);
    assert_int_equal(visitor_get(s->hanako, "/calls?format=exe"), 422);
}

static void a_new_form_can_start_from_another_record(void **state)
{
    struct sample_world *s = *state;
    const char *id = given_call(s, s->hanako, arena_printf(s->w->arena, "%s&call_back_on=明日&shop_id=S-1&shop_id_text=見本薬局", first_call));
    assert_int_equal(visitor_get(s->hanako, arena_printf(s->w->arena, "/calls/new?from=%s&minutes=7", id)), 200);
    assert_says(s->hanako, "見本花子");
    assert_says(s->hanako, "value=\"見本薬局\"");
    assert_says(s->hanako, "name=\"minutes\" value=\"7\"");
    assert_silent(s->hanako, "R6.12.1");
    assert_int_equal(visitor_get(s->hanako, "/calls/new?subject_name=架空太郎"), 200);
    assert_silent(s->hanako, "value=\"架空太郎\"");
    assert_int_equal(visitor_get(s->hanako, arena_printf(s->w->arena, "/calls/new?from=%s", id_new(s->w->arena))), 404);
}

static void a_reference_is_chosen_without_script_by_searching(void **state)
{
    struct sample_world *s = *state;
    assert_int_equal(visitor_post(s->hanako, "/calls", arena_printf(s->w->arena, "%s&shop_id=&shop_id_text=見本&pick=shop_id", first_call)), 200);
    assert_says(s->hanako, "name=\"shop_id_choice\" value=\"S-1\"");
    assert_silent(s->hanako, "架空診療所");
    assert_says(s->hanako, "見本花子");
    assert_int_equal(visitor_post(s->hanako, "/calls", arena_printf(s->w->arena, "%s&shop_id_text=見本&shop_id_choice=S-1", first_call)), 303);
    assert_string_equal(text(s, "SELECT shop_id FROM call"), "S-1");
    /* Words that no longer fit the choice undo it. */
    assert_int_equal(visitor_post(s->hanako, "/calls", arena_printf(s->w->arena, "%s&shop_id=S-1&shop_id_text=架空", first_call)), 422);
    assert_says(s->hanako, "相談先が選ばれていません");
    assert_int_equal(visitor_post(s->hanako, "/calls", arena_printf(s->w->arena, "%s&more_rows=attendees", first_call)), 200);
    assert_says(s->hanako, "name=\"attendees.3.name\"");
}

static void a_frozen_month_says_so_before_and_after(void **state)
{
    struct sample_world *s = *state;
    assert_int_equal(visitor_post(s->hanako, "/calls", "received_at=r6.2.3&received_at_time=1000&channel=fax"), 403);
    assert_says(s->hanako, "2月分は確定しています");
    const char *id = given_call(s, s->hanako, first_call);
    assert_int_equal(visitor_post(s->hanako, url(s, id, ""), "revision=1&received_at=r6.2.3&received_at_time=1000&channel=fax"), 403);
    assert_string_equal(text(s, "SELECT month FROM call"), "2024-11");
}

static void what_is_being_typed_survives_and_is_offered_again(void **state)
{
    struct sample_world *s = *state;
    const char *id = id_new(s->w->arena), *at = arena_printf(s->w->arena, "/drafts/call/%s", id);
    visitor_says(s->hanako, "X-CSRF-Token", s->hanako->csrf);
    assert_int_equal(visitor_send(s->hanako, PUT, at, "application/x-www-form-urlencoded", "subject_name=書きかけ&received_at=r6.11&revision=0"), 200);
    assert_string_equal(s->hanako->body, "{\"saved_at\":\"09:15\"}");
    visitor_get(s->hanako, "/calls/new");
    assert_says(s->hanako, "保存していない下書きがあります");
    assert_silent(s->hanako, "書きかけ");
    assert_int_equal(visitor_get(s->hanako, arena_printf(s->w->arena, "/calls/new?draft=%s", id)), 200);
    assert_says(s->hanako, "value=\"書きかけ\"");
    assert_says(s->hanako, "value=\"r6.11\"");
    assert_says(s->hanako, id);
    struct visitor *other = sample_visitor(s, "U-2", ROLE_COORDINATOR, "O-1");
    visitor_get(other, arena_printf(s->w->arena, "/calls/new?draft=%s", id));
    assert_silent(other, "書きかけ");

    assert_int_equal(visitor_post(s->hanako, "/calls", arena_printf(s->w->arena, "id=%s&revision=0&%s", id, first_call)), 303);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM draft"), 0);
    /* An autosave that comes late does not bring it back. */
    assert_int_equal(visitor_post(s->hanako, at, "subject_name=書きかけ&revision=0"), 200);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM draft"), 0);
}

static void a_draft_can_be_thrown_away_and_cannot_be_too_large(void **state)
{
    struct sample_world *s = *state;
    const char *at = arena_printf(s->w->arena, "/drafts/call/%s", id_new(s->w->arena));
    assert_int_equal(visitor_post(s->hanako, at, "summary=a"), 200);
    assert_int_equal(visitor_post(s->hanako, arena_printf(s->w->arena, "%s/delete", at), ""), 303);
    assert_int_equal(count(s, "SELECT COUNT(*) FROM draft"), 0);
    char *large = arena_alloc(s->w->arena, 70001);
    memset(large, 'a', 70000);
    assert_int_equal(visitor_post(s->hanako, at, arena_printf(s->w->arena, "summary=%s", large)), 413);
    assert_int_equal(visitor_post(s->hanako, "/drafts/call/../x", "summary=a"), 404);
    assert_int_equal(visitor_post(s->hanako, "/drafts/call/not-an-id", "summary=a"), 422);
}

static void pickers_of_persons_are_asked_by_post_only(void **state)
{
    struct sample_world *s = *state;
    assert_int_equal(visitor_get(s->hanako, "/pick/shop?q=%E8%A6%8B%E6%9C%AC"), 200);
    assert_string_equal(s->hanako->body, "[{\"id\":\"S-1\",\"label\":\"見本薬局\",\"detail\":\"薬局・北区\"}]");
    assert_int_equal(visitor_get(s->hanako, "/pick/person?q=a"), 422);
    assert_int_equal(visitor_post(s->hanako, "/pick/person", "q=見本"), 200);
    assert_int_equal(visitor_get(s->hanako, "/pick/nothing?q=a"), 404);
    struct visitor *administrator = sample_visitor(s, "U-7", ROLE_SYSTEM_ADMINISTRATOR, "");
    assert_int_equal(visitor_post(administrator, "/pick/person", "q=見本"), 403);
}

static bool recount(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    return resource_recount(db, &call_resource, err);
}

static void a_recount_finds_what_saving_counted(void **state)
{
    struct sample_world *s = *state;
    const char *id = given_call(s, s->hanako, first_call);
    given_call(s, s->hanako, "received_at=今日&received_at_time=0900&channel=fax");
    given_call(s, sample_visitor(s, "U-9", ROLE_COORDINATOR, "O-2"), "received_at=今日&received_at_time=0900&channel=fax");
    assert_int_equal(visitor_post(s->hanako, url(s, id, ""), "revision=1&received_at=r6.10.1&received_at_time=0900&channel=home_visit"), 303);
    const char *sums = "SELECT COUNT(*) * 1000 + SUM(n) FROM (SELECT SUM(n) AS n FROM tally_now WHERE measure = 'call.calls' GROUP BY basis, month, code, area_code, office_id) cells WHERE n <> 0";
    long long before = count(s, sums);
    assert_true(before > 1000);
    assert_true(store_write(s->w->store, recount, NULL, &s->w->err));
    assert_int_equal(count(s, sums), before);
}

#define spec(f) cmocka_unit_test_setup_teardown(f, sample_begin, sample_end)
int main(void)
{
    const struct CMUnitTest specs[] = {
        spec(what_is_typed_is_saved_shown_counted_and_told),
        spec(a_rejected_form_keeps_what_was_typed_and_names_each_mistake),
        spec(sending_the_same_form_twice_makes_one_record),
        spec(going_back_and_sending_something_else_shows_both),
        spec(of_two_people_saving_the_second_sees_both_and_chooses),
        spec(the_api_tells_the_revision_to_start_from),
        spec(history_tells_who_changed_which_field_from_what_to_what),
        spec(a_deleted_record_is_gone_and_can_be_taken_back),
        spec(another_office_finds_nothing),
        spec(the_ward_sees_that_it_exists_and_who_may_see_it),
        spec(a_search_leaves_no_name_in_an_address_and_is_its_makers_alone),
        spec(filters_narrow_and_can_be_taken_off_one_by_one),
        spec(a_long_list_has_pages),
        spec(the_number_of_a_month_is_right_at_once_and_when_the_counts_have_settled),
        spec(a_long_search_has_pages_too),
        spec(every_format_carries_the_same_rows),
        spec(a_new_form_can_start_from_another_record),
        spec(a_reference_is_chosen_without_script_by_searching),
        spec(a_frozen_month_says_so_before_and_after),
        spec(what_is_being_typed_survives_and_is_offered_again),
        spec(a_draft_can_be_thrown_away_and_cannot_be_too_large),
        spec(pickers_of_persons_are_asked_by_post_only),
        spec(a_recount_finds_what_saving_counted),
    };
    return cmocka_run_group_tests_name("resource", specs, NULL, NULL);
}
