/* consultation_pages.c -- beside the form: earlier cases and the organisation; under the sheet: its time line; 経過を追加; 再開. */
#include "features/consultation/consultation_pages.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/text.h"
#include "features/facility/facility.h"
#include "features/form_paper/form_paper.h"
#include "features/patient/patient.h"
#include "web/html.h"

#include <string.h>

/* -- context ------------------------------------------------------------------------------------------------------------- */

static struct earlier_sheet earlier_of(const struct consultation *c, struct arena *a)
{
    return (struct earlier_sheet){
        .id = c->head.id,
        .number = c->consultation_no,
        .day = date_wareki_plain(a, date_from_iso(c->received_on)),
        .outcome = code_label("outcome", c->outcome),
        .content = field_display(field_find(&consultation_set, "content"), c, a),
        .summary = text_cut(a, c->summary, 60),
        .is_open = consultation_is_open(c),
    };
}

static bool read_earlier(struct request *req, struct query *q, struct earlier_sheets *ret, struct err *err)
{
    enum { SHOWN = 8 };
    query_scope(q, &req->scope, "c");
    query_add(q, " ORDER BY c.received_at DESC, c.id DESC LIMIT ?", INT(SHOWN));
    auto_rows *rows = query_run(q, req->db, req->arena, err);
    if (!rows)
        return false;
    ret->items = NEW_ARRAY(req->arena, SHOWN, struct earlier_sheet);
    while (rows_next(rows)) {
        struct consultation c = {0};
        record_read(rows, &consultation_record, &c, req->arena);
        ret->items[ret->count++] = earlier_of(&c, req->arena);
    }
    return !rows_failed(rows);
}

static bool read_person_sheets(struct request *req, const char *patient_id, const char *except_id, struct earlier_sheets *ret,
                               struct err *err)
{
    struct query q;
    query_init(&q, req->arena);
    record_select(&q, &consultation_record);
    query_add(&q, " AND c.person_key = ? AND c.id <> ?", TEXT(patient_id), TEXT(except_id));
    return read_earlier(req, &q, ret, err);
}

static bool read_organisation_sheets(struct request *req, const char *org_id, const char *except_id, struct earlier_sheets *ret,
                                     struct err *err)
{
    struct query q;
    query_init(&q, req->arena);
    record_select(&q, &consultation_record);
    query_add(&q, " AND c.consulter_org_id <> '' AND c.consulter_org_id = ? AND c.id <> ?", TEXT(org_id), TEXT(except_id));
    return read_earlier(req, &q, ret, err);
}

/* People already registered whose kana or name holds what was typed: the caller may be speaking of one of them. */
static bool read_same_names(struct request *req, const char *name, struct consultation_context *ret, struct err *err)
{
    enum { SHOWN = 6 };
    struct query q;
    query_init(&q, req->arena);
    record_select(&q, &patient_record);
    query_scope(&q, &req->scope, "c");
    query_search(&q, req->db, "patient", "c", name);
    query_add(&q, " ORDER BY c.changed_at DESC LIMIT ?", INT(SHOWN));
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    if (!rows)
        return false;
    struct same_name *found = NEW_ARRAY(req->arena, SHOWN, struct same_name);
    while (rows_next(rows)) {
        struct patient p = {0};
        record_read(rows, &patient_record, &p, req->arena);
        found[ret->same_name_count++] = (struct same_name){
            p.head.id, patient_display(&p),
            arena_printf(req->arena, "%s %s %s", p.kana, code_label("sex", p.sex), code_label("age_band", p.age_band))};
    }
    ret->same_names = found;
    return !rows_failed(rows);
}

