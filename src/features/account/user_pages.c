#include "features/account/user_pages.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/id.h"
#include "base/text.h"
#include "features/account/membership_lines.h"
#include "features/account/password.h"
#include "features/account/user.h"
#include "features/organization/organization.h"
#include "web/form.h"

#include <stdlib.h>
#include <string.h>

page_body_fn settings_html, users_html, user_html, initial_password_html;

/* What the three forms of this file hold. */
struct user_form {
    const char *login_name, *display_name, *kana, *profession, *office_id, *role, *from_on, *to_on;
};

#define AT(member) offsetof(struct user_form, member)
#define NAME_FIELDS \
    {.name = "display_name", .label = "氏名", .type = FIELD_TEXT, .required = true, .max = 60, .offset = AT(display_name)}, \
    {.name = "kana", .label = "フリガナ", .type = FIELD_KANA, .required = true, .max = 60, .offset = AT(kana)}, \
    {.name = "profession", .label = "職種", .type = FIELD_CODE, .codes = "profession", .offset = AT(profession)}
#define MEMBERSHIP_FIELDS \
    {.name = "office_id", .label = "事業所", .type = FIELD_REF, .picker = "office", .required = true, .offset = AT(office_id)}, \
    {.name = "role", .label = "役割", .type = FIELD_CODE, .codes = "user_role", .required = true, .offset = AT(role)}, \
    {.name = "from_on", .label = "開始日", .type = FIELD_DATE, .required = true, .offset = AT(from_on)}, \
    {.name = "to_on", .label = "終了日", .help = "この日まで使えます。空欄のときは期限がありません。", .type = FIELD_DATE, .offset = AT(to_on)}

static const struct field new_rows[] = {
    {.name = "login_name", .label = "利用者ID", .help = "3〜40文字の半角の英数字と . _ - @。一人に一つで、共有しません。", .type = FIELD_TEXT,
     .required = true, .max = 40, .offset = AT(login_name)},
    NAME_FIELDS, MEMBERSHIP_FIELDS,
};
static const struct field name_rows[] = {NAME_FIELDS};
static const struct field membership_rows[] = {MEMBERSHIP_FIELDS};
#undef AT

static void check_period(const void *row, struct date today, struct problems *p)
{
    const struct user_form *f = row;
    (void)today;
    if (*f->from_on && *f->to_on && strcmp(f->from_on, f->to_on) > 0)
        problem_add(p, "to_on", "終了日が開始日より前になっています。日付を確認してください。");
}

static void check_new(const void *row, struct date today, struct problems *p)
{
    const struct user_form *f = row;
    const char *refusal = *f->login_name ? login_name_refusal(f->login_name) : NULL;
    if (refusal)
        problem_add(p, "login_name", "%s", refusal);
    check_period(row, today, p);
}

const struct field_set user_new_fields = {.name = "user_account", .label = "利用者", .fields = new_rows, .count = COUNT(new_rows),
                                          .size = sizeof(struct user_form), .check = check_new};
const struct field_set user_name_fields = {.name = "user_name", .label = "利用者", .fields = name_rows, .count = COUNT(name_rows),
                                           .size = sizeof(struct user_form)};
const struct field_set membership_fields = {.name = "membership", .label = "所属", .fields = membership_rows,
                                            .count = COUNT(membership_rows), .size = sizeof(struct user_form), .check = check_period};

static const struct crumb crumbs[] = {{"設定", "/settings"}, {"利用者の管理", "/settings/users"}};

