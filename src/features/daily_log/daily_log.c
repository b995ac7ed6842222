/* daily_log.c -- gathering the day's records into one list. */
#include "features/daily_log/daily_log.h"

#include "base/code_list.h"
#include "base/count.h"
#include "features/activity/activity.h"
#include "features/consultation/consultation.h"
#include "features/gathering/gathering.h"
#include "features/organization/organization.h"
#include "web/picker.h"

#include <stdlib.h>
#include <string.h>

/* -- remarks ------------------------------------------------------------------------------------------------------------- */

#define AT(member) offsetof(struct daily_remark, member)
static const struct field remark_fields[] = {
    {.name = "day", .label = "日", .type = FIELD_DATE, .required = true, .offset = AT(day), .flags = FIELD_COMPUTED, .source = "様式4 date"},
    {.name = "staff_id", .label = "担当者", .type = FIELD_REF, .picker = "staff", .offset = AT(staff_id), .flags = FIELD_COMPUTED,
     .source = "様式4 staff"},
    {.name = "time_from", .label = "始業", .type = FIELD_TIME, .offset = AT(time_from), .source = "様式4 start time"},
    {.name = "time_to", .label = "終業", .type = FIELD_TIME, .offset = AT(time_to), .source = "様式4 end time"},
    {.name = "remarks", .label = "所感・特記", .help = "日報はメールで提出します。利用者のお名前は書かないでください。", .type = FIELD_LONG_TEXT,
     .max = 2000, .offset = AT(remarks), .flags = FIELD_SEARCHED, .source = "様式4 remarks"},
};
static void check_remark(const void *row, struct date today, struct problems *p)
{
    const struct daily_remark *r = row;
    (void)today;
    if (*r->time_from && *r->time_to && strcmp(r->time_to, r->time_from) < 0)
        problem_add(p, "time_to", "終業が始業より前です。時刻を確かめてください。");
}
const struct field_set daily_remark_set = {
    .name = "daily_remark", .label = "日報の記入欄", .fields = remark_fields, .count = COUNT(remark_fields),
    .size = sizeof(struct daily_remark), .check = check_remark,
};
const struct record daily_remark_record = {.table = "daily_remark", .set = &daily_remark_set, .search_kind = NULL};

/* -- entries ------------------------------------------------------------------------------------------------------------- */

struct assembly {
    struct request *req;
    struct daily_log *log;
};

static struct day_entry *add(struct assembly *s)
{
    struct daily_log *log = s->log;
    if (log->count == log->room) {
        log->room = log->room ? log->room * 2 : 16;
        struct day_entry *more = NEW_ARRAY(s->req->arena, log->room, struct day_entry);
        if (log->count)
            memcpy(more, log->entries, log->count * sizeof *more);
        log->entries = more;
    }
    struct day_entry *e = &log->entries[log->count++];
    *e = (struct day_entry){"", "", "", "", "", "", "", "", "", "", "", "", "", ""};
    return e;
}

static const char *label_of(struct assembly *s, const char *kind, const char *id)
{
    return *id ? picker_label(s->req, kind, id) : "";
}

static const char *labels_of(struct assembly *s, const char *kind, const char *ids)
{
    const char *all = "";
    for (const char *id; (id = codes_next(&ids, s->req->arena));)
        all = arena_printf(s->req->arena, "%s%s%s", all, *all ? "、" : "", picker_label(s->req, kind, id));
    return all;
}

/* What kind of activity a consultation was, from the way it came. */
static const char *kind_of_channel(const char *channel)
{
    static const struct { const char *channel, *kind; } kinds[] = {
        {"phone", "phone"}, {"home_visit", "home_visit"}, {"visit_to_room", "visit_to_room"}, {"fax", "fax_mail"}, {"mail", "fax_mail"},
    };
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (!strcmp(kinds[i].channel, channel))
            return kinds[i].kind;
    return "consultation";
}

static struct day_entry *add_consultation(struct assembly *s, const struct consultation *c)
{
    struct day_entry *e = add(s);
    e->item = "item_o_consultation";
    e->scene = c->scene;
    e->record_no = c->consultation_no;
    e->url = arena_printf(s->req->arena, "/consultations/%s", c->head.id);
    e->counterpart = *c->consulter_org_id ? label_of(s, "facility", c->consulter_org_id) : c->consulter_org;
    if (!*e->counterpart)
        e->counterpart = code_label("consulter_type", c->consulter_type);
    return e;
}