bool consultation_context_read(struct request *req, const char *patient_id, const char *org_id, const char *name,
                               const char *except_id, struct consultation_context *ret, struct err *err)
{
    *ret = (struct consultation_context){.organisation = "", .organisation_detail = "", .organisation_url = ""};
    if (!req->scope.sees_personal)
        return true;
    if (*patient_id) {
        ret->asked = true;
        if (!read_person_sheets(req, patient_id, except_id, &ret->person, err))
            return false;
    } else if (text_length(name) > 1) {
        ret->asked = true;
        if (!read_same_names(req, name, ret, err))
            return false;
    }
    if (!*org_id)
        return true;
    ret->asked = true;
    struct facility f = {0};
    struct err unknown = {0};
    if (facility_find(req->db, org_id, req->arena, &f, &unknown)) {
        ret->organisation = f.name;
        ret->organisation_detail = arena_printf(req->arena, "%s　電話 %s　FAX %s", f.address, *f.phone ? f.phone : "不明", *f.fax ? f.fax : "不明");
        ret->organisation_url = arena_printf(req->arena, "/facilities/%s", f.id);
    }
    return read_organisation_sheets(req, org_id, except_id, &ret->from_organisation, err);
}

/* What the form holds now: as typed, or as saved. */
static const char *typed_or_saved(const struct form *f, const char *name)
{
    if (f->typed)
        return pairs_get(f->typed, name);
    return field_text(field_find(f->set, name), f->row, f->req->arena);
}

void consultation_form_aside(struct buf *out, const struct form *f)
{
    struct consultation_context context;
    struct err ignored = {0};
    const char *kana = typed_or_saved(f, "patient_kana");
    if (!consultation_context_read(f->req, typed_or_saved(f, "patient_id"), typed_or_saved(f, "consulter_org_id"),
                                   *kana ? kana : typed_or_saved(f, "patient_name"), f->id ? f->id : "", &context, &ignored))
        context = (struct consultation_context){.organisation = "", .organisation_detail = "", .organisation_url = ""};
    html_raw(out, "<div data-context=\"/consultations/context\""
                  " data-context-fields=\"id patient_id patient_kana patient_name consulter_org_id\" aria-live=\"polite\">\n");
    consultation_context_html(out, &context);
    html_raw(out, "</div>\n");
}

/* The form in the order of a call.  What is seldom asked on the phone is folded away; it opens by itself when it holds something. */
static const struct part {
    const char *heading; /* begins a section, or NULL */
    const char *fold;    /* its summary, or NULL for fields that always show */
    const char *fields;
} parts[] = {
    {"受付", NULL, "received_at channel staff_id"},
    {"相談してきた人", NULL, "consulter_type consulter_org_id consulter_org consulter_name consulter_contact"},
    {NULL, "住民からの相談のとき", "resident_consultation"},
    {"だれについての相談か", NULL, "subject_kind is_ltci_subject patient_id patient_kana patient_name patient_pseudonym"},
    {NULL, "性別・年齢・要介護度・くらし", "sex age_band care_level insured_no_known living current_place residence"},
    {NULL, "疾患・医療処置", "main_disease medical_procedures"},
    {NULL, "個人情報使用の同意", "consent consent_on"},
    {"相談の内容", NULL, "content scene summary"},
    {NULL, "前回の相談シート", "previous_id"},
    {"対応したこと", NULL, "response progress"},
    {NULL, "紹介した資源", "referred_resources"},
    {"結果と次の対応", NULL, "outcome"},
    {NULL, "調整が成立しなかった理由", "reason_unresolved reason_unresolved_text"},
    {NULL, NULL, "next_action next_action_on next_action_staff_id ended_at"},
    {NULL, "困難事例・課題・以前の番号", "is_difficult_case issue_link paper_no"},
};

/* "referred_resources" and "referred_resources.0.name" are about the same field. */
static bool is_about(const char *full, const char *name)
{
    size_t n = strlen(name);
    return full && !strncmp(full, name, n) && (full[n] == '\0' || full[n] == '.');
}

static bool has_problem(const struct form *f, const char *name)
{
    for (size_t i = 0; f->problems && i < f->problems->count; i++)
        if (is_about(f->problems->items[i].field, name))
            return true;
    return false;
}

/* The residence of a new sheet is filled beforehand. */
static bool is_filled(const struct form *f, const char *name)
{
    const char *saved = f->typed ? "" : typed_or_saved(f, name);
    for (size_t i = 0; f->typed && i < f->typed->count; i++)
        if (is_about(f->typed->items[i].name, name) && *f->typed->items[i].value)
            saved = f->typed->items[i].value;
    return *saved && strcmp(saved, "[]") != 0 && (strcmp(name, "residence") != 0 || strcmp(saved, "same_ward") != 0);
}

