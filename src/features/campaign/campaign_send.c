/* campaign_send.c -- each office gets its own entry: by mail with a link that works once, or on an A4 sheet with a QR code; and reminders. */
#include "base/count.h"
#include "features/campaign/campaign_pages.h"
#include "features/office_link/office_link.h"
#include "features/organization/organization.h"
#include "output/paper.h"
#include "output/table.h"
#include "store/query.h"
#include "web/session.h"

#include <string.h>

enum { MAILS_MOST = 3000, SHEETS_MOST = 200, REMIND_DAYS = 14, REMINDED_MOST = 2, BATCH = 100 };

#define BODY \
    "%s\nご担当者さま\n\n%s地域の案内に載せている事業所の情報が合っているか、年に1回お確かめいただいています。下のリンクを開き、合っていればボタンを1回押すと終わります。直すところがあれば、" \
    "その場で直せます。サインインはいりません。\n\n{link}\n\n%sまでにお願いします。利用者・患者のことは書かないでください。\n\n在宅医療・介護連携相談支援室（このメールは「連携」から送られています）\n"

struct target {
    const char *entry_id, *facility_id, *reminded_at;
};
struct sending {
    struct request *req;
    const struct campaign *campaign;
    struct target *targets;
    size_t count;
    const char **secrets; /* sheets: one for each target */
    bool again;
    const char *user_id;
};

static bool mark_sent(struct db *db, const struct sending *s, const struct target *t, const char *channel, struct arena *a, struct err *err)
{
    if (s->again)
        return db_run(db, err, "UPDATE campaign_entry SET reminded_at = $2, reminded_count = reminded_count + 1 WHERE id = $1", TEXT(t->entry_id),
                      TEXT(now_utc(a))) >= 0;
    return db_run(db, err, "UPDATE campaign_entry SET state = 'sent', channel = $2, sent_at = $3 WHERE id = $1 AND state = 'chosen'", TEXT(t->entry_id), TEXT(channel),
                  TEXT(now_utc(a))) >= 0;
}

static bool send_mail(struct db *db, const struct sending *s, const struct target *t, struct arena *a, struct err *err)
{
    struct office_contact contact;
    struct office_link_order order = {.purpose = "campaign", .facility_id = t->facility_id, .subject_id = t->entry_id, .kind = "mail", .user_id = s->user_id};
    const char *link_id;
    if (!office_contact_find(db, t->facility_id, a, &contact, err) || !*contact.mail)
        return !err->kind;
    if (!office_link_make(db, &order, a, &link_id, NULL, err))
        return false;
    struct office_mail mail = {.facility_id = t->facility_id, .link_id = link_id, .prefix = "/u/", .to = contact.mail,
                               .subject = s->again ? "（再度のお願い）事業所の情報をお確かめください" : "事業所の情報をお確かめください",
                               .body = arena_printf(a, BODY, facility_name(db, t->facility_id, a), s->again ? "前にお送りしましたが、まだお返事をいただいていません。\n" : "",
                                                    date_wareki(a, date_from_iso(s->campaign->closes_on)))};
    return office_mail_queue(db, &mail, a, err) && mark_sent(db, s, t, "mail", a, err);
}

/* Targets of one campaign.  `by_mail`: those that prefer mail, else all the others. */
static bool find_targets(struct db *db, struct sending *s, bool by_mail, size_t most, struct arena *a, struct err *err)
{
    struct query q;
    s->targets = NEW_ARRAY(a, most, struct target);
    query_init(&q, a);
    query_add(&q, "SELECT c.id, c.facility_id, c.reminded_at FROM campaign_entry c LEFT JOIN office_contact k ON k.facility_id = c.facility_id WHERE c.campaign_id = ?",
              TEXT(s->campaign->id));
    if (s->again)
        query_add(&q, " AND c.state IN ('sent', 'opened')");
    else
        query_add(&q, " AND c.state = 'chosen'");
    if (by_mail)
        query_add(&q, " AND k.channel = 'mail' AND k.mail <> ''");
    else
        query_add(&q, " AND (k.channel IS NULL OR k.channel <> 'mail' OR k.mail = '')");
    query_add(&q, " ORDER BY c.reminded_at, c.id LIMIT ?", INT((long long)most));
    auto_rows *r = query_run(&q, db, a, err);
    while (r && s->count < most && rows_next(r)) {
        s->targets[s->count++] = (struct target){rows_text(r, 0), rows_text(r, 1), rows_text(r, 2)};
    }
    return r && !rows_failed(r);
}