static void add_received(struct assembly *s, const void *row)
{
    const struct consultation *c = row;
    struct arena *a = s->req->arena;
    struct day_entry *e = add_consultation(s, c);
    e->activity_kind = kind_of_channel(c->channel);
    e->channel = c->channel;
    e->staff = label_of(s, "staff", c->staff_id);
    e->time_from = arena_strdup(a, strlen(c->received_at) > 11 ? c->received_at + 11 : "");
    if (!strncmp(c->ended_at, c->received_at, 11))
        e->time_to = arena_strdup(a, c->ended_at + 11);
    e->summary = arena_printf(a, "%s: %s（%s）", code_label("subject_kind", c->subject_kind),
                              field_display(field_find(&consultation_set, "content"), c, a), code_label("outcome", c->outcome));
    if (consultation_is_open(c) && *c->next_action_on)
        e->follow_up = arena_printf(a, "%s まで", date_wareki_short(a, date_from_iso(c->next_action_on)));
}

static void add_contacts(struct assembly *s, const void *row)
{
    const struct consultation *c = row;
    size_t count;
    const struct progress_entry *progress = field_rows(field_find(&consultation_set, "progress"), c, s->req->arena, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(progress[i].contact_on, s->log->day) != 0)
            continue;
        struct day_entry *e = add_consultation(s, c);
        e->activity_kind = "consultation";
        e->time_from = progress[i].contact_at;
        e->staff = progress[i].person;
        e->summary = "支援経過の記録";
    }
}

static void add_activity(struct assembly *s, const void *row)
{
    const struct activity *x = row;
    struct arena *a = s->req->arena;
    struct day_entry *e = add(s);
    e->time_from = x->time_from;
    e->time_to = x->time_to;
    e->staff = label_of(s, "staff", x->staff_id);
    e->activity_kind = x->activity_kind;
    e->item = x->item;
    e->scene = x->scene;
    e->channel = x->channel;
    e->place = x->place;
    e->summary = x->theme;
    e->record_no = x->record_no;
    e->url = arena_printf(a, "/activities/%s", x->head.id);
    if (*x->next_action_on)
        e->follow_up = arena_printf(a, "%s まで", date_wareki_short(a, date_from_iso(x->next_action_on)));
    size_t count;
    const struct activity_partner *partners = field_rows(field_find(&activity_set, "partners"), x, a, &count);
    for (size_t i = 0; i < count; i++) {
        const char *name = *partners[i].facility_id ? label_of(s, "facility", partners[i].facility_id) : partners[i].organisation;
        e->counterpart = arena_printf(a, "%s%s%s", e->counterpart, *e->counterpart ? "、" : "", name);
        e->persons = arena_printf(a, "%s%s%s", e->persons, *e->persons ? "、" : "", partners[i].persons);
    }
}

/* 看護師2、介護支援専門員5 */
static const char *heads_text(const struct field *f, const void *row, struct arena *a)
{
    size_t count;
    const char *text = "";
    const struct head_count *heads = field_rows(f, row, a, &count);
    for (size_t i = 0; i < count; i++)
        text = arena_printf(a, "%s%s%s%ld", text, i ? "、" : "", code_label("profession", heads[i].profession), heads[i].person_count);
    return text;
}

static void add_meeting(struct assembly *s, const void *row)
{
    const struct meeting *m = row;
    struct arena *a = s->req->arena;
    struct day_entry *e = add(s);
    e->time_from = m->time_from;
    e->time_to = m->time_to;
    e->staff = labels_of(s, "staff", m->staff_ids);
    e->activity_kind = "meeting";
    e->item = m->item;
    e->scene = m->scene;
    e->channel = "at_meeting";
    e->counterpart = m->host;
    e->persons = heads_text(field_find(&meeting_set, "attendees"), m, a);
    e->place = m->place;
    e->summary = m->name;
    e->record_no = m->record_no;
    e->url = arena_printf(a, "/meetings/%s", m->head.id);
    if (*m->next_on)
        e->follow_up = arena_printf(a, "次回 %s", date_wareki_short(a, date_from_iso(m->next_on)));
}