bool settings_page(struct request *req, struct err *err)
{
    static const struct {
        enum permission needs;
        struct settings_link link;
    } places[] = {
        {PERM_SIGNED_IN, {"/account", "自分の設定", "パスワード、二要素認証、所属の切り替え"}},
        {PERM_USER_ADMIN, {"/settings/users", "利用者の管理", "利用者の追加・停止、所属と役割"}},
        {PERM_USER_ADMIN, {"/settings/offices", "事業所", "相談支援室・区役所・健康局などの登録"}},
        {PERM_USER_ADMIN, {"/settings/audiences", "資源の公開範囲", "資源のどの項目を、住民・専門職・内部のだれに見せるか"}},
        {PERM_DIRECTORY_IMPORT, {"/facilities/imports", "資源の取り込み", "公表されている事業所・医療機関の一覧を取り込む、取り消す"}},
        {PERM_AUDIT_READ, {"/settings/audit", "操作の記録", "だれが、いつ、どの記録を見て、変えたか"}},
        {PERM_SYSTEM, {"/settings/keeping", "データの保管", "バックアップ、検証、復元の準備"}},
    };
    struct settings_link *links = NEW_ARRAY(req->arena, COUNT(places), struct settings_link);
    struct settings_view view = {.links = links};
    (void)err;
    for (size_t i = 0; i < COUNT(places); i++)
        if (request_may(req, places[i].needs))
            links[view.count++] = places[i].link;
    struct page page = {.title = "設定", .section = "/settings"};
    return reply_page(req, &page, settings_html, &view);
}

static const char *places_of(struct request *req, const char *user_id, struct err *err)
{
    const struct membership_line *lines;
    size_t count;
    auto_buf text = {0};
    if (!membership_lines(req, user_id, &lines, &count, err))
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (lines[i].in_force)
            buf_printf(&text, "%s%s（%s）", text.size ? "、" : "", lines[i].office, lines[i].role);
    return arena_strdup(req->arena, text.data);
}

static const char *time_label(struct arena *a, const char *utc)
{
    return *utc ? utc_to_local_label(a, utc) : "まだありません";
}

/* Names of staff, not of patients: they may stand in the address. */
static const char *users_url(struct request *req, const char *words, long page)
{
    struct pairs q;
    pairs_init(&q, req->arena);
    if (*words)
        pairs_add(&q, "q", words);
    if (page > 1)
        pairs_add(&q, "page", arena_printf(req->arena, "%ld", page));
    return q.count ? arena_printf(req->arena, "/settings/users?%s", pairs_query(&q, req->arena)) : "/settings/users";
}

bool users_page(struct request *req, struct err *err)
{
    enum { PAGE_LINES = 50 };
    struct user *users;
    size_t count;
    const char *words = text_clean(req->arena, request_query(req, "q"), strlen(request_query(req, "q")), true);
    long page_number = atol(request_query(req, "page"));
    page_number = page_number < 1 ? 1 : page_number > 10000 ? 10000 : page_number;
    if (!user_list(req->db, words, PAGE_LINES + 1, (page_number - 1) * PAGE_LINES, req->arena, &users, &count, err))
        return false;
    size_t shown = count > PAGE_LINES ? PAGE_LINES : count;
    struct user_line *lines = NEW_ARRAY(req->arena, shown + 1, struct user_line);
    for (size_t i = 0; i < shown; i++) {
        const struct user *u = &users[i];
        lines[i] = (struct user_line){.id = u->id, .display_name = u->display_name, .login_name = u->login_name,
                                      .places = places_of(req, u->id, err), .signed_in_at = time_label(req->arena, u->signed_in_at),
                                      .disabled = u->disabled, .has_factor = *u->totp_sealed};
        if (!lines[i].places)
            return false;
    }
    struct users_view view = {.users = lines, .count = shown, .words = words,
                              .first_url = page_number > 1 ? users_url(req, words, 1) : "",
                              .next_url = count > shown ? users_url(req, words, page_number + 1) : ""};
    struct page page = {.title = "利用者の管理", .section = "/settings", .wide = true, .crumbs = crumbs, .crumb_count = 1};
    return reply_page(req, &page, users_html, &view);
}

static void draw_form(struct buf *out, const void *view)
{
    const struct form *f = view;
    form_begin(out, f);
    form_all(out, f);
    form_end(out, f);
}

