#include "features/facility/facility_match_pages.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/text.h"
#include "features/account/account.h"
#include "features/area/area.h"
#include "features/facility/facility_group.h"
#include "features/facility/facility_match_view.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { NEXT_LINES = 20, DECIDED_LINES = 50, MOST_FIELDS = 16 };
static const struct crumb crumbs[] = {{"資源", "/facilities"}, {"取り込み", "/facilities/imports"}};

/* --- words --- */

static const char *reason_words(const char *reason)
{
    static const char *const words[][2] = {{"number", "事業所番号・医療機関コードが同じです"},
                                           {"name phone", "名称と地域と電話番号が同じです"},
                                           {"name", "名称と地域が同じです"}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (!strcmp(reason, words[i][0]))
            return words[i][1];
    return "似ています";
}

static const char *state_words(const char *state)
{
    static const char *const words[][2] = {{"same", "●同じ機関"}, {"different", "■ちがう機関"}, {"later", "▲あとで決める"}, {"proposed", "▲まだ決めていない"}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (!strcmp(state, words[i][0]))
            return words[i][1];
    return "";
}

static const char *source_words(const char *source, struct arena *a)
{
    static const char *const words[][2] = {{"kaigo", "介護サービス情報公表システム"}, {"navii", "医療情報ネット"}, {"kouseikyoku", "地方厚生局"},
                                           {"municipal-care", "市区町村の介護サービス事業所一覧"}, {"municipal-medical", "市区町村の医療機関一覧"}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (!strcmp(source, words[i][0]))
            return words[i][1];
    return arena_strdup(a, !strncmp(source, "mapped/", 7) ? source + 7 : source);
}

/* --- one pair --- */

static const char *number_words(struct arena *a, long n, const char *unit)
{
    return n == FIELD_BLANK ? "" : arena_printf(a, "%ld%s", n, unit);
}

static const char *place_words(struct arena *a, const struct facility *f)
{
    return f->latitude == FIELD_BLANK ? "" : arena_printf(a, "%.5f, %.5f", (double)f->latitude / 1e6, (double)f->longitude / 1e6);
}

struct comparing {
    struct request *req;
    const struct facility *first, *second;
    const char *first_source, *second_source;
    bool first_leads;
    struct match_field *fields;
    size_t count;
};

static void compare(struct comparing *c, const char *label, const char *x, const char *y)
{
    struct arena *a = c->req->arena;
    if (!*x && !*y)
        return;
    bool same = !strcmp(text_fold(a, x), text_fold(a, y)), one = !*x || !*y;
    const char *led = c->first_leads ? x : y, *other = c->first_leads ? y : x;
    const char *from = (*led != '\0') == c->first_leads ? c->first_source : c->second_source;
    c->fields[c->count++] = (struct match_field){.label = label, .first = *x ? x : "―", .second = *y ? y : "―",
                                                 .mark = one ? "片方だけ" : same ? "＝同じ" : "≠ちがう",
                                                 .mark_class = one ? "" : same ? "status-ok" : "status-warn",
                                                 .merged = *led ? led : other, .merged_from = same ? "" : from};
}

/* How far the two places lie apart says more than their figures. */
static void compare_places(struct comparing *c)
{
    const struct facility *x = c->first, *y = c->second;
    size_t before = c->count;
    compare(c, "位置（緯度, 経度）", place_words(c->req->arena, x), place_words(c->req->arena, y));
    if (c->count == before || x->latitude == FIELD_BLANK || y->latitude == FIELD_BLANK)
        return;
    double metres = area_distance(x->latitude, x->longitude, y->latitude, y->longitude);
    c->fields[before].mark = arena_printf(c->req->arena, "%s約%.0fm離れています", metres < 100 ? "＝" : "≠", metres);
    c->fields[before].mark_class = metres < 100 ? "status-ok" : "status-warn";
}

static void compare_all(struct comparing *c)
{
    const struct facility *x = c->first, *y = c->second;
    struct request *req = c->req;
    compare(c, "名称", x->name, y->name);
    compare(c, "フリガナ", x->kana, y->kana);
    compare(c, "種類", *x->service_code ? code_label("care_service", x->service_code) : code_label("facility_kind", x->kind),
            *y->service_code ? code_label("care_service", y->service_code) : code_label("facility_kind", y->kind));
    compare(c, "番号", x->office_number, y->office_number);
    compare(c, "地域", area_label(req->db, x->area_code, req->arena), area_label(req->db, y->area_code, req->arena));
    compare(c, "住所", x->address, y->address);
    compare(c, "電話番号", x->phone, y->phone);
    compare(c, "FAX番号", x->fax, y->fax);
    compare(c, "法人", x->corporation, y->corporation);
    compare(c, "ホームページ", x->url, y->url);
    compare(c, "定員", number_words(req->arena, x->capacity, "人"), number_words(req->arena, y->capacity, "人"));
    compare(c, "病床数", number_words(req->arena, x->beds, "床"), number_words(req->arena, y->beds, "床"));
    compare_places(c);
}

/* What the source itself said, also while the entry is shown together with others. */
static bool find_own(struct request *req, const char *id, struct facility *f, struct err *err)
{
    struct facility_filling *fillings;
    size_t count;
    if (!facility_find(req->db, id, req->arena, f, err) || !facility_fillings(req->db, id, req->arena, &fillings, &count, err))
        return false;
    facility_without(f, fillings, count);
    return true;
}

static bool show_pair(struct request *req, const char *facility_id, const char *other_id, struct match_view *v, struct err *err)
{
    struct facility *x = NEW(req->arena, struct facility), *y = NEW(req->arena, struct facility);
    if (!find_own(req, facility_id, x, err) || !find_own(req, other_id, y, err))
        return false;
    struct comparing c = {.req = req, .first = x, .second = y, .first_source = source_words(x->source, req->arena),
                          .second_source = source_words(y->source, req->arena), .first_leads = facility_leads(x, y),
                          .fields = NEW_ARRAY(req->arena, MOST_FIELDS, struct match_field)};
    compare_all(&c);
    v->has_pair = true;
    v->facility_id = facility_id;
    v->other_id = other_id;
    v->first_source = c.first_source;
    v->second_source = c.second_source;
    v->first_listed = x->is_listed;
    v->second_listed = y->is_listed;
    v->fields = c.fields;
    v->field_count = c.count;
    return true;
}

/* --- the list --- */

#define LINES "SELECT m.facility_id, m.other_id, m.reason, m.score, m.state, m.decided_at, m.decided_by, f.name, g.name, m.state_before " \
              "FROM facility_match m JOIN facility f ON f.id = m.facility_id JOIN facility g ON g.id = m.other_id "

static struct match_line line_of(struct request *req, const struct rows *r, const char *tab)
{
    const char *at = rows_text(r, 5), *by = rows_text(r, 6);
    return (struct match_line){
        .facility_id = rows_text(r, 0), .other_id = rows_text(r, 1), .reason = reason_words(rows_text(r, 2)), .score = (long)rows_int(r, 3),
        .url = arena_printf(req->arena, "/facilities/matches?tab=%s&a=%s&b=%s", tab, rows_text(r, 0), rows_text(r, 1)), .state = state_words(rows_text(r, 4)),
        .decided = *at ? arena_printf(req->arena, "%s　%s", utc_to_local_label(req->arena, at), *by ? account_display_name(req->db, by, req->arena) : "") : "",
        .first = rows_text(r, 7), .second = rows_text(r, 8), .may_undo = *rows_text(r, 9)};
}

static bool read_lines(struct request *req, struct match_view *v, struct err *err)
{
    bool decided = !strcmp(v->tab, "decided");
    struct match_line *lines = NEW_ARRAY(req->arena, DECIDED_LINES, struct match_line);
    auto_rows *r = decided ? db_query(req->db, req->arena, err, LINES "WHERE m.state IN ('same', 'different') ORDER BY m.decided_at DESC, m.facility_id, m.other_id LIMIT 50")
                           : db_query(req->db, req->arena, err, LINES "WHERE m.state = $1 ORDER BY m.score DESC, m.facility_id, m.other_id LIMIT 20",
                                      TEXT(!strcmp(v->tab, "later") ? "later" : "proposed"));
    while (r && v->line_count < DECIDED_LINES && rows_next(r))
        lines[v->line_count++] = line_of(req, r, v->tab);
    v->others = lines;
    return r && !rows_failed(r);
}

static bool count_states(struct request *req, struct match_view *v, struct err *err)
{
    auto_rows *r = db_query(req->db, req->arena, err, "SELECT state, COUNT(*) FROM facility_match GROUP BY state");
    while (r && rows_next(r)) {
        const char *state = rows_text(r, 0);
        *(!strcmp(state, "proposed") ? &v->open : !strcmp(state, "later") ? &v->later : &v->decided) += rows_int(r, 1);
    }
    return r && !rows_failed(r);
}

/* The pair that is shown is not among the others. */
static void leave_out(struct match_view *v, const char *x, const char *y)
{
    struct match_line *lines = v->others;
    size_t n = 0;
    for (size_t i = 0; i < v->line_count; i++)
        if (strcmp(lines[i].facility_id, x) != 0 || strcmp(lines[i].other_id, y) != 0)
            lines[n++] = lines[i];
    v->line_count = n;
}

/* The pair that was asked for, else the first of the list. */
static bool choose_pair(struct request *req, struct match_view *v, struct err *err)
{
    const char *x = request_query(req, "a"), *y = request_query(req, "b");
    if (!*x && (!strcmp(v->tab, "decided") || !v->line_count))
        return true;
    if (!*x) {
        x = v->others[0].facility_id;
        y = v->others[0].other_id;
    }
    auto_rows *r = db_query(req->db, req->arena, err, LINES "WHERE m.facility_id = $1 AND m.other_id = $2", TEXT(x), TEXT(y));
    if (!r || !rows_next(r))
        return r && !rows_failed(r) && err_set(err, ERR_NOT_FOUND, "facility.unknown_match", "pair");
    v->state = rows_text(r, 4);
    v->reason = reason_words(rows_text(r, 2));
    v->score = (long)rows_int(r, 3);
    v->said = *rows_text(r, 5) ? arena_printf(req->arena, "%s（%s）", state_words(v->state), line_of(req, r, v->tab).decided) : "";
    leave_out(v, rows_text(r, 0), rows_text(r, 1));
    return show_pair(req, rows_text(r, 0), rows_text(r, 1), v, err);
}

bool facility_match_page(struct request *req, struct err *err)
{
    const char *tab = request_query(req, "tab");
    struct match_view v = {.csrf = req->session->csrf, .tab = !strcmp(tab, "later") || !strcmp(tab, "decided") ? tab : "open", .said = ""};
    if (!count_states(req, &v, err) || !read_lines(req, &v, err) || !choose_pair(req, &v, err))
        return false;
    const struct page page = {.title = "同じかもしれない組", .section = "/facilities", .wide = true, .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    return reply_page(req, &page, facility_match_html, &v);
}

/* --- deciding --- */

struct deciding {
    struct request *req;
    struct facility_decision decision;
};

static bool write_decision(struct db *db, void *arg, struct err *err)
{
    struct deciding *d = arg;
    auto_arena *a = arena_new();
    struct audit_entry e = request_audit_entry(d->req, "facility", d->decision.facility_id, arena_printf(a, "other=%s state=%s", d->decision.other_id, d->decision.state));
    return facility_decide(db, &d->decision, a, err) && audit_append(db, &e, err);
}

static bool decide(struct request *req, const char *state, const char *expected, struct err *err)
{
    struct deciding d = {req, {.facility_id = pairs_get(&req->body, "facility_id"), .other_id = pairs_get(&req->body, "other_id"), .state = state,
                               .expected = expected, .user_id = req->session->user_id, .now = now_utc(req->arena)}};
    return store_write(app_store(req->app), write_decision, &d, err);
}

bool facility_match_decide_post(struct request *req, struct err *err)
{
    const char *state = pairs_get(&req->body, "state"), *tab = pairs_get(&req->body, "tab");
    if (!facility_match_state_is_known(state) || !strcmp(state, "proposed"))
        return err_set(err, ERR_INPUT, "facility.unknown_match", "state=%.20s", state);
    if (!decide(req, state, pairs_get(&req->body, "expected"), err))
        return false;
    const char *undo = arena_printf(req->arena, "/facilities/matches/undo?a=%s&b=%s", pairs_get(&req->body, "facility_id"), pairs_get(&req->body, "other_id"));
    reply_flash(req, !strcmp(state, "same") ? "1つにまとめました。" : !strcmp(state, "later") ? "あとで決めることにしました。" : "別の機関としました。", undo);
    return reply_redirect(req, "/facilities/matches%s", !strcmp(tab, "later") ? "?tab=later" : "");
}

/* From the list, an entry's page (form) or the message after a decision (address). */
bool facility_match_undo_post(struct request *req, struct err *err)
{
    if (*request_query(req, "a")) {
        pairs_set(&req->body, "facility_id", request_query(req, "a"));
        pairs_set(&req->body, "other_id", request_query(req, "b"));
    }
    if (!decide(req, "", "", err))
        return false;
    reply_flash(req, "前の状態に戻しました。", NULL);
    return reply_redirect(req, "/facilities/matches?a=%s&b=%s", pairs_get(&req->body, "facility_id"), pairs_get(&req->body, "other_id"));
}

/* --- the sources on an entry's page --- */

static const char *field_words(const char *field)
{
    static const char *const words[][2] = {{"kana", "フリガナ"}, {"corporation", "法人"}, {"corporation_number", "法人番号"}, {"office_number", "番号"},
                                           {"area_code", "地域"}, {"postal", "郵便番号"}, {"address", "住所"}, {"building", "建物名"}, {"phone", "電話番号"},
                                           {"fax", "FAX番号"}, {"url", "ホームページ"}, {"days", "利用できる曜日"}, {"note", "曜日についての説明"},
                                           {"place", "位置"}, {"capacity", "定員"}, {"beds", "病床数"}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (!strcmp(field, words[i][0]))
            return words[i][1];
    return field;
}

static const char *filled_words(struct request *req, const struct facility_filling *fillings, size_t count)
{
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_printf(req->arena, "%s%s%s（%s）", all, i ? "、" : "", field_words(fillings[i].field), source_words(fillings[i].from_source, req->arena));
    return count ? arena_printf(req->arena, "ほかの資料から補った項目：%s", all) : "";
}

/* The pair whose undo parts this member from the others; "" when it was put together by several. */
static bool find_pair(struct request *req, const char *id, struct source_line *line, struct err *err)
{
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT facility_id, other_id FROM facility_match WHERE (facility_id = $1 OR other_id = $1) AND state = 'same' AND state_before <> ''",
                            TEXT(id));
    size_t n = 0;
    for (; r && rows_next(r); n++) {
        line->facility_id = rows_text(r, 0);
        line->other_id = rows_text(r, 1);
    }
    if (n != 1)
        line->facility_id = line->other_id = "";
    return r && !rows_failed(r);
}

bool facility_source_panel(struct buf *out, struct request *req, const char *id, struct err *err)
{
    const char **ids;
    size_t count, fillings_count;
    struct facility_filling *fillings;
    if (!facility_member_ids(req->db, id, req->arena, &ids, &count, err) || !facility_fillings(req->db, id, req->arena, &fillings, &fillings_count, err))
        return false;
    struct source_line *lines = NEW_ARRAY(req->arena, count + 1, struct source_line);
    for (size_t i = 0; i < count; i++) {
        struct facility f;
        if (!facility_find(req->db, ids[i], req->arena, &f, err))
            return false;
        const char *release = db_text(req->db, req->arena, err, "SELECT MAX(release) FROM facility_source WHERE facility_id = $1", TEXT(ids[i]));
        const char *listed = db_text(req->db, req->arena, err, "SELECT published FROM facility_correction WHERE facility_id = $1 AND field = 'name'", TEXT(ids[i]));
        struct date day = date_from_iso(release ? release : "");
        lines[i] = (struct source_line){.source = source_words(f.source, req->arena), .name = listed ? listed : f.name, .is_listed = f.is_listed, .is_leading = i == 0,
                                        .release = date_is_set(day) ? date_wareki_short(req->arena, day) : "", .facility_id = "", .other_id = "",
                                        .attribution = facility_attribution(req->arena, f.source)};
        if (i && !find_pair(req, ids[i], &lines[i], err))
            return false;
    }
    const struct source_panel_view v = {.csrf = req->session->csrf, .lines = lines, .count = count, .filled = filled_words(req, fillings, fillings_count),
                                        .may_part = request_may(req, PERM_DIRECTORY_IMPORT)};
    facility_source_panel_html(out, &v);
    return true;
}