static bool write_mails(struct db *db, void *arg, struct err *err)
{
    struct sending *s = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = request_audit_entry(s->req, "campaign", s->campaign->id, arena_printf(s->req->arena, "count=%zu", s->count));
    for (size_t i = 0; i < s->count; i++)
        if (!send_mail(db, s, &s->targets[i], a, err))
            return false;
    return audit_append(db, &entry, err);
}

static bool is_open(const struct campaign *c, struct err *err)
{
    return !c->edition || err_set(err, ERR_CONFLICT, "campaign.published", "id=%s", c->id);
}

static bool mail_all(struct request *req, bool again, struct err *err)
{
    struct campaign c;
    if (!campaign_of_request(req, &c, err) || !is_open(&c, err))
        return false;
    struct sending s = {.req = req, .campaign = &c, .again = again, .user_id = req->session->user_id};
    if (!find_targets(req->db, &s, true, MAILS_MOST, req->arena, err) || !store_write(app_store(req->app), write_mails, &s, err))
        return false;
    reply_flash(req, arena_printf(req->arena, "%zu件の事業所への%sを、送信の列に入れました。", s.count, again ? "催促のメール" : "メール"), NULL);
    return reply_redirect(req, "/campaigns/%s", c.id);
}

bool campaign_send_post(struct request *req, struct err *err)
{
    return mail_all(req, false, err);
}

bool campaign_remind_post(struct request *req, struct err *err)
{
    return mail_all(req, true, err);
}

/* ---- by itself ---- */

struct reminding {
    struct sending sending;
    struct campaign campaign;
    struct target target;
};

/* Two nodes may have found the same entry: the second finds it reminded. */
static bool remind_one(struct db *db, void *arg, struct err *err)
{
    struct reminding *m = arg;
    auto_arena *a = arena_new();
    struct audit_entry entry = {.user_id = "", .office_id = "", .action = "campaign.remind", .object_kind = "campaign_entry", .object_id = m->target.entry_id, .detail = ""};
    const char *reminded = db_text(db, a, err, "SELECT reminded_at FROM campaign_entry WHERE id = $1 AND state IN ('sent', 'opened')", TEXT(m->target.entry_id));
    if (!reminded || strcmp(reminded, m->target.reminded_at))
        return !err->kind;
    return send_mail(db, &m->sending, &m->target, a, err) && audit_append(db, &entry, err);
}

bool campaign_remind_due(struct app *app, struct arena *a, struct err *err)
{
    const char *before = utc_in_minutes(a, -REMIND_DAYS * 1440), *ids[BATCH];
    struct target targets[BATCH];
    size_t count = 0;
    struct db *db = store_reader(app_store(app), err);
    auto_rows *r = db ? db_query(db, a, err,
                                 "SELECT e.id, e.facility_id, e.reminded_at, e.campaign_id FROM campaign_entry e JOIN campaign c ON c.id = e.campaign_id "
                                 "WHERE e.state IN ('sent', 'opened') AND e.channel = 'mail' AND e.reminded_count < $1 AND e.sent_at < $2 AND e.reminded_at < $2 "
                                 "AND c.edition = 0 AND c.closes_on >= $3 LIMIT 100",
                                 INT(REMINDED_MOST), TEXT(before), TEXT(date_iso(a, date_today())))
                      : NULL;
    for (; r && count < BATCH && rows_next(r); count++) {
        targets[count] = (struct target){rows_text(r, 0), rows_text(r, 1), rows_text(r, 2)};
        ids[count] = rows_text(r, 3);
    }
    if (!r || rows_failed(r))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct reminding m = {.target = targets[i], .sending = {.again = true, .user_id = ""}};
        m.sending.campaign = &m.campaign;
        if (!campaign_find(db, ids[i], a, &m.campaign, err) || !store_write(app_store(app), remind_one, &m, err))
            return false;
    }
    return true;
}

/* ---- sheets ---- */