static bool show_form(struct request *req, const char *title, struct form form)
{
    struct page page = {.title = title, .section = "/settings", .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    form.req = req;
    form.typed = form.problems ? &req->body : NULL;
    if (form.problems)
        req->status = 422;
    return reply_page(req, &page, draw_form, &form);
}

static struct user_form *blank(struct request *req, const struct field_set *set)
{
    struct user_form *f = NEW(req->arena, struct user_form);
    field_clear(set, f);
    return f;
}

static bool show_new(struct request *req, const struct user_form *f, const char *id, const struct problems *problems)
{
    return show_form(req, "利用者の追加", (struct form){.set = &user_new_fields, .row = f, .problems = problems, .id = id,
                                                       .action = "/settings/users", .submit_label = "追加する"});
}

bool user_new_page(struct request *req, struct err *err)
{
    struct user_form *f = blank(req, &user_new_fields);
    (void)err;
    f->from_on = date_iso(req->arena, req->today);
    return show_new(req, f, id_new(req->arena), NULL);
}

/* One write of this file. */
struct change {
    struct request *req;
    struct user user;
    struct membership membership;
    const char *hash, *detail, *today;
    bool disabled;
};

static bool write_audit(struct db *db, const struct change *c, struct err *err)
{
    struct audit_entry e = request_audit_entry(c->req, "user_account", c->user.id, c->detail ? c->detail : "");
    return audit_append(db, &e, err);
}

static bool write_new(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    const char *by = c->req->session->user_id;
    auto_arena *a = arena_new();
    return user_insert(db, &c->user, by, a, err) && membership_add(db, &c->membership, by, a, err) && write_audit(db, c, err);
}

static bool show_initial(struct request *req, const struct user *u, const char *password)
{
    struct initial_view view = {.login_name = u->login_name, .display_name = u->display_name, .password = password,
                                .back = arena_printf(req->arena, "/settings/users/%s", u->id)};
    struct page page = {.title = "仮のパスワード", .section = "/settings", .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    reply_header(req, "Cache-Control", "no-store");
    return reply_page(req, &page, initial_password_html, &view);
}

static struct membership membership_from(struct request *req, const struct user_form *f, const char *user_id)
{
    return (struct membership){.id = id_new(req->arena), .user_id = user_id, .office_id = f->office_id, .role = role_from_name(f->role),
                               .from_on = f->from_on, .to_on = f->to_on};
}

static bool check_office(struct request *req, const struct user_form *f, struct problems *problems)
{
    struct office o;
    struct err unknown = {0};
    if (!*f->office_id || office_find(req->db, f->office_id, req->arena, &o, &unknown))
        return true;
    problem_add(problems, "office_id", "この事業所は見つかりません。一覧から選び直してください。");
    return false;
}

bool user_create_post(struct request *req, struct err *err)
{
    struct user_form *f = blank(req, &user_new_fields);
    const char *id = pairs_get(&req->body, "id"), *password = password_new(req->arena);
    struct problems problems;
    struct err refused = {0};
    problems_init(&problems, req->arena);
    if (!id_is_valid(id))
        id = id_new(req->arena);
    bool good = field_parse(&user_new_fields, &req->body, req->today, f, req->arena, &problems);
    if (!check_office(req, f, &problems) || !good)
        return req->api ? reply_problems(req, &problems) : show_new(req, f, id, &problems);
    struct change c = {.req = req, .user = {.id = id, .login_name = f->login_name, .display_name = f->display_name, .kana = f->kana,
                                            .profession = f->profession, .must_change = true, .password_is_long = true},
                       .membership = membership_from(req, f, id)};
    if (!password_hash(password, req->arena, &c.user.password_hash, err))
        return false;
    if (store_write(app_store(req->app), write_new, &c, &refused))
        return show_initial(req, &c.user, password);
    if (refused.kind != ERR_INPUT) {
        *err = refused;
        return false;
    }
    problem_add(&problems, refused.field, "%s", app_message(req->app, refused.message));
    return req->api ? reply_problems(req, &problems) : show_new(req, f, id, &problems);
}

static bool show_user(struct request *req, const struct user_form *f, const struct problems *problems, struct err *err)
{
    struct user u;
    struct form form = {.req = req, .set = &membership_fields, .row = f, .typed = problems ? &req->body : NULL, .problems = problems,
                        .submit_label = "所属を追加する"};
    struct user_view view = {.csrf = req->session->csrf, .membership_form = &form};
    if (!user_find(req->db, request_param(req, "id"), req->arena, &u, err) ||
        !membership_lines(req, u.id, &view.memberships, &view.membership_count, err))
        return false;
    form.action = arena_printf(req->arena, "/settings/users/%s/memberships", u.id);
    form.id = id_new(req->arena);
    view.id = u.id;
    view.login_name = u.login_name;
    view.display_name = u.display_name;
    view.kana = u.kana;
    view.profession = code_label("profession", u.profession);
    view.signed_in_at = time_label(req->arena, u.signed_in_at);
    view.disabled = u.disabled;
    view.has_factor = *u.totp_sealed;
    view.self = !strcmp(u.id, req->session->user_id);
    struct page page = {.title = "利用者", .section = "/settings", .crumbs = crumbs, .crumb_count = COUNT(crumbs)};
    if (problems)
        req->status = 422;
    return reply_page(req, &page, user_html, &view);
}

bool user_page(struct request *req, struct err *err)
{
    struct user_form *f = blank(req, &membership_fields);
    f->from_on = date_iso(req->arena, req->today);
    return show_user(req, f, NULL, err);
}

static bool show_edit(struct request *req, const struct user_form *f, const char *id, long revision, const struct problems *problems)
{
    return show_form(req, "利用者の変更",
                     (struct form){.set = &user_name_fields, .row = f, .problems = problems, .id = id, .revision = revision,
                                   .action = arena_printf(req->arena, "/settings/users/%s", id), .submit_label = "保存する"});
}

bool user_edit_page(struct request *req, struct err *err)
{
    struct user u;
    struct user_form *f = blank(req, &user_name_fields);
    if (!user_find(req->db, request_param(req, "id"), req->arena, &u, err))
        return false;
    f->display_name = u.display_name;
    f->kana = u.kana;
    f->profession = u.profession;
    return show_edit(req, f, u.id, u.revision, NULL);
}

/* Both versions are seen: what was typed in the fields, what the other person saved beside them. */
static bool show_conflict(struct request *req, const struct user_form *f, struct problems *problems, struct err *err)
{
    struct user u;
    struct user_form *theirs = blank(req, &user_name_fields);
    if (!user_find(req->db, request_param(req, "id"), req->arena, &u, err))
        return false;
    theirs->display_name = u.display_name;
    theirs->kana = u.kana;
    theirs->profession = u.profession;
    form_tell_conflict(problems, &user_name_fields, f, theirs, req->arena);
    return show_edit(req, f, u.id, u.revision, problems);
}

static bool write_name(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    auto_arena *a = arena_new();
    return user_save_name(db, &c->user, c->req->session->user_id, a, err) && write_audit(db, c, err);
}

bool user_save_post(struct request *req, struct err *err)
{
    struct user_form *f = blank(req, &user_name_fields);
    struct change c = {.req = req};
    struct problems problems;
    problems_init(&problems, req->arena);
    if (!user_find(req->db, request_param(req, "id"), req->arena, &c.user, err))
        return false;
    c.user.revision = atol(pairs_get(&req->body, "revision"));
    if (!field_parse(&user_name_fields, &req->body, req->today, f, req->arena, &problems))
        return req->api ? reply_problems(req, &problems) : show_edit(req, f, c.user.id, c.user.revision, &problems);
    c.user.display_name = f->display_name;
    c.user.kana = f->kana;
    c.user.profession = f->profession;
    if (!store_write(app_store(req->app), write_name, &c, err))
        return err->kind == ERR_CONFLICT && !req->api && show_conflict(req, f, &problems, err);
    reply_flash(req, "保存しました。", NULL);
    return reply_redirect(req, "/settings/users/%s", c.user.id);
}

/* An administrator who shut herself out could not be let in again by anybody in the office. */
static bool not_oneself(struct request *req, struct err *err)
{
    return strcmp(request_param(req, "id"), req->session->user_id) != 0 || err_set(err, ERR_FORBIDDEN, "account.not_oneself", "own account");
}

static bool write_disabled(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    auto_arena *a = arena_new();
    return user_set_disabled(db, c->user.id, c->disabled, c->req->session->user_id, a, err) && write_audit(db, c, err);
}

static bool set_disabled(struct request *req, bool disabled, const char *sentence, struct err *err)
{
    struct change c = {.req = req, .user = {.id = request_param(req, "id")}, .disabled = disabled};
    if (!not_oneself(req, err) || !store_write(app_store(req->app), write_disabled, &c, err))
        return false;
    reply_flash(req, sentence, NULL);
    return reply_redirect(req, "/settings/users/%s", c.user.id);
}

bool user_disable_post(struct request *req, struct err *err)
{
    return set_disabled(req, true, "利用を停止しました。この人はサインアウトされました。", err);
}

bool user_enable_post(struct request *req, struct err *err)
{
    return set_disabled(req, false, "利用を再開しました。", err);
}

static bool write_reset(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    auto_arena *a = arena_new();
    return user_reset(db, c->user.id, c->hash, c->req->session->user_id, a, err) && write_audit(db, c, err);
}

bool user_reset_post(struct request *req, struct err *err)
{
    struct change c = {.req = req};
    const char *password = password_new(req->arena);
    if (!not_oneself(req, err) || !user_find(req->db, request_param(req, "id"), req->arena, &c.user, err) ||
        !password_hash(password, req->arena, &c.hash, err) || !store_write(app_store(req->app), write_reset, &c, err))
        return false;
    return show_initial(req, &c.user, password);
}

static bool write_membership(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    auto_arena *a = arena_new();
    return membership_add(db, &c->membership, c->req->session->user_id, a, err) && write_audit(db, c, err);
}

bool membership_add_post(struct request *req, struct err *err)
{
    struct user_form *f = blank(req, &membership_fields);
    struct change c = {.req = req};
    struct problems problems;
    problems_init(&problems, req->arena);
    if (!user_find(req->db, request_param(req, "id"), req->arena, &c.user, err))
        return false;
    bool good = field_parse(&membership_fields, &req->body, req->today, f, req->arena, &problems);
    if (!check_office(req, f, &problems) || !good)
        return req->api ? reply_problems(req, &problems) : show_user(req, f, &problems, err);
    c.membership = membership_from(req, f, c.user.id);
    c.detail = arena_printf(req->arena, "membership=%s role=%s", c.membership.id, f->role);
    if (!store_write(app_store(req->app), write_membership, &c, err))
        return false;
    reply_flash(req, "所属を追加しました。", NULL);
    return reply_redirect(req, "/settings/users/%s", c.user.id);
}

static bool write_membership_end(struct db *db, void *arg, struct err *err)
{
    struct change *c = arg;
    auto_arena *a = arena_new();
    return membership_end(db, c->membership.id, c->user.id, c->today, c->today, c->req->session->user_id, a, err) &&
           write_audit(db, c, err);
}

bool membership_end_post(struct request *req, struct err *err)
{
    struct change c = {.req = req, .user = {.id = request_param(req, "id")}, .membership = {.id = request_param(req, "membership")},
                       .today = date_iso(req->arena, req->today)};
    c.detail = arena_printf(req->arena, "membership=%.36s end", c.membership.id);
    if (!store_write(app_store(req->app), write_membership_end, &c, err))
        return false;
    reply_flash(req, "この所属は今日で終わります。", NULL);
    return reply_redirect(req, "/settings/users/%s", c.user.id);
}
