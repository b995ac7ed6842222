#include "features/vacancy/vacancy_ask.h"

#include "base/count.h"
#include "features/facility/facility.h"
#include "features/office_link/office_link.h"
#include "features/vacancy/vacancy_board.h"
#include "features/vacancy/vacancy_store.h"
#include "output/table.h"
#include "store/query.h"
#include "web/session.h"

#include <string.h>

page_body_fn vacancy_calls_html;

enum { ASKED_MOST = 3, ASKED_APART_DAYS = 3, BATCH = 100, CALLS_MOST = 300 };

#define BODY \
    "%s\nご担当者さま\n\n地域の支援者に、空き・新しい利用者の受入れを案内しています。前にうかがってから日がたちましたので、いまの様子をお知らせください。\n\n" \
    "下のリンクを開いて、ボタンを1回押すと終わります。サインインはいりません。\n\n{link}\n\nこのリンクは14日の間、1回だけ使えます。利用者・患者の名前など、個人のことは書かないでください。\n\n" \
    "在宅医療・介護連携相談支援室（このメールは「連携」から自動で送られています）\n"

bool vacancy_ask_by_mail(struct db *db, const char *facility_id, const char *user_id, struct arena *a, struct err *err)
{
    struct office_contact contact;
    struct facility f;
    const char *link_id;
    if (!office_contact_find(db, facility_id, a, &contact, err) || !facility_find(db, facility_id, a, &f, err))
        return false;
    if (!*contact.mail)
        return err_set(err, ERR_INPUT, "vacancy.no_mail", "facility=%s", facility_id);
    struct office_link_order order = {.purpose = "vacancy", .facility_id = facility_id, .subject_id = "", .kind = "mail", .user_id = user_id};
    if (!office_link_make(db, &order, a, &link_id, NULL, err))
        return false;
    struct office_mail mail = {.facility_id = facility_id, .link_id = link_id, .prefix = "/v/", .to = contact.mail,
                               .subject = "空き・受入れのお知らせのお願い", .body = arena_printf(a, BODY, f.name)};
    return office_mail_queue(db, &mail, a, err) &&
           db_run(db, err, "UPDATE vacancy SET asked_at = $2, asked_count = asked_count + 1 WHERE facility_id = $1", TEXT(facility_id),
                  TEXT(now_utc(a))) >= 0;
}

/* ---- by itself ---- */

struct asking {
    const char *facility_id, *asked_at;
};

/* Two nodes may have found the same office: the second finds it asked. */
static bool ask_one(struct db *db, void *arg, struct err *err)
{
    const struct asking *s = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = {.user_id = "", .office_id = "", .action = "vacancy.ask", .object_kind = "facility", .object_id = s->facility_id, .detail = "stale"};
    const char *asked = db_text(db, a, err, "SELECT asked_at FROM vacancy WHERE facility_id = $1", TEXT(s->facility_id));
    if (!asked || strcmp(asked, s->asked_at))
        return !err->kind;
    return vacancy_ask_by_mail(db, s->facility_id, "", a, err) && audit_append(db, &entry, err);
}

bool vacancy_ask_stale(struct app *app, struct arena *a, struct err *err)
{
    struct asking list[BATCH];
    size_t count = 0;
    struct db *db = store_reader(app_store(app), err);
    auto_rows *r = db ? db_query(db, a, err,
                                 "SELECT c.facility_id, c.asked_at FROM vacancy c JOIN office_contact k ON k.facility_id = c.facility_id "
                                 "WHERE c.valid_until < $1 AND k.channel = 'mail' AND k.mail <> '' AND c.asked_count < $2 AND c.asked_at < $3 LIMIT 100",
                                 TEXT(now_local(a)), INT(ASKED_MOST), TEXT(utc_in_minutes(a, -ASKED_APART_DAYS * 1440)))
                      : NULL;
    for (; r && count < BATCH && rows_next(r); count++)
        list[count] = (struct asking){rows_text(r, 0), rows_text(r, 1)};
    if (!r || rows_failed(r))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!store_write(app_store(app), ask_one, &list[i], err))
            return false;
    return true;
}

/* ---- the list of those to ask ---- */

struct stale {
    struct vacancy_line *lines;
    const char **channels;
    size_t count;
};

static bool add_stale(struct request *req, const struct vacancy *v, const char *now, struct stale *s, struct err *err)
{
    struct office_contact contact;
    struct arena *a = req->arena;
    struct vacancy_line *l = &s->lines[s->count];
    if (!vacancy_line_fill(req, v, now, l, err) || !office_contact_find(req->db, v->facility_id, a, &contact, err))
        return false;
    bool given_up = !strcmp(contact.channel, "mail") && v->asked_count >= ASKED_MOST;
    s->channels[s->count++] = !*contact.channel || given_up ? "phone" : contact.channel;
    l->channel = contact.channel;
    l->note = contact.note;
    l->asked = *v->asked_at ? arena_printf(a, "%s（%ld回目）", utc_to_local_label(a, v->asked_at), v->asked_count) : "";
    return true;
}