static bool must_open(const struct form *f, const char *fields)
{
    bool asked_for_reason = !strcmp(typed_or_saved(f, "outcome"), "not_arranged");
    for (const char *name; (name = codes_next(&fields, f->req->arena));)
        if (f->theirs || has_problem(f, name) || is_filled(f, name) || (f->pick_field && !strcmp(f->pick_field, name))
            || (f->more_rows && !strcmp(f->more_rows, name)) || (asked_for_reason && !strcmp(name, "reason_unresolved")))
            return true;
    return false;
}

void consultation_form_body(struct buf *out, const struct form *f)
{
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (parts[i].heading) {
            html_raw(out, "<section class=\"form-section\">\n<h2 class=\"form-heading\">");
            html_text(out, parts[i].heading);
            html_raw(out, "</h2>\n");
        }
        if (parts[i].fold) {
            html_raw(out, "<details class=\"form-fold\"");
            if (must_open(f, parts[i].fields))
                html_raw(out, " open");
            html_raw(out, "><summary>");
            html_text(out, parts[i].fold);
            html_raw(out, "</summary>\n");
        }
        const char *fields = parts[i].fields;
        for (const char *name; (name = codes_next(&fields, f->req->arena));)
            form_field(out, f, name);
        if (parts[i].fold)
            html_raw(out, "</details>\n");
        if (i + 1 == COUNT(parts) || parts[i + 1].heading)
            html_raw(out, "</section>\n");
    }
}

bool consultation_context_page(struct request *req, struct err *err)
{
    struct consultation_context context;
    const char *kana = pairs_get(&req->body, "patient_kana");
    if (!consultation_context_read(req, pairs_get(&req->body, "patient_id"), pairs_get(&req->body, "consulter_org_id"),
                                   *kana ? kana : pairs_get(&req->body, "patient_name"), pairs_get(&req->body, "id"), &context, err))
        return false;
    struct audit_entry looked = request_audit_entry(req, "patient", pairs_get(&req->body, "patient_id"), "");
    audit_later(app_store(req->app), &looked);
    consultation_context_html(&req->out, &context);
    req->content_type = "text/html; charset=utf-8";
    return true;
}

/* -- show ---------------------------------------------------------------------------------------------------------------- */

/* The sheet's fields without those that the page shows in their own way. */
static const struct field_set *details_set(struct arena *a)
{
    static const char *const shown_elsewhere[] = {"progress", "reopenings"};
    struct field *fields = NEW_ARRAY(a, consultation_set.count, struct field);
    struct field_set *set = NEW(a, struct field_set);
    *set = consultation_set;
    set->count = 0;
    set->fields = fields;
    for (size_t i = 0; i < consultation_set.count; i++) {
        bool skip = false;
        for (size_t k = 0; k < COUNT(shown_elsewhere); k++)
            skip = skip || !strcmp(consultation_set.fields[i].name, shown_elsewhere[k]);
        if (!skip)
            fields[set->count++] = consultation_set.fields[i];
    }
    return set;
}

void consultation_show_body(struct buf *out, struct request *req, const void *row)
{
    const struct consultation *c = row;
    struct err ignored = {0};
    struct consultation_show v = {
        .req = req, .row = c, .details = details_set(req->arena),
        .may_write = request_may(req, PERM_RECORD_WRITE) && !*c->head.deleted_at,
        .is_open = consultation_is_open(c),
        .personal = req->scope.sees_personal,
    };
    v.progress = field_rows(field_find(&consultation_set, "progress"), c, req->arena, &v.progress_count);
    v.reopenings = field_rows(field_find(&consultation_set, "reopenings"), c, req->arena, &v.reopening_count);
    if (v.personal && *c->patient_id && !read_person_sheets(req, c->patient_id, c->head.id, &v.earlier, &ignored))
        v.earlier.count = 0;
    consultation_show_html(out, &v);
}

