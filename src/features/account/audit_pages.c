#include "features/account/audit_pages.h"

#include "base/count.h"
#include "base/id.h"
#include "base/text.h"
#include "features/account/audit_log_view.h"
#include "output/table.h"
#include "store/query.h"
#include "web/resource.h"

#include <stdlib.h>
#include <string.h>

page_body_fn audit_log_html;

enum { PAGE_LINES = 50, EXPORT_LINES = 100000 };

struct review {
    const char *month, *note;
};
static const struct field review_rows[] = {
    {.name = "month", .label = "点検した月", .type = FIELD_TEXT, .required = true, .max = 7, .offset = offsetof(struct review, month)},
    {.name = "note", .label = "気づいたこと", .type = FIELD_LONG_TEXT, .max = 500, .offset = offsetof(struct review, note)},
};
const struct field_set audit_review_fields = {.name = "audit_review", .label = "月ごとの点検", .fields = review_rows,
                                              .count = COUNT(review_rows), .size = sizeof(struct review)};

static const struct crumb crumbs[] = {{"設定", "/settings"}};

/* Days are Japan's; the log's times are UTC. */
static const char *day_begins(struct arena *a, struct date day)
{
    return arena_printf(a, "%sT15:00:00", date_iso(a, date_add_days(day, -1)));
}

/* The system administrator reads all; a manager her own office; the health bureau the offices of its area. */
static void add_scope(struct query *q, const struct request *req)
{
    if (req->session->role == ROLE_SYSTEM_ADMINISTRATOR)
        return;
    if (req->scope.kind == SCOPE_AREA)
        query_add(q, " AND c.office_id IN (SELECT o.id FROM office o JOIN area a ON a.code = o.area_code WHERE a.path LIKE ? || '%')",
                  TEXT(req->scope.area_path));
    else
        query_add(q, " AND c.office_id = ?", TEXT(req->session->office_id));
}

static void add_filters(struct query *q, const struct request *req)
{
    struct date from = {0}, to = {0};
    const char *user = request_query(req, "user"), *action = request_query(req, "action"), *object = request_query(req, "object");
    const char *before = request_query(req, "before");
    if (date_parse(request_query(req, "from"), req->today, &from))
        query_add(q, " AND c.at >= ?", TEXT(day_begins(req->arena, from)));
    if (date_parse(request_query(req, "to"), req->today, &to))
        query_add(q, " AND c.at < ?", TEXT(day_begins(req->arena, date_add_days(to, 1))));
    if (*user)
        query_add(q, " AND c.user_id = (SELECT id FROM user_account WHERE login_key = ?)", TEXT(text_fold(req->arena, user)));
    if (*action)
        query_add(q, " AND c.action LIKE ? || '%'", TEXT(action));
    if (*object)
        query_add(q, " AND c.object_id = ?", TEXT(object));
    if (*before)
        query_add(q, " AND c.seq < ?", INT(atoll(before)));
}

static struct rows *find_entries(struct request *req, long limit, struct err *err)
{
    struct query q;
    query_init(&q, req->arena);
    query_add(&q, "SELECT c.seq, c.at, u.display_name, o.name, c.action, c.object_kind, c.object_id, c.detail FROM audit c "
                  "LEFT JOIN user_account u ON u.id = c.user_id LEFT JOIN office o ON o.id = c.office_id WHERE c.seq IS NOT NULL");
    add_scope(&q, req);
    add_filters(&q, req);
    query_add(&q, " ORDER BY c.seq DESC LIMIT ?", INT(limit));
    return query_run(&q, req->db, req->arena, err);
}

/* R6.11.30 14:03, in Japan. */
static const char *local_short(struct arena *a, const char *utc)
{
    struct date day = date_from_iso(arena_strndup(a, utc, 10));
    if (!date_is_set(day) || strlen(utc) < 16)
        return utc;
    int hour = atoi(utc + 11) + 9;
    return arena_printf(a, "%s %02d:%.2s", date_wareki_short(a, date_add_days(day, hour / 24)), hour % 24, utc + 14);
}

