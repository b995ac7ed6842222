/* vacancy_sheet.c -- the sheet an office answers from: by its QR code, or by hand and FAX.  Printing makes a new code each time; earlier sheets of
 * the office stay good until they end or are ended. */
#include "base/count.h"
#include "features/facility/facility.h"
#include "features/office_link/office_link.h"
#include "features/organization/organization.h"
#include "features/vacancy/vacancy_ask.h"
#include "features/vacancy/vacancy_store.h"
#include "output/paper.h"
#include "store/query.h"

#include <string.h>

enum { SHEETS_MOST = 200 };

struct printing {
    struct request *req;
    const char *kind;
    const char *const *ids;
    const char **secrets; /* result, one for each id */
    size_t count;
};

static bool make_links(struct db *db, void *arg, struct err *err)
{
    struct printing *p = arg;
    for (size_t i = 0; i < p->count; i++) {
        struct audit_entry entry = request_audit_entry(p->req, "facility", p->ids[i], arena_printf(p->req->arena, "kind=%s", p->kind));
        struct office_link_order order = {.purpose = "vacancy", .facility_id = p->ids[i], .subject_id = "", .kind = p->kind,
                                          .user_id = p->req->session->user_id};
        const char *link_id;
        if (!vacancy_watch(db, p->ids[i], p->req->arena, err) ||
            !office_link_make(db, &order, p->req->arena, &link_id, &p->secrets[i], err) ||
            db_run(db, err, "UPDATE vacancy SET asked_at = $2, asked_count = asked_count + 1 WHERE facility_id = $1", TEXT(p->ids[i]),
                   TEXT(now_utc(p->req->arena))) < 0 ||
            !audit_append(db, &entry, err))
            return false;
    }
    return true;
}

/* What the office last said stands above; the boxes are blank, so that nobody confirms without reading. */
static void draw(struct paper *p, const struct facility *f, const struct vacancy *v, const char *now, bool is_fax, const char *asker, struct arena *a)
{
    paper_pair(p, "事業所", f->name);
    paper_pair(p, "いまの登録", *v->status ? arena_printf(a, "%s（%s）", vacancy_status_words(v, now, a), vacancy_age(v, now, a)) : "まだありません");
    paper_heading(p, "スマートフォンで答える");
    paper_text(p, "右上のQRコードを読み取り、出てきたページのボタンを1回押してください。サインインはいりません。\n"
                  "この紙をお持ちの方は、だれでもこの事業所の空きを書きかえられます。外の人の目にふれない所に保管し、なくしたときはお知らせください。");
    paper_heading(p, is_fax ? "FAXで答える（この用紙に書いて送り返してください）" : "FAXや電話で答えるときは、こちらに書いてください");
    paper_choices(p, "平日の日中", "vacancy_status", "");
    paper_choices(p, "夜間", "vacancy_status", "");
    paper_choices(p, "土日・祝日", "vacancy_status", "");
    const char *const labels[] = {"空いている床・枠の数", "いつから"}, *const values[] = {"", "　　年　　月　　日"};
    paper_pairs(p, labels, values, 2);
    paper_box(p, "条件（受け入れられる状態、曜日、地域など）", "", 40);
    const char *const who[] = {"記入日", "記入された方の職名"}, *const blank[] = {"　　年　　月　　日", ""};
    paper_pairs(p, who, blank, 2);
    paper_pair(p, is_fax ? "返信先・お問い合わせ" : "お問い合わせ", asker);
    paper_text(p, "利用者・患者の名前や病状など、個人のことは書かないでください。");
}

static const char *office_line(struct request *req)
{
    struct office o;
    struct err unknown = {0};
    if (!office_find(req->db, req->session->office_id, req->arena, &o, &unknown))
        return req->session->office_name;
    return arena_printf(req->arena, "%s%s%s%s%s", o.name, *o.phone ? "　電話 " : "", o.phone, *o.fax ? "　FAX " : "", o.fax);
}

static bool draw_sheet(const struct printing *p, size_t i, struct paper **sheets, struct err *err)
{
    struct request *req = p->req;
    struct arena *a = req->arena;
    struct facility f;
    struct vacancy v;
    bool known, is_fax = !strcmp(p->kind, "fax");
    if (!facility_find(req->db, p->ids[i], a, &f, err) || !vacancy_find(req->db, p->ids[i], a, &v, &known, err))
        return false;
    const struct paper_head head = {.form_number = is_fax ? "FAX用紙" : "掲示・保管用", .title = "空き・受入れのお知らせ", .date = date_wareki_plain(a, req->today), .qr = office_link_url(req->app, "/v/", p->secrets[i], a)};
    *sheets = paper_next(*sheets, false, &head);
    draw(*sheets, &f, &v, now_local(a), is_fax, office_line(req), a);
    return true;
}

static bool reply_sheets(struct printing *p, struct err *err)
{
    struct paper *sheets = NULL;
    auto_buf pdf = {0};
    if (!store_write(app_store(p->req->app), make_links, p, err))
        return false;
    for (size_t i = 0; i < p->count; i++)
        if (!draw_sheet(p, i, &sheets, err)) {
            paper_free(sheets);
            return false;
        }
    return paper_finish(sheets, &pdf, err) &&
           reply_document(p->req, "application/pdf", arena_printf(p->req->arena, "空き・受入れ_%s.pdf", office_link_kind_find(p->kind)->label), pdf.data, pdf.size);
}

static const char *kind_of(struct request *req)
{
    return !strcmp(pairs_get(&req->body, "kind"), "fax") ? "fax" : "paper";
}

bool vacancy_sheet_post(struct request *req, struct err *err)
{
    const char *id = request_param(req, "id"), *secret;
    struct printing p = {.req = req, .kind = kind_of(req), .ids = &id, .secrets = &secret, .count = 1};
    return reply_sheets(&p, err);
}

bool vacancy_sheets_post(struct request *req, struct err *err)
{
    struct printing p = {.req = req, .kind = kind_of(req)};
    const char **ids = NEW_ARRAY(req->arena, SHEETS_MOST, const char *);
    struct query q;
    query_init(&q, req->arena);
    query_add(&q, "SELECT c.facility_id FROM vacancy c JOIN office_contact k ON k.facility_id = c.facility_id WHERE c.valid_until < ? AND k.channel = ?",
              TEXT(now_local(req->arena)), TEXT(strcmp(p.kind, "fax") ? "qr" : "fax"));
    query_add(&q, " AND c.area_code IN (SELECT code FROM area WHERE path LIKE ? || '%') ORDER BY c.asked_at, c.facility_id LIMIT 200",
              TEXT(req->session->area_path));
    auto_rows *r = query_run(&q, req->db, req->arena, err);
    while (r && p.count < SHEETS_MOST && rows_next(r))
        ids[p.count++] = rows_text(r, 0);
    if (!r || rows_failed(r))
        return false;
    if (!p.count)
        return err_set(err, ERR_INPUT, "vacancy.no_sheets", "kind=%s", p.kind);
    p.ids = ids;
    p.secrets = NEW_ARRAY(req->arena, p.count, const char *);
    return reply_sheets(&p, err);
}