void consultation_show_actions(struct buf *out, struct request *req, const void *row)
{
    const struct consultation *c = row;
    if (!request_may(req, PERM_RECORD_WRITE) || !*c->patient_id)
        return;
    html_raw(out, "<a class=\"button\" href=\"/consultations/new?from=");
    html_url(out, c->head.id);
    html_raw(out, "&amp;previous_id=");
    html_url(out, c->head.id);
    html_raw(out, "\">この方の新しい相談</a>\n");
}

/* -- 経過を追加, 再開 ------------------------------------------------------------------------------------------------------- */

#define QUICK_AT(member) offsetof(struct quick_progress, member)
static bool quick_not_arranged(const void *row)
{
    return !strcmp(((const struct quick_progress *)row)->outcome, "not_arranged");
}
static const struct field quick_fields[] = {
    {.name = "contact_on", .label = "日付", .type = FIELD_DATE, .required = true, .offset = QUICK_AT(contact_on), .flags = FIELD_PAST,
     .source = "様式6 progress[]"},
    {.name = "contact_at", .label = "時刻", .type = FIELD_TIME, .offset = QUICK_AT(contact_at), .source = "様式6 progress[]"},
    {.name = "text", .label = "支援経過", .type = FIELD_LONG_TEXT, .max = 4000, .required = true, .offset = QUICK_AT(text),
     .flags = FIELD_PERSONAL, .source = "様式6 progress[]"},
    {.name = "outcome", .label = "結果（変わったとき）", .type = FIELD_CODE, .codes = "outcome", .offset = QUICK_AT(outcome),
     .source = "様式6 outcome"},
    {.name = "reason_unresolved", .label = "調整不成立の理由", .type = FIELD_CODES, .codes = "reason_unresolved",
     .required_when = quick_not_arranged, .offset = QUICK_AT(reason_unresolved), .source = "様式6 reason_unresolved"},
    {.name = "next_action", .label = "次の対応", .type = FIELD_TEXT, .max = 300, .offset = QUICK_AT(next_action), .flags = FIELD_PERSONAL,
     .source = "様式6 next_action"},
    {.name = "next_action_on", .label = "次の対応の期限", .type = FIELD_DATE, .offset = QUICK_AT(next_action_on), .source = "様式6 due"},
};
const struct field_set quick_progress_set = {
    .name = "quick_progress", .label = "経過を追加", .fields = quick_fields, .count = COUNT(quick_fields),
    .size = sizeof(struct quick_progress),
};

struct reopen_form {
    const char *reason;
};
static const struct field reopen_fields[] = {
    {.name = "reason", .label = "再開の理由", .type = FIELD_TEXT, .max = 500, .required = true,
     .offset = offsetof(struct reopen_form, reason), .flags = FIELD_PERSONAL, .source = "programme.md §11"},
};
const struct field_set reopen_set = {
    .name = "reopen", .label = "相談を再開する", .fields = reopen_fields, .count = COUNT(reopen_fields), .size = sizeof(struct reopen_form),
};

const char *consultation_day(const char *iso, const struct request *req)
{
    return date_wareki(req->arena, date_from_iso(iso));
}

static void small_form(struct buf *out, struct request *req, const struct field_set *set, const void *row, const char *action)
{
    const struct form form = {.req = req, .set = set, .row = row, .action = action, .submit_label = set->label};
    form_begin(out, &form);
    form_all(out, &form);
    form_end(out, &form);
}

void consultation_quick_form(struct buf *out, const struct consultation_show *v)
{
    struct arena *a = v->req->arena;
    const struct quick_progress now = {
        .contact_on = date_iso(a, v->req->today), .contact_at = arena_strdup(a, now_local(a) + 11), .text = "", .outcome = "",
        .reason_unresolved = "", .next_action = v->row->next_action, .next_action_on = v->row->next_action_on};
    small_form(out, v->req, &quick_progress_set, &now, arena_printf(a, "/consultations/%s/progress", v->row->head.id));
}

void consultation_reopen_form(struct buf *out, const struct consultation_show *v)
{
    const struct reopen_form blank = {""};
    small_form(out, v->req, &reopen_set, &blank, arena_printf(v->req->arena, "/consultations/%s/reopen", v->row->head.id));
}

/* Changes the newest saved version of one sheet: nothing somebody else just saved is lost. */
struct change {
    struct request *req;
    const char *id;
    const struct quick_progress *quick; /* or NULL */
    const char *reopen_reason;          /* or NULL */
};