/* What is noted without a route of that name. */
static const struct {
    const char *action, *label;
} other_actions[] = {
    {"account.sign_in", "サインインした"},
    {"account.sign_in_demo", "体験版でサインインした"},
    {"account.sign_in_recovery", "回復用コードでサインインした"},
    {"account.sign_in_failed", "サインインに失敗した"},
    {"account.code_failed", "二要素認証に失敗した"},
    {"account.unlock", "画面のロックを外した"},
    {"account.unlock_failed", "画面のロックを外せなかった"},
    {"account.sign_out", "サインアウトした"},
    {"account.switch", "所属を切り替えた"},
    {"account.second_factor_on", "二要素認証を設定した"},
    {"account.token", "APIトークンを作った"},
    {"facility.import", "事業所の公表データを取り込んだ"},
    {"facility.import.undo", "事業所の公表データの取り込みを取り消した"},
    {"keeping.backup", "バックアップを作った"},
    {"keeping.export", "データを書き出した"},
    {"keeping.restore", "バックアップから復元した"},
    {"keeping.verify", "操作の記録の連続性を検証した"},
};

/* Verbs of the resource mechanism. */
static const struct {
    const char *verb, *label;
} verbs[] = {{"list", "一覧を見た"}, {"view", "開いた"},         {"save", "保存した"},       {"delete", "削除した"},
             {"undelete", "削除を取り消した"}, {"history", "変更の記録を見た"}, {"print", "印刷した"}, {"search", "言葉で探した"}};

static const struct resource *resource_named(const struct app *app, const char *name, size_t bytes)
{
    for (const struct feature *const *f = app_features(app); *f; f++)
        for (size_t i = 0; i < (*f)->resource_count; i++)
            if (strlen((*f)->resources[i]->audit) == bytes && !strncmp((*f)->resources[i]->audit, name, bytes))
                return (*f)->resources[i];
    return NULL;
}

static const char *resource_action(const struct app *app, const char *action, struct arena *a)
{
    const char *dot = strrchr(action, '.');
    const struct resource *r = dot ? resource_named(app, action, (size_t)(dot - action)) : NULL;
    for (size_t i = 0; r && i < COUNT(verbs); i++)
        if (!strcmp(verbs[i].verb, dot + 1))
            return arena_printf(a, "%s: %s", r->label, verbs[i].label);
    return "";
}

static const char *kind_label(const struct app *app, const char *kind)
{
    static const char *const labels[][2] = {{"user_account", "利用者"}, {"submission", "様式"}, {"job", "処理"}, {"facility", "資源"},
                                            {"office", "事業所"}, {"organization", "法人"}, {"audit_review", "点検"},
                                            {"import_run", "取り込み"}, {"facility_import_run", "取り込み"}, {"facility_mapping", "列の対応"}, {"import_draft", "取り込み"}, {"keeping_run", "控え"}};
    const struct resource *r = resource_named(app, kind, strlen(kind));
    for (size_t i = 0; i < COUNT(labels); i++)
        if (!strcmp(labels[i][0], kind))
            return labels[i][1];
    return r ? r->label : kind;
}

static const char *action_label(const struct app *app, const char *action, struct arena *a)
{
    for (size_t i = 0; i < COUNT(other_actions); i++)
        if (!strcmp(other_actions[i].action, action))
            return other_actions[i].label;
    for (const struct feature *const *f = app_features(app); *f; f++)
        for (size_t i = 0; i < (*f)->route_count; i++) {
            const struct route *r = &(*f)->routes[i];
            if (r->audit && r->summary && !strcmp(r->audit, action))
                return r->summary;
        }
    return resource_action(app, action, a);
}

/* The last eight characters tell ids apart; their beginnings are times. */
static const char *end_of(const char *id)
{
    size_t n = strlen(id);
    return n > 8 ? id + n - 8 : id;
}

