#include "output/paper.h"
#include "tests/support/sample_record.h"

#include "base/count.h"
#include "web/draft.h"
#include "web/job.h"
#include "web/picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct attendee {
    const char *name;
    long heads;
};
static const struct field attendee_fields[] = {
    {.name = "name", .label = "職種", .type = FIELD_TEXT, .required = true, .max = 20, .offset = offsetof(struct attendee, name)},
    {.name = "heads", .label = "人数", .type = FIELD_INT, .min = 1, .max = 99, .offset = offsetof(struct attendee, heads)},
};
static const struct field_set attendee_set = {.name = "attendee", .label = "出席者", .fields = attendee_fields, .count = COUNT(attendee_fields),
                                              .size = sizeof(struct attendee)};

#define AT(member) .offset = offsetof(struct call, member)
static const struct field fields[] = {
    {.name = "received_at", .label = "受付日時", .type = FIELD_DATETIME, .required = true, .flags = FIELD_PAST, .section = "受付", AT(received_at)},
    {.name = "channel", .label = "方法", .type = FIELD_CODE, .required = true, .codes = "channel", AT(channel)},
    {.name = "minutes", .label = "分数", .type = FIELD_INT, .max = 1440, .help = "対応にかかった時間です。", AT(minutes)},
    {.name = "subject_name", .label = "氏名", .type = FIELD_TEXT, .max = 20, .flags = FIELD_PERSONAL | FIELD_SEARCHED, .section = "本人",
     AT(subject_name)},
    {.name = "sex", .label = "性別", .type = FIELD_CODE, .codes = "sex", AT(sex)},
    {.name = "disease", .label = "病気", .type = FIELD_CODES, .codes = "disease", AT(disease)},
    {.name = "summary", .label = "内容", .type = FIELD_LONG_TEXT, .max = 200, .flags = FIELD_PERSONAL | FIELD_SEARCHED, AT(summary)},
    {.name = "shop_id", .label = "相談先", .type = FIELD_REF, .picker = "shop", AT(shop_id)},
    {.name = "call_back_on", .label = "折り返し", .type = FIELD_DATE, .flags = FIELD_NO_COPY, AT(call_back_on)},
    {.name = "attendees", .label = "出席者", .type = FIELD_ROWS, .rows = &attendee_set, AT(attendees)},
    {.name = "month", .label = "月", .type = FIELD_TEXT, .flags = FIELD_COMPUTED, AT(month)},
};
const struct field_set call_set = {.name = "call", .label = "電話メモ", .fields = fields, .count = COUNT(fields), .size = sizeof(struct call)};
static const struct record call_record = {.table = "call", .set = &call_set, .search_kind = "call"};

static const struct migration migrations[] = {
    {2024040198, "spec: call",
     "CREATE TABLE call (id TEXT PRIMARY KEY, office_id TEXT NOT NULL, area_code TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT "
     "NULL, changed_at TEXT NOT NULL, changed_by TEXT NOT NULL, revision BIGINT NOT NULL, deleted_at TEXT NOT NULL DEFAULT '', received_at TEXT "
     "NOT NULL, channel TEXT NOT NULL, minutes BIGINT, subject_name TEXT NOT NULL, sex TEXT NOT NULL, disease TEXT NOT NULL, summary TEXT NOT "
     "NULL, shop_id TEXT NOT NULL, call_back_on TEXT NOT NULL, attendees TEXT NOT NULL, month TEXT NOT NULL);\n"
     "CREATE INDEX call_list ON call (office_id, received_at DESC, id DESC);\n"
     "CREATE TABLE area (code TEXT PRIMARY KEY, name TEXT NOT NULL, parent_code TEXT NOT NULL, path TEXT NOT NULL, retired_on TEXT NOT NULL);\n"
     "INSERT INTO area VALUES ('271276', '北区', '271004', '270008/271004/271276/', '');\n",
     NULL, NULL},
};

static bool compute(struct db *db, struct save *s, struct err *err)
{
    (void)db;
    (void)err;
    struct call *c = s->row;
    c->month = arena_printf(s->arena, "%.7s", c->received_at);
    return true;
}

static void facts(const void *row, struct facts *f)
{
    const struct call *c = row;
    facts_add(f, c->month, "call.calls", "", "", 1);
    facts_add(f, c->month, "call.calls", "", fact_code(f->arena, "channel", c->channel), 1);
}

static void defaults(struct request *req, void *row)
{
    ((struct call *)row)->received_at = now_local(req->arena);
}

/* February 2024 is confirmed. */
static bool may_change(struct request *req, const void *row, struct err *err)
{
    (void)req;
    return strncmp(((const struct call *)row)->received_at, "2024-02", 7) ? true : err_set(err, ERR_FORBIDDEN, "call.frozen", "month");
}

static bool print(struct request *req, const void *row, struct paper **sheets, struct err *err)
{
    (void)req;
    (void)row;
    (void)err;
    *sheets = paper_next(*sheets, false, &(struct paper_head){.title = "電話の記録"});
    return true;
}