static void *grown(const struct field *f, const struct consultation *c, struct arena *a, size_t *ret_count)
{
    void *items = field_rows(f, c, a, ret_count);
    char *more = arena_array(a, *ret_count + 1, f->rows->size);
    if (*ret_count)
        memcpy(more, items, *ret_count * f->rows->size);
    field_clear(f->rows, more + *ret_count * f->rows->size);
    return more;
}

/* False when the last entry is the same already: a double submit. */
static bool add_progress(struct consultation *c, const struct quick_progress *quick, const char *person, struct arena *a)
{
    const struct field *f = field_find(&consultation_set, "progress");
    size_t count;
    struct progress_entry *entries = grown(f, c, a, &count);
    const struct progress_entry *last = count ? &entries[count - 1] : NULL;
    if (last && !strcmp(last->contact_on, quick->contact_on) && !strcmp(last->contact_at, quick->contact_at)
        && !strcmp(last->text, quick->text))
        return false;
    entries[count] = (struct progress_entry){quick->contact_on, quick->contact_at, person, quick->text};
    c->progress = field_rows_text(&progress_set, entries, count + 1, a);
    if (*quick->outcome) {
        c->outcome = quick->outcome;
        c->reason_unresolved = quick->reason_unresolved;
    }
    c->next_action = quick->next_action;
    c->next_action_on = quick->next_action_on;
    return true;
}

static bool reopen(struct consultation *c, const char *reason, const struct request *req, struct err *err)
{
    if (consultation_is_open(c))
        return err_set(err, ERR_CONFLICT, "consultation.is_open", "id=%s", c->head.id);
    size_t count;
    struct reopening *rows = grown(field_find(&consultation_set, "reopenings"), c, req->arena, &count);
    rows[count] = (struct reopening){date_iso(req->arena, req->today), req->session->display_name, reason, c->outcome};
    c->reopenings = field_rows_text(&reopening_set, rows, count + 1, req->arena);
    c->outcome = "continuing";
    return true;
}

static bool write_change(struct db *db, void *arg, struct err *err)
{
    const struct change *change = arg;
    struct request *req = change->req;
    struct consultation old = {0};
    if (!record_find(db, &consultation_record, &req->scope, change->id, &old, req->arena, err))
        return false;
    struct consultation c = old;
    if (change->reopen_reason && !reopen(&c, change->reopen_reason, req, err))
        return false;
    if (change->quick && !add_progress(&c, change->quick, req->session->display_name, req->arena)) {
        request_audit_entry(req, "consultation", change->id, "again"); /* nothing is written: nothing to tell twice */
        return true;
    }
    struct save s = {.resource = &consultation_resource, .req = req, .row = &c, .old = &old, .arena = req->arena};
    return resource_save(db, &s, req->session->user_id, err);
}

static void form_page_body(struct buf *out, const void *view)
{
    const struct form *f = view;
    form_begin(out, f);
    form_all(out, f);
    form_end(out, f);
}

/* The small form again, as it was typed, with what is wrong. */
static bool show_problems(struct request *req, const struct field_set *set, const void *row, const struct problems *problems)
{
    if (req->api)
        return reply_problems(req, problems);
    const struct form form = {.req = req, .set = set, .row = row, .typed = &req->body, .problems = problems, .action = req->path,
                              .submit_label = set->label};
    const struct page page = {.title = set->label, .section = "/consultations"};
    req->status = 422;
    return reply_page(req, &page, form_page_body, &form);
}

static bool finish_change(struct request *req, struct change *change, const char *sentence, struct err *err)
{
    if (!store_write(app_store(req->app), write_change, change, err))
        return false;
    request_audit_object(req, "consultation", change->id, "");
    if (req->api) {
        struct consultation saved = {0};
        return record_find(req->db, &consultation_record, &req->scope, change->id, &saved, req->arena, err)
            && reply_record(req, 200, &consultation_record, &saved);
    }
    reply_flash(req, sentence, NULL);
    return reply_redirect(req, "/consultations/%s", change->id);
}