static struct audit_line read_line(struct request *req, const struct rows *r)
{
    struct arena *a = req->arena;
    return (struct audit_line){
        .seq = rows_int(r, 0),
        .at = local_short(a, rows_text(r, 1)),
        .user = arena_strdup(a, rows_text(r, 2)),
        .office = arena_strdup(a, rows_text(r, 3)),
        .action = arena_strdup(a, rows_text(r, 4)),
        .action_label = action_label(req->app, rows_text(r, 4), a),
        .object_kind = arena_strdup(a, rows_text(r, 5)),
        .object_label = kind_label(req->app, rows_text(r, 5)),
        .object_id = arena_strdup(a, rows_text(r, 6)),
        .object_short = end_of(arena_strdup(a, rows_text(r, 6))),
        .detail = arena_strdup(a, rows_text(r, 7)),
    };
}

/* This page's address with other values for paging or format. */
static const char *address_with(struct request *req, const char *name, const char *value)
{
    static const char *const kept[] = {"from", "to", "user", "action", "object"};
    struct pairs q;
    pairs_init(&q, req->arena);
    for (size_t i = 0; i < COUNT(kept); i++)
        if (*request_query(req, kept[i]))
            pairs_add(&q, kept[i], request_query(req, kept[i]));
    if (*name)
        pairs_add(&q, name, value);
    return q.count ? arena_printf(req->arena, "/settings/audit?%s", pairs_query(&q, req->arena)) : "/settings/audit";
}

static bool export_entries(struct request *req, struct err *err)
{
    static const char *const labels[][2] = {{"seq", "番号"}, {"at", "日時"}, {"user", "利用者"}, {"office", "事業所"}, {"action", "操作"},
                                            {"action_label", "操作の名前"}, {"object_kind", "対象の種類"}, {"object_id", "対象の記録ID"}, {"detail", "内容"}};
    struct page page = {.title = "操作の記録", .section = "/settings"};
    struct table *t = table_new(req->arena, "audit", page.title);
    auto_rows *r = find_entries(req, EXPORT_LINES, err);
    if (!r)
        return false;
    for (size_t i = 0; i < COUNT(labels); i++)
        table_column(t, labels[i][0], labels[i][1], i ? COLUMN_TEXT : COLUMN_NUMBER, NULL);
    while (rows_next(r)) {
        struct audit_line l = read_line(req, r);
        const char *const texts[] = {l.at, l.user, l.office, l.action, l.action_label, l.object_kind, l.object_id, l.detail};
        struct row *row = table_row(t, ROW_PLAIN, NULL);
        row->cells[0] = CELL_OF_INT(l.seq);
        for (size_t i = 0; i < COUNT(texts); i++)
            row->cells[i + 1] = CELL_OF_TEXT(texts[i]);
    }
    return !rows_failed(r) && reply_table(req, &page, t);
}

static bool read_reviews(struct request *req, struct audit_view *view, struct err *err)
{
    enum { MOST = 24 };
    struct review_line *lines = NEW_ARRAY(req->arena, MOST, struct review_line);
    auto_rows *r = db_query(req->db, req->arena, err,
                            "SELECT v.month, u.display_name, v.reviewed_at, v.note FROM audit_review v "
                            "JOIN user_account u ON u.id = v.reviewed_by WHERE v.office_id = $1 "
                            "ORDER BY v.month DESC, v.reviewed_at DESC LIMIT 24",
                            TEXT(req->session->office_id));
    if (!r)
        return false;
    while (view->review_count < MOST && rows_next(r)) {
        struct period month;
        const char *label = period_parse(rows_text(r, 0), &month) ? period_label(req->arena, month) : rows_text(r, 0);
        lines[view->review_count++] = (struct review_line){
            .month = label,
            .who = arena_printf(req->arena, "%s　%s", rows_text(r, 1), utc_to_local_label(req->arena, rows_text(r, 2))),
            .note = arena_strdup(req->arena, rows_text(r, 3)),
        };
    }
    view->reviews = lines;
    return !rows_failed(r);
}