static const struct list_filter filters[] = {
    {"channel", "方法", FILTER_CODE, "channel", "c.channel"},
    {"disease", "病気", FILTER_CODES, "disease", "c.disease"},
    {"from", "受付日（から）", FILTER_FROM, NULL, "c.received_at"},
    {"to", "受付日（まで）", FILTER_TO, NULL, "c.received_at"},
    {"due", "折り返しのあるもの", FILTER_YES, NULL, " AND c.call_back_on <> ''"},
    {"shop", "相談先", FILTER_TEXT, NULL, "c.shop_id"},
    {"ward", "区", FILTER_AREA, NULL, "c.area_code"},
};
static const struct list_column columns[] = {
    {.field = "received_at", .sort = "c.received_at"}, {.field = "subject_name"}, {.field = "channel", .sort = "c.channel"},
    {.field = "minutes", .sort = "c.minutes"},         {.field = "shop_id"},
};
const struct resource call_resource = {
    .path = "/calls", .label = "電話メモ", .audit = "call", .record = &call_record, .read = PERM_RECORD_READ, .write = PERM_RECORD_WRITE,
    .filters = filters, .filter_count = COUNT(filters), .columns = columns, .column_count = COUNT(columns),
    .order = " ORDER BY c.received_at DESC, c.id DESC", .day_column = "c.received_at", .kept_by = "", .empty = "電話メモはまだありません。",
    .defaults = defaults, .compute = compute, .facts = facts, .counted = "call.calls", .may_change = may_change, .print = print,
};
static const struct resource *const resources[] = {&call_resource};

static const struct pick shops[] = {{"S-1", "見本薬局", "薬局・北区"}, {"S-2", "架空診療所", "診療所・北区"}};

static bool find_shops(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    (void)err;
    *ret_picks = NEW_ARRAY(req->arena, COUNT(shops), struct pick);
    *ret_count = 0;
    for (size_t i = 0; i < COUNT(shops); i++)
        if (strstr(shops[i].label, words))
            (*ret_picks)[(*ret_count)++] = shops[i];
    return true;
}

static const char *label_of(struct request *req, const char *id)
{
    (void)req;
    for (size_t i = 0; i < COUNT(shops); i++)
        if (!strcmp(shops[i].id, id))
            return shops[i].label;
    return "";
}

static const char *office_label(struct request *req, const char *id)
{
    return arena_printf(req->arena, "%s 相談支援室", id);
}

static const struct picker pickers[] = {
    {.kind = "shop", .needs = PERM_SIGNED_IN, .find = find_shops, .label = label_of},
    {.kind = "person", .needs = PERM_RECORD_READ, .personal = true, .find = find_shops, .label = label_of},
    {.kind = "office", .needs = PERM_SIGNED_IN, .find = find_shops, .label = office_label},
};
static const struct message messages[] = {{"call.frozen", "2月分は確定しています。確定を解いてから変更してください。"}};

/* Counts to the number in its input, a step every few milliseconds, and leaves a file. */
static bool count_up(struct job *job, struct err *err)
{
    long to = strtol(job->input, NULL, 10), from = strtol(job->state, NULL, 10);
    for (long i = from; i < to; i++) {
        if (job_cancelled(job))
            return err_set(err, ERR_BROKEN, "web.internal", "stopped");
        job_keep(job, arena_printf(job->arena, "%ld", i + 1));
        job_progress(job, i + 1, to, "数えています。");
    }
    if (to == 13)
        return err_set(err, ERR_INPUT, "call.frozen", "unlucky");
    FILE *out = fopen(arena_printf(job->arena, "%s/count.txt", job->folder), "we");
    fprintf(out, "%ld from %ld\n", to, from);
    fclose(out);
    job_result(job, "count.txt", "text/plain", "結果を受け取る");
    return true;
}
static const struct job_kind jobs[] = {{"count", "数える", count_up}};

static bool start_counting(struct request *req, struct err *err)
{
    const char *id;
    return job_start(req, "count", "数える", pairs_get(&req->body, "to"), NULL, &id, err) && reply_redirect(req, "/jobs/%s", id);
}
static const struct route routes[] = {
    {.method = POST, .path = "/count", .needs = PERM_SIGNED_IN, .run = start_counting, .audit = "count.start", .summary = "数える"},
};

const struct feature sample_feature = {
    .name = "sample",
    .routes = routes, .route_count = COUNT(routes),
    .migrations = migrations, .migration_count = COUNT(migrations),
    .messages = messages, .message_count = COUNT(messages),
    .jobs = jobs, .job_count = COUNT(jobs),
    .resources = resources, .resource_count = COUNT(resources),
    .pickers = pickers, .picker_count = COUNT(pickers),
};

static const struct feature *const all[] = {&resource_feature, &picker_feature, &draft_feature, &job_feature, &sample_feature, NULL};

struct visitor *sample_visitor(struct sample_world *s, const char *user_id, enum role role, const char *office_id)
{
    struct visitor *v = visitor_new(s->app, s->w->arena);
    visitor_sign_in(v, &(struct session){.user_id = user_id, .display_name = arena_printf(s->w->arena, "見本 %s", user_id), .membership_id = "M",
                                         .role = role, .office_id = office_id, .office_name = office_id, .area_code = "271276",
                                         .area_name = "北区", .area_path = "270008/271004/271276/"});
    return v;
}

int sample_begin(void **state)
{
    struct sample_world *s = xcalloc(1, sizeof *s);
    void *world = NULL;
    if (world_begin(&world))
        return -1;
    s->w = world;
    s->config = (struct config){.data = arena_printf(s->w->arena, "sqlite:%s/renkei.db", s->w->folder), .listen = "127.0.0.1:0",
                                .base_url = "http://renkei.example", .workers = 4, .idle_minutes = 10, .session_hours = 12, .secret_key_file = ""};
    if (!app_migrate(s->w->store, all, &s->w->err)) {
        fprintf(stderr, "sample: %s\n", s->w->err.detail);
        return -1;
    }
    s->app = app_new(&s->config, s->w->store, all, &s->w->err);
    if (!s->app)
        return -1;
    s->hanako = sample_visitor(s, "U-1", ROLE_COORDINATOR, "O-1");
    *state = s;
    return 0;
}

int sample_end(void **state)
{
    struct sample_world *s = *state;
    void *world = s->w;
    app_free(s->app);
    int ended = world_end(&world);
    free(s);
    return ended;
}