/* The oldest first; the own area's only. */
static bool read_stale(struct request *req, struct stale *s, struct err *err)
{
    const char *now = now_local(req->arena);
    struct vacancy *list = NEW_ARRAY(req->arena, CALLS_MOST, struct vacancy);
    size_t count = 0;
    *s = (struct stale){.lines = NEW_ARRAY(req->arena, CALLS_MOST, struct vacancy_line), .channels = NEW_ARRAY(req->arena, CALLS_MOST, const char *)};
    struct query q;
    query_init(&q, req->arena);
    query_add(&q, "SELECT " VACANCY_COLUMNS " FROM vacancy c WHERE c.valid_until < ?", TEXT(now));
    query_add(&q, " AND c.area_code IN (SELECT code FROM area WHERE path LIKE ? || '%') ORDER BY c.as_of, c.facility_id LIMIT 300",
              TEXT(req->session->area_path));
    auto_rows *r = query_run(&q, req->db, req->arena, err);
    while (r && count < CALLS_MOST && rows_next(r))
        list[count++] = vacancy_read(r, req->arena);
    for (size_t i = 0; r && i < count; i++)
        if (!add_stale(req, &list[i], now, s, err))
            return false;
    return r && !rows_failed(r);
}

static struct table *call_table(struct request *req, const struct stale *s)
{
    struct table *t = table_new(req->arena, "vacancy-calls", "空き・受入れの電話リスト");
    static const char *const labels[][2] = {{"name", "事業所"}, {"service", "サービス"}, {"phone", "電話"}, {"status", "前の回答"}, {"as_of", "確認"},
                                            {"note", "連絡の注意"}, {"result", "聞いたこと"}};
    for (size_t i = 0; i < COUNT(labels); i++)
        table_column(t, labels[i][0], labels[i][1], COLUMN_TEXT, NULL)->width = i == COUNT(labels) - 1 ? 16 : 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct vacancy_line *l = &s->lines[i];
        if (strcmp(s->channels[i], "phone"))
            continue;
        const char *const texts[] = {l->name, l->service, l->phone, l->status, l->age, l->note, ""};
        struct row *r = table_row(t, ROW_PLAIN, strrchr(l->url, '/') + 1);
        for (size_t k = 0; k < COUNT(texts); k++)
            r->cells[k] = CELL_OF_TEXT(texts[k]);
    }
    t->landscape = true;
    t->as_of = arena_printf(req->arena, "%s 現在", utc_to_local_label(req->arena, now_utc(req->arena)));
    return t;
}

static struct vacancy_group group_of(struct request *req, const struct stale *s, const char *channel, struct vacancy_group words)
{
    struct vacancy_line *lines = NEW_ARRAY(req->arena, s->count + 1, struct vacancy_line);
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->channels[i], channel))
            lines[words.count++] = s->lines[i];
    words.lines = lines;
    return words;
}

bool vacancy_calls_page(struct request *req, struct err *err)
{
    struct stale s;
    long long waiting, failed;
    static const struct crumb crumbs[] = {{"空き・新規受入", "/vacancies"}};
    struct page page = {.title = "古くなった情報を聞き直す", .section = "/vacancies", .wide = true, .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    if (!read_stale(req, &s, err) || !office_mail_counts(req->db, req->arena, &waiting, &failed, err))
        return false;
    if (req->api || *request_query(req, "format"))
        return reply_table(req, &page, call_table(req, &s));
    struct vacancy_group *g = NEW_ARRAY(req->arena, 4, struct vacancy_group);
    g[0] = group_of(req, &s, "phone", (struct vacancy_group){.title = "電話で聞く", .lead = "連絡の方法が電話か、まだ決まっていない事業所と、メールに3回返事のない事業所です。", .empty = "いま電話で聞く事業所はありません。"});
    g[1] = group_of(req, &s, "fax", (struct vacancy_group){.title = "FAXで聞く", .lead = "用紙を印刷して送ってください。返ってきた用紙の内容は、事業所のページで登録します。", .empty = "FAXで聞く事業所はありません。", .sheet = "fax"});
    g[2] = group_of(req, &s, "qr", (struct vacancy_group){.title = "QRコードの紙で答えてもらう", .lead = "事業所にある紙のQRコードで更新してもらいます。紙がないときは印刷して届けてください。", .empty = "QRコードで答える事業所はありません。", .sheet = "paper"});
    g[3] = group_of(req, &s, "mail", (struct vacancy_group){.title = "メールで聞いています", .lead = "自動でメールを送り、3日おきに3回まで聞き直します。", .empty = "メールで聞いている事業所はありません。"});
    const char *more = s.count == CALLS_MOST ? arena_printf(req->arena, "古い順に%d件までを示しています。", CALLS_MOST) : "";
    struct vacancy_calls_view v = {.csrf = req->session->csrf, .groups = g, .group_count = 4, .more = more, .may_write = request_may(req, PERM_DIRECTORY_WRITE)};
    for (size_t i = 0; i < v.group_count; i++)
        v.has_lines |= g[i].count > 0;
    v.mail_state = !office_mail_is_set(req->app) ? arena_printf(req->arena, "このシステムにはメールを送る設定がまだありません（送信待ち %lld通）。", waiting)
                   : waiting || failed           ? arena_printf(req->arena, "メール：送信待ち %lld通、送れなかったもの %lld通。", waiting, failed)
                                                 : "";
    return reply_page(req, &page, vacancy_calls_html, &v);
}