static void add_training(struct assembly *s, const void *row)
{
    const struct training *t = row;
    struct arena *a = s->req->arena;
    struct day_entry *e = add(s);
    e->time_from = t->time_from;
    e->time_to = t->time_to;
    e->staff = labels_of(s, "staff", t->staff_ids);
    e->activity_kind = strcmp(t->part, "organised") ? "training_attended" : "training_organised";
    e->item = t->item;
    e->scene = t->scene;
    e->channel = "at_meeting";
    e->counterpart = t->organiser;
    e->persons = heads_text(field_find(&training_set, "participants"), t, a);
    e->place = t->place;
    e->summary = t->title;
    e->record_no = t->record_no;
    e->url = arena_printf(a, "/trainings/%s", t->head.id);
}

/* -- where entries come from ---------------------------------------------------------------------------------------------- */

static void where_received(struct query *q, const struct daily_log *log)
{
    query_add(q, " AND c.received_on = ?", TEXT(log->day));
}

static void where_contacted(struct query *q, const struct daily_log *log)
{
    query_add(q, " AND c.id IN (SELECT k.consultation_id FROM consultation_contact k WHERE k.office_id = ? AND k.contact_on = ?)",
              TEXT(log->office_id), TEXT(log->day));
}

static void where_active(struct query *q, const struct daily_log *log)
{
    query_add(q, " AND c.date_from <= ? AND (c.date_from = ? OR c.date_to >= ?)", TEXT(log->day), TEXT(log->day), TEXT(log->day));
}

static void where_held(struct query *q, const struct daily_log *log)
{
    query_add(q, " AND c.held_on = ?", TEXT(log->day));
}

static const struct source {
    const struct record *record;
    void (*where)(struct query *q, const struct daily_log *log);
    void (*add)(struct assembly *s, const void *row);
} sources[] = {
    {&consultation_record, where_received, add_received},
    {&consultation_record, where_contacted, add_contacts},
    {&activity_record, where_active, add_activity},
    {&meeting_record, where_held, add_meeting},
    {&training_record, where_held, add_training},
};

static bool read_source(struct assembly *s, const struct source *from, struct err *err)
{
    struct arena *a = s->req->arena;
    struct query q;
    query_init(&q, a);
    record_select(&q, from->record);
    query_add(&q, " AND c.office_id = ?", TEXT(s->log->office_id));
    from->where(&q, s->log);
    query_scope(&q, &s->req->scope, "c");
    query_add(&q, " ORDER BY c.id");
    auto_rows *rows = query_run(&q, s->req->db, a, err);
    if (!rows)
        return false;
    while (rows_next(rows)) {
        void *row = arena_alloc(a, from->record->set->size);
        record_read(rows, from->record, row, a);
        from->add(s, row);
    }
    return !rows_failed(rows);
}

static bool read_remarks(struct request *req, struct daily_log *log, struct err *err)
{
    enum { MOST = 50 };
    struct query q;
    query_init(&q, req->arena);
    record_select(&q, &daily_remark_record);
    query_add(&q, " AND c.office_id = ? AND c.day = ?", TEXT(log->office_id), TEXT(log->day));
    query_scope(&q, &req->scope, "c");
    query_add(&q, " ORDER BY c.staff_id LIMIT ?", INT(MOST));
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    if (!rows)
        return false;
    log->remarks = NEW_ARRAY(req->arena, MOST, struct daily_remark);
    while (rows_next(rows))
        record_read(rows, &daily_remark_record, &log->remarks[log->remark_count++], req->arena);
    return !rows_failed(rows);
}

/* Entries without a time come last; equal times keep the order of the sources. */
static int by_time(const void *x, const void *y)
{
    const struct day_entry *e = x, *f = y;
    if (!*e->time_from != !*f->time_from)
        return *e->time_from ? -1 : 1;
    int order = strcmp(e->time_from, f->time_from);
    return order ? order : strcmp(e->url, f->url);
}

bool daily_log_read(struct request *req, const char *office_id, const char *day, struct daily_log *ret, struct err *err)
{
    struct daily_log log = {.office_id = office_id, .office_name = office_label(req->db, office_id, req->arena), .day = day};
    struct assembly s = {req, &log};
    for (size_t i = 0; i < COUNT(sources); i++)
        if (!read_source(&s, &sources[i], err))
            return false;
    if (!read_remarks(req, &log, err))
        return false;
    if (log.count)
        qsort(log.entries, log.count, sizeof *log.entries, by_time);
    *ret = log;
    return true;
}

static const char *labels_in(const char *list, const char *codes, struct arena *a)
{
    const char *all = "";
    for (const char *code; (code = codes_next(&codes, a));)
        all = arena_printf(a, "%s%s%s", all, *all ? "、" : "", code_label(list, code));
    return all;
}