static bool read_page(struct request *req, struct audit_view *view, struct err *err)
{
    struct audit_line *lines = NEW_ARRAY(req->arena, PAGE_LINES + 1, struct audit_line);
    auto_rows *r = find_entries(req, PAGE_LINES + 1, err);
    size_t count = 0;
    if (!r)
        return false;
    while (count <= PAGE_LINES && rows_next(r))
        lines[count++] = read_line(req, r);
    view->lines = lines;
    view->shown = count > PAGE_LINES ? PAGE_LINES : count;
    view->next_url = count > PAGE_LINES ? address_with(req, "before", arena_printf(req->arena, "%lld", lines[PAGE_LINES - 1].seq)) : "";
    view->first_url = *request_query(req, "before") ? address_with(req, "", "") : "";
    return !rows_failed(r);
}

static bool show_page(struct request *req, const char *error, struct err *err)
{
    struct period month = period_before(period_of(PERIOD_MONTH, req->today));
    struct audit_view view = {.csrf = req->session->csrf, .from = request_query(req, "from"), .to = request_query(req, "to"),
                              .user = request_query(req, "user"), .action = request_query(req, "action"),
                              .object = request_query(req, "object"), .error = error,
                              .export_url = address_with(req, "format", "csv"), .month = period_id(req->arena, month),
                              .month_label = period_label(req->arena, month)};
    if (!read_page(req, &view, err) || !read_reviews(req, &view, err))
        return false;
    struct page page = {.title = "操作の記録", .section = "/settings", .wide = true, .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    if (*error)
        req->status = 422;
    return reply_page(req, &page, audit_log_html, &view);
}

/* A day that cannot be read is told; the list then goes without it. */
static const char *day_problem(struct request *req)
{
    static const char *const names[] = {"from", "to"};
    struct date day;
    for (size_t i = 0; i < COUNT(names); i++)
        if (*request_query(req, names[i]) && !date_parse(request_query(req, names[i]), req->today, &day))
            return "日付を読み取れません。「R6.11.30」「2024-11-30」「昨日」のように入力してください。";
    return "";
}

bool audit_page(struct request *req, struct err *err)
{
    const char *format = request_query(req, "format");
    if (req->api || (*format && strcmp(format, "html")))
        return export_entries(req, err);
    return show_page(req, day_problem(req), err);
}

struct saving {
    struct request *req;
    const struct review *review;
};

static bool write_review(struct db *db, void *arg, struct err *err)
{
    const struct saving *s = arg;
    const struct session *who = s->req->session;
    auto_arena *a = arena_new();
    const char *id = id_new(a);
    struct audit_entry e = request_audit_entry(s->req, "audit_review", id, s->review->month);
    return db_run(db, err, "INSERT INTO audit_review (id, office_id, month, note, reviewed_by, reviewed_at) VALUES ($1, $2, $3, $4, $5, $6)",
                  TEXT(id), TEXT(who->office_id), TEXT(s->review->month), TEXT(s->review->note), TEXT(who->user_id), TEXT(now_utc(a))) == 1 &&
           audit_append(db, &e, err);
}

bool audit_review_post(struct request *req, struct err *err)
{
    struct review review;
    struct period month;
    struct problems problems;
    struct saving s = {.req = req, .review = &review};
    problems_init(&problems, req->arena);
    field_clear(&audit_review_fields, &review);
    field_parse(&audit_review_fields, &req->body, req->today, &review, req->arena, &problems);
    if (*review.month && (!period_parse(review.month, &month) || month.kind != PERIOD_MONTH))
        problem_add(&problems, "month", "点検した月を 2024-06 のように入力してください。");
    if (problems.count)
        return req->api ? reply_problems(req, &problems) : show_page(req, problems.items[0].sentence, err);
    if (!store_write(app_store(req->app), write_review, &s, err))
        return false;
    reply_flash(req, "点検したことを記録しました。", NULL);
    return reply_redirect(req, "/settings/audit");
}
