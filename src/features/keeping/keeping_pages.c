#include "features/keeping/keeping_pages.h"

#include "base/count.h"
#include "base/date.h"
#include "base/id.h"
#include "base/json.h"
#include "features/account/account.h"
#include "features/keeping/keeping_run.h"
#include "features/keeping/keeping_view.h"
#include "features/keeping/passphrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

page_body_fn keeping_html;

enum { LINES = 20, HOURS_FRESH = 24 };

struct taking_out {
    const char *reason, *passphrase, *passphrase_again, *current;
};
#define FIELD(member, text, most) \
    {.name = #member, .label = text, .type = FIELD_TEXT, .required = true, .max = most, .offset = offsetof(struct taking_out, member)}
static const struct field take_out_rows[] = {
    FIELD(reason, "理由", 200),
    FIELD(passphrase, "合い言葉", 200),
    FIELD(passphrase_again, "合い言葉（もう一度）", 200),
    {.name = "current", .label = "自分のパスワード", .type = FIELD_TEXT, .max = 128, .offset = offsetof(struct taking_out, current)},
};
const struct field_set keeping_backup_fields = {.name = "keeping_backup", .label = "バックアップ", .fields = take_out_rows,
                                                .count = COUNT(take_out_rows), .size = sizeof(struct taking_out)};

/* --- what is known --- */

/* Whole hours from a UTC time to now; -1 when it is none. */
static long hours_since(const char *utc, struct arena *a)
{
    struct tm then = {0}, now = {0};
    if (!utc || !strptime(utc, "%Y-%m-%dT%H:%M:%S", &then) || !strptime(now_utc(a), "%Y-%m-%dT%H:%M:%S", &now))
        return -1;
    long seconds = (long)(timegm(&now) - timegm(&then));
    return seconds < 0 ? 0 : seconds / 3600;
}

static const char *age_text(struct arena *a, long hours)
{
    if (hours < 1)
        return "1時間以内";
    return hours < 48 ? arena_printf(a, "%ld時間前", hours) : arena_printf(a, "%ld日前", hours / 24);
}

static void set_age(struct keeping_view *v, const struct keeping_run *newest, struct arena *a)
{
    long hours = hours_since(newest->at, a);
    v->age_class = hours < 0 ? "status-late" : hours < HOURS_FRESH ? "status-ok" : "status-warn";
    v->age = hours < 0 ? "■まだバックアップがありません" : arena_printf(a, hours < HOURS_FRESH ? "●%s" : "▲%s", age_text(a, hours));
    v->age_detail = hours < 0 ? "" : arena_printf(a, hours < HOURS_FRESH ? "%s" : "%s。1日より古くなっています。", utc_to_local_label(a, newest->at));
}

static void set_chain(struct keeping_view *v, const struct keeping_run *last, struct arena *a)
{
    v->finding = v->chain_detail = "";
    v->chain_class = !last->id ? "status-warn" : last->is_good ? "status-ok" : "status-late";
    if (!last->id) {
        v->chain = "▲まだ検証していません";
        return;
    }
    v->finding = last->finding;
    v->chain = last->is_good ? "●異常なし" : "■異常あり";
    v->chain_detail = arena_printf(a, "%s、操作の記録%lld件", utc_to_local_label(a, last->at), last->rows);
}

static const char *size_text(struct arena *a, long long bytes)
{
    if (bytes < 1000000)
        return arena_printf(a, "%lldキロバイト", (bytes + 999) / 1000);
    return arena_printf(a, "%.1fメガバイト", (double)bytes / 1e6);
}

static const char *kind_label(const char *kind)
{
    static const char *const labels[][2] = {{"backup", "バックアップ"}, {"export", "書き出し"}, {"restore", "復元"}};
    for (size_t i = 0; i < COUNT(labels); i++)
        if (!strcmp(labels[i][0], kind))
            return labels[i][1];
    return kind;
}

static struct keeping_line line_of(struct request *req, const struct keeping_run *k)
{
    struct arena *a = req->arena;
    return (struct keeping_line){
        .at = utc_to_local_label(a, k->at),
        .kind = kind_label(k->kind),
        .who = *k->user_id ? account_display_name(req->db, k->user_id, a) : "コマンド",
        .file = k->file_name,
        .rows = arena_printf(a, "%lld", k->rows),
        .size = k->bytes ? size_text(a, k->bytes) : "",
        .fingerprint = arena_strndup(a, k->fingerprint, 16),
        .seal = strcmp(k->kind, "backup") ? "" : k->is_sealed ? "●あり" : "▲なし",
        .reason = k->reason,
    };
}

static bool read_view(struct request *req, struct keeping_view *v, struct err *err)
{
    struct keeping_run newest, last, *runs;
    if (!keeping_run_newest(req->db, "backup", req->arena, &newest, err) || !keeping_run_newest(req->db, "verify", req->arena, &last, err) ||
        !keeping_run_list(req->db, LINES, req->arena, &runs, &v->count, err))
        return false;
    struct keeping_line *lines = NEW_ARRAY(req->arena, LINES, struct keeping_line);
    for (size_t i = 0; i < v->count; i++)
        lines[i] = line_of(req, &runs[i]);
    v->lines = lines;
    set_age(v, &newest, req->arena);
    set_chain(v, &last, req->arena);
    v->csrf = req->session->csrf;
    v->asks_password = !app_config(req->app)->demo;
    return true;
}

static bool reply_runs(struct request *req, const struct keeping_view *v)
{
    struct json j;
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_pair(&j, "newest_backup", v->age);
    json_pair(&j, "chain", v->chain);
    json_pair(&j, "finding", v->finding);
    json_key(&j, "runs");
    json_open(&j, '[');
    for (size_t i = 0; i < v->count; i++) {
        json_open(&j, '{');
        json_pair(&j, "at", v->lines[i].at);
        json_pair(&j, "kind", v->lines[i].kind);
        json_pair(&j, "file_name", v->lines[i].file);
        json_pair(&j, "rows", v->lines[i].rows);
        json_pair(&j, "fingerprint", v->lines[i].fingerprint);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    return reply_json(req, 200);
}

static bool show(struct request *req, const struct problems *p, struct err *err)
{
    static const struct crumb crumbs[] = {{"設定", "/settings"}};
    struct keeping_view v = {.reason = p ? pairs_get(&req->body, "reason") : ""};
    if (!read_view(req, &v, err))
        return false;
    if (p) {
        req->status = 422;
        v.reason_error = problem_of(p, "reason");
        v.passphrase_error = problem_of(p, "passphrase");
        v.again_error = problem_of(p, "passphrase_again");
        v.password_error = problem_of(p, "current");
    }
    if (req->api)
        return reply_runs(req, &v);
    return reply_page(req, &(struct page){.title = "データの保管", .section = "/settings", .crumbs = crumbs, .crumb_count = 1}, keeping_html, &v);
}

bool keeping_page(struct request *req, struct err *err)
{
    return show(req, NULL, err);
}

/* --- taking a backup --- */

static void check_passphrase(const struct request *req, struct problems *p)
{
    struct err refused = {0};
    const char *passphrase = pairs_get(&req->body, "passphrase");
    if (*passphrase && !passphrase_check(passphrase, &refused))
        problem_add(p, "passphrase", "%s", app_message(req->app, refused.message));
    else if (strcmp(passphrase, pairs_get(&req->body, "passphrase_again")) != 0)
        problem_add(p, "passphrase_again", "2回の合い言葉が違います。同じものを入力し直してください。");
}

/* Whoever sits at an open screen may not carry everything away.  A demo has no passwords. */
static bool check_person(struct request *req, struct problems *p, struct err *err)
{
    const char *refusal = NULL;
    if (app_config(req->app)->demo || p->count)
        return true;
    if (!account_reauthenticate(req, pairs_get(&req->body, "current"), &refusal, err))
        return false;
    if (refusal)
        problem_add(p, "current", "%s", refusal);
    return true;
}

static bool check_form(struct request *req, struct problems *p, struct err *err)
{
    struct taking_out t;
    problems_init(p, req->arena);
    field_clear(&keeping_backup_fields, &t);
    field_parse(&keeping_backup_fields, &req->body, req->today, &t, req->arena, p);
    check_passphrase(req, p);
    return check_person(req, p, err);
}

static bool reply_started(struct request *req, const char *job)
{
    if (!req->api)
        return reply_redirect(req, "/jobs/%s", job);
    struct json j;
    json_init(&j, &req->out);
    json_open(&j, '{');
    json_pair(&j, "job", job);
    json_close(&j, '}');
    return reply_json(req, 202);
}

static const char *input_of(struct request *req)
{
    auto_buf text = {0};
    struct json j;
    json_init(&j, &text);
    json_open(&j, '{');
    json_pair(&j, "reason", pairs_get(&req->body, "reason"));
    json_close(&j, '}');
    return arena_strdup(req->arena, text.data);
}

/* The passphrase waits beside the key, sealed; the job's folder takes it over. */
static bool start_backup(struct request *req, const char **ret_job, struct err *err)
{
    const char *key = app_config(req->app)->secret_key_file;
    const char *slash = key ? strrchr(key, '/') : NULL;
    const char *path = slash ? arena_printf(req->arena, "%.*s/waiting-%s", (int)(slash - key), key, id_new(req->arena))
                             : arena_printf(req->arena, "/tmp/renkei-waiting-%s", id_new(req->arena));
    if (!passphrase_seal(path, pairs_get(&req->body, "passphrase"), app_key(req->app), err))
        return false;
    if (job_start(req, "keeping_backup", "バックアップの作成", input_of(req), path, ret_job, err))
        return true;
    unlink(path);
    return false;
}

bool keeping_backup_post(struct request *req, struct err *err)
{
    struct problems p;
    const char *job;
    if (!check_form(req, &p, err))
        return false;
    if (p.count)
        return req->api ? reply_problems(req, &p) : show(req, &p, err);
    return start_backup(req, &job, err) && reply_started(req, job);
}

bool keeping_verify_post(struct request *req, struct err *err)
{
    const char *job;
    return job_start(req, "keeping_verify", "操作の記録と集計の検証", "{}", NULL, &job, err) && reply_started(req, job);
}

/* --- the start page --- */

bool keeping_today(struct request *req, struct today_list *list, struct err *err)
{
    struct keeping_run newest, last;
    if (!request_may(req, PERM_SYSTEM))
        return true;
    if (!keeping_run_newest(req->db, "backup", req->arena, &newest, err) || !keeping_run_newest(req->db, "verify", req->arena, &last, err))
        return false;
    long hours = hours_since(newest.at, req->arena);
    if (hours < 0 || hours >= HOURS_FRESH)
        today_add(list, (struct today_item){.group = "データの保管", .title = hours < 0 ? "バックアップがまだありません" : "バックアップが1日より古くなっています",
                                            .detail = "", .url = "/settings/keeping", .due_on = ""});
    if (last.id && !last.is_good)
        today_add(list, (struct today_item){.group = "データの保管", .title = "検証で異常が見つかっています", .detail = "", .url = "/settings/keeping",
                                            .due_on = ""});
    return true;
}