/* Short labels keep the eleven columns on one sheet. */
static const char *short_label(const char *list, const char *code)
{
    const struct code *c = code_find(code_list_find(list), code);
    return c ? c->short_label : code;
}

struct table *daily_log_table(struct request *req, const struct daily_log *log)
{
    struct arena *a = req->arena;
    struct table *t = table_new(a, "daily-log", "日報");
    t->subtitle = arena_printf(a, "%s　%s", log->office_name, date_wareki(a, date_from_iso(log->day)));
    t->landscape = true;
    static const struct { const char *key, *label; } columns[] = {
        {"time", "時刻"}, {"activity_kind", "活動の種類"}, {"item", "事業項目"}, {"scene", "場面"}, {"counterpart", "相手機関"},
        {"persons", "相手の職種・人数"}, {"place", "場所"}, {"channel", "方法"}, {"summary", "概要"}, {"record_no", "記録"},
        {"follow_up", "次の対応"}, {"staff", "担当"},
    };
    for (size_t i = 0; i < COUNT(columns); i++)
        table_column(t, columns[i].key, columns[i].label, COLUMN_TEXT, NULL);
    for (size_t i = 0; i < log->count; i++) {
        const struct day_entry *e = &log->entries[i];
        struct row *r = table_row(t, ROW_PLAIN, e->record_no);
        const char *const cells[COUNT(columns)] = {
            *e->time_to ? arena_printf(a, "%s〜%s", e->time_from, e->time_to) : e->time_from,
            code_label("activity_kind", e->activity_kind), *e->item ? short_label("programme_item", e->item) : "",
            labels_in("care_scene", e->scene, a), e->counterpart, e->persons, e->place, code_label("channel", e->channel), e->summary,
            e->record_no, e->follow_up, e->staff};
        for (size_t k = 0; k < COUNT(columns); k++)
            r->cells[k] = CELL_OF_TEXT(cells[k]);
        r->link = e->url;
    }
    for (size_t i = 0; i < log->remark_count; i++) {
        const struct daily_remark *r = &log->remarks[i];
        const char *who = *r->staff_id ? picker_label(req, "staff", r->staff_id) : "";
        table_note(t, "%s %s〜%s %s", who, r->time_from, r->time_to, r->remarks);
    }
    return t;
}

/* -- month --------------------------------------------------------------------------------------------------------------- */

static bool count_days(struct db *db, struct query *q, struct arena *a, long counts[32], struct err *err)
{
    auto_rows *rows = query_run(q, db, a, err);
    if (!rows)
        return false;
    while (rows_next(rows)) {
        struct date day = date_from_iso(rows_text(rows, 0));
        if (day.day >= 1 && day.day <= 31)
            counts[day.day] += (long)rows_int(rows, 1);
    }
    return !rows_failed(rows);
}

bool daily_log_days(struct db *db, const struct scope *scope, const char *office_id, const char *month, struct arena *a, long counts[32],
                    struct err *err)
{
    const char *first = arena_printf(a, "%s-01", month), *last = arena_printf(a, "%s-31", month);
    const struct value office_and_days[] = {TEXT(office_id), TEXT(first), TEXT(last)};
    static const char *const literals[] = {
        "SELECT c.received_on, COUNT(*) FROM consultation c WHERE c.deleted_at = '' AND c.office_id = ?"
        " AND c.received_on >= ? AND c.received_on <= ?",
        "SELECT c.contact_on, COUNT(*) FROM consultation_contact c WHERE c.office_id = ? AND c.contact_on >= ? AND c.contact_on <= ?",
        "SELECT c.date_from, COUNT(*) FROM activity c WHERE c.deleted_at = '' AND c.office_id = ?"
        " AND c.date_from >= ? AND c.date_from <= ?",
        "SELECT c.held_on, COUNT(*) FROM meeting c WHERE c.deleted_at = '' AND c.office_id = ? AND c.held_on >= ? AND c.held_on <= ?",
        "SELECT c.held_on, COUNT(*) FROM training c WHERE c.deleted_at = '' AND c.office_id = ? AND c.held_on >= ? AND c.held_on <= ?",
    };
    for (size_t i = 0; i < COUNT(literals); i++) {
        struct query q;
        query_init(&q, a);
        query_add_values(&q, literals[i], office_and_days, COUNT(office_and_days));
        query_scope(&q, scope, "c");
        query_add(&q, " GROUP BY 1");
        if (!count_days(db, &q, a, counts, err))
            return false;
    }
    return true;
}