bool consultation_progress_page(struct request *req, struct err *err)
{
    struct quick_progress quick = {0};
    struct problems problems;
    problems_init(&problems, req->arena);
    field_clear(&quick_progress_set, &quick);
    form_gather(req, &quick_progress_set, &req->body, &problems);
    if (!field_parse(&quick_progress_set, &req->body, req->today, &quick, req->arena, &problems))
        return show_problems(req, &quick_progress_set, &quick, &problems);
    struct change change = {.req = req, .id = request_param(req, "id"), .quick = &quick};
    return finish_change(req, &change, "経過を追加しました。", err);
}

bool consultation_reopen_page(struct request *req, struct err *err)
{
    struct reopen_form form = {0};
    struct problems problems;
    problems_init(&problems, req->arena);
    field_clear(&reopen_set, &form);
    if (!field_parse(&reopen_set, &req->body, req->today, &form, req->arena, &problems))
        return show_problems(req, &reopen_set, &form, &problems);
    struct change change = {.req = req, .id = request_param(req, "id"), .reopen_reason = form.reason};
    return finish_change(req, &change, "相談を再開しました。", err);
}

bool consultation_blank_page(struct request *req, struct err *err)
{
    struct consultation blank = {0};
    field_clear(&consultation_set, &blank);
    blank.head.id = blank.head.office_id = blank.head.area_code = "";
    struct paper *sheet = NULL;
    return consultation_print(req, &blank, &sheet, err) && form_paper_reply(req, sheet, NULL, err);
}

/* -- きょう ---------------------------------------------------------------------------------------------------------------- */

static bool add_follow_ups(struct request *req, struct today_list *list, struct err *err)
{
    struct query q;
    query_init(&q, req->arena);
    query_add(&q,
              "SELECT c.id, c.consultation_no, c.next_action, c.next_action_on FROM consultation c WHERE c.deleted_at = ''"
              " AND c.next_action_on <> '' AND c.next_action_on <= ? AND c.outcome IN ('continuing', 'waiting_result')",
              TEXT(date_iso(req->arena, date_add_days(req->today, 3))));
    query_scope(&q, &req->scope, "c");
    query_add(&q, " AND (c.next_action_staff_id = '' OR c.next_action_staff_id = ?) ORDER BY c.next_action_on, c.id LIMIT 50",
              TEXT(req->session->user_id));
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    if (!rows)
        return false;
    const char *today = date_iso(req->arena, req->today);
    while (rows_next(rows))
        today_add(list, (struct today_item){
                            .group = "期限",
                            .title = arena_printf(req->arena, "相談 %s の次の対応", rows_text(rows, 1)),
                            .detail = *rows_text(rows, 2) ? rows_text(rows, 2) : "内容はシートにあります",
                            .url = arena_printf(req->arena, "/consultations/%s", rows_text(rows, 0)),
                            .due_on = rows_text(rows, 3),
                            .overdue = strcmp(rows_text(rows, 3), today) < 0,
                        });
    return !rows_failed(rows);
}

static bool add_unfinished(struct request *req, struct today_list *list, struct err *err)
{
    struct query q;
    query_init(&q, req->arena);
    query_add(&q, "SELECT COUNT(*) FROM consultation c WHERE c.deleted_at = '' AND c.outcome IN ('continuing', 'waiting_result')"
                  " AND c.next_action_on = ''");
    query_scope(&q, &req->scope, "c");
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    if (!rows || !rows_next(rows))
        return rows && !rows_failed(rows);
    if (rows_int(rows, 0))
        today_add(list, (struct today_item){
                            .group = "継続中",
                            .title = arena_printf(req->arena, "期限のない継続中の相談が%lld件あります", rows_int(rows, 0)),
                            .detail = "次の対応の期限を決めるか、結果を記録してください。",
                            .url = "/consultations?unfinished=1&no_due=1",
                            .due_on = "",
                        });
    return true;
}

bool consultation_today(struct request *req, struct today_list *list, struct err *err)
{
    if (req->scope.kind != SCOPE_OFFICE || !req->scope.sees_personal || !request_may(req, PERM_RECORD_WRITE))
        return true;
    return add_follow_ups(req, list, err) && add_unfinished(req, list, err);
}