static bool write_links(struct db *db, void *arg, struct err *err)
{
    struct sending *s = arg;
    struct arena *a = s->req->arena;
    struct audit_entry entry = request_audit_entry(s->req, "campaign", s->campaign->id, arena_printf(a, "count=%zu", s->count));
    for (size_t i = 0; i < s->count; i++) {
        struct office_link_order order = {.purpose = "campaign", .facility_id = s->targets[i].facility_id, .subject_id = s->targets[i].entry_id, .kind = "letter",
                                          .user_id = s->user_id};
        const char *link_id;
        if (!office_link_make(db, &order, a, &link_id, &s->secrets[i], err) || !mark_sent(db, s, &s->targets[i], "letter", a, err))
            return false;
    }
    return audit_append(db, &entry, err);
}

static struct table *value_table(const struct campaign_values *v, struct arena *a)
{
    const struct field_set *set = campaign_value_set(a);
    struct table *t = table_new(a, "entry", "");
    table_column(t, "field", "項目", COLUMN_TEXT, NULL)->width = 12;
    table_column(t, "now", "いまの内容", COLUMN_TEXT, NULL)->width = 15;
    table_column(t, "correction", "直すところ（合っていれば空欄）", COLUMN_TEXT, NULL)->width = 16;
    for (size_t i = 0; i < set->count; i++) {
        struct row *r = table_row(t, ROW_PLAIN, set->fields[i].name);
        r->cells[0] = CELL_OF_TEXT(set->fields[i].label);
        r->cells[1] = CELL_OF_TEXT(field_display(&set->fields[i], v, a));
    }
    return t;
}

static const char *asker(struct request *req)
{
    struct office o;
    struct err unknown = {0};
    if (!office_find(req->db, req->session->office_id, req->arena, &o, &unknown))
        return req->session->office_name;
    return arena_printf(req->arena, "%s%s%s%s%s", o.name, *o.phone ? "　電話 " : "", o.phone, *o.fax ? "　FAX " : "", o.fax);
}

static bool draw(const struct sending *s, size_t i, struct paper **sheets, struct err *err)
{
    struct request *req = s->req;
    struct arena *a = req->arena;
    struct campaign_values v;
    if (!campaign_values_read(req->db, s->targets[i].facility_id, a, &v, err))
        return false;
    const struct paper_head head = {.form_number = s->again ? "再度のお願い" : "年1回の確認", .title = "事業所の情報の確認のお願い", .date = date_wareki_plain(a, req->today),
                                    .qr = office_link_url(req->app, "/u/", s->secrets[i], a)};
    *sheets = paper_next(*sheets, false, &head);
    paper_text(*sheets, arena_printf(a, "%s　御中", v.facility.name));
    paper_pair(*sheets, "返信先", asker(req));
    paper_text(*sheets, arena_printf(a, "%sまでにお願いします。右上のQRコードから、スマートフォンで答えられます。この用紙に書いて送り返すこともできます。利用者や職員の個人のことは書かないでください。\n□ すべてこのとおりです",
                                     date_wareki(a, date_from_iso(s->campaign->closes_on))));
    paper_table(*sheets, value_table(&v, a));
    return true;
}

bool campaign_sheets_post(struct request *req, struct err *err)
{
    struct campaign c;
    struct paper *sheets = NULL;
    auto_buf pdf = {0};
    if (!campaign_of_request(req, &c, err) || !is_open(&c, err))
        return false;
    struct sending s = {.req = req, .campaign = &c, .again = *pairs_get(&req->body, "again"), .user_id = req->session->user_id};
    if (!find_targets(req->db, &s, false, SHEETS_MOST, req->arena, err))
        return false;
    if (!s.count)
        return err_set(err, ERR_INPUT, "campaign.no_sheets", "id=%s", c.id);
    s.secrets = NEW_ARRAY(req->arena, s.count, const char *);
    if (!store_write(app_store(req->app), write_links, &s, err))
        return false;
    for (size_t i = 0; i < s.count; i++)
        if (!draw(&s, i, &sheets, err)) {
            paper_free(sheets);
            return false;
        }
    return paper_finish(sheets, &pdf, err) && reply_document(req, "application/pdf", arena_printf(req->arena, "%s.pdf", c.title), pdf.data, pdf.size);
}
