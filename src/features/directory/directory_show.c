/* directory_show.c -- one entry: what the lists publish, what is known here, when it is open; as much as this viewer sees. */
#include "base/code_list.h"
#include "base/count.h"
#include "base/json.h"
#include "features/area/area.h"
#include "features/directory/directory_asked.h"
#include "features/directory/directory_inside.h"
#include "features/directory/directory_view.h"
#include "web/form.h"
#include "web/html.h"

#include <string.h>

page_body_fn directory_show_html;

enum { FACTS_MOST = 40, SECTIONS = 5, DAYS = 8, RANGES_MOST = 60, SIBLINGS_MOST = 20, NOTIFICATIONS_MOST = 40, SPECIALITIES_MOST = 200 };

struct showing {
    struct request *req;
    struct arena *arena;
    struct audience who;
    struct directory_hit hit;
    const char *base;
    struct directory_section *sections;
    struct facility_corrected *corrected;
    size_t corrected_count;
    struct directory_show_view view;
};

static struct directory_section *section(struct showing *s, const char *title, const char *note)
{
    struct directory_section *x = &s->sections[s->view.section_count++];
    *x = (struct directory_section){.title = title, .note = note, .facts = NEW_ARRAY(s->arena, FACTS_MOST, struct directory_fact)};
    return x;
}

static void add_fact(struct directory_section *x, const char *label, const char *text, const char *url)
{
    if (*text && x->count < FACTS_MOST)
        x->facts[x->count++] = (struct directory_fact){label, text, url};
}

static const char *phone_url(struct arena *a, const char *phone)
{
    return *phone ? arena_printf(a, "tel:%s", phone) : "";
}

static void drop_empty(struct showing *s)
{
    if (s->view.section_count && !s->sections[s->view.section_count - 1].count)
        s->view.section_count--;
}

/* A field that stands otherwise than published wears the mark that facility_correction_panel explains. */
static const char *marked(const struct showing *s, const char *field, const char *label)
{
    for (size_t i = 0; i < s->corrected_count; i++)
        if (!strcmp(s->corrected[i].field->name, field))
            return arena_printf(s->arena, "※%s", label);
    return label;
}

static bool add_published(struct showing *s, struct err *err)
{
    const struct facility *f = &s->hit.facility;
    struct arena *a = s->arena;
    if (!facility_corrections(s->req->db, f->id, a, &s->corrected, &s->corrected_count, err))
        return false;
    struct directory_section *x = section(s, "公表されていること", "");
    const char *days = "";
    for (const char *list = f->days, *c; (c = codes_next(&list, a));)
        days = arena_printf(a, "%s%s%s", days, *days ? "、" : "", code_label("service_day", c));
    add_fact(x, *f->service_code ? "サービスの種類" : "機関の種類", directory_service_words(f), "");
    add_fact(x, marked(s, "kana", "フリガナ"), f->kana, "");
    add_fact(x, marked(s, "phone", "電話番号"), f->phone, phone_url(a, f->phone));
    add_fact(x, marked(s, "fax", "FAX番号"), f->fax, "");
    add_fact(x, "地域", area_label(s->req->db, f->area_code, a), "");
    if (strlen(f->postal) == 7)
        add_fact(x, marked(s, "postal", "郵便番号"), arena_printf(a, "%.3s-%s", f->postal, f->postal + 3), "");
    add_fact(x, marked(s, "address", "住所"), f->address, "");
    add_fact(x, marked(s, "days", "利用できる曜日"), days, "");
    add_fact(x, marked(s, "note", "曜日についての説明"), f->note, "");
    if (!strcmp(f->kind, "care") && audience_sees(&s->who, "capacity"))
        add_fact(x, marked(s, "capacity", "定員"), f->capacity == FIELD_BLANK ? "公表されていません" : arena_printf(a, "%ld人", f->capacity), "");
    if (f->beds != FIELD_BLANK)
        add_fact(x, "病床数", arena_printf(a, "%ld床", f->beds), "");
    add_fact(x, marked(s, "url", "ホームページ"), f->url, f->url);
    add_fact(x, "法人", f->corporation, "");
    add_fact(x, "事業所番号", f->office_number, "");
    drop_empty(s);
    return true;
}

/* The picker's labels are for people who are signed in. */
static const char *areas_words(const struct showing *s, const char *codes)
{
    const char *words = "";
    for (const char *code; (code = codes_next(&codes, s->arena));)
        words = arena_printf(s->arena, "%s%s%s", words, *words ? "、" : "", area_label(s->req->db, code, s->arena));
    return words;
}

static void add_local(struct showing *s)
{
    const struct facility_local *l = &s->hit.local;
    struct arena *a = s->arena;
    if (!*l->head.id)
        return;
    const char *age = audience_sees(&s->who, "confirmed_on") ? facility_local_age(l->confirmed_on, s->req->today, a) : "";
    struct directory_section *x = section(s, "地域で確かめたこと", age);
    for (size_t i = 0; i < facility_local_set.count; i++) {
        const struct field *f = &facility_local_set.fields[i];
        if (*field_text(f, l, a) && audience_sees(&s->who, f->name))
            add_fact(x, f->label, f->type == FIELD_REFS ? areas_words(s, field_text(f, l, a)) : form_value(s->req, f, l), f->flags & FIELD_PHONE ? phone_url(a, field_text(f, l, a)) : "");
    }
    drop_empty(s);
}

/* "facility_id IN (the entry and those shown as one with it)" */
static bool add_members(struct showing *s, struct query *q, struct err *err)
{
    const char **ids;
    size_t count;
    if (!facility_member_ids(s->req->db, s->hit.facility.id, s->arena, &ids, &count, err))
        return false;
    directory_add_ids(q, ids, count < 20 ? count : 20);
    return true;
}

/* Of an institution of medicine, as published; a list that gives codes alone says the same. */
static bool add_specialities(struct showing *s, struct err *err)
{
    struct query q;
    const char *words = "";
    if (!strcmp(s->hit.facility.kind, "care") || !audience_sees(&s->who, "service"))
        return true;
    query_init(&q, s->arena);
    query_add(&q, "SELECT DISTINCT CASE WHEN code = '' THEN 1 ELSE 0 END, code, label FROM facility_service WHERE facility_id IN ");
    if (!add_members(s, &q, err))
        return false;
    query_add(&q, " ORDER BY 1, 2, 3 LIMIT ?", INT(SPECIALITIES_MOST));
    auto_rows *r = query_run(&q, s->req->db, s->arena, err);
    while (rows_next(r)) {
        const char *code = rows_text(r, 1), *label = *rows_text(r, 2) ? rows_text(r, 2) : code_label("speciality", code);
        const char *between = arena_printf(s->arena, "、%s、", words);
        if (*label && !code_find(code_list_find("care_service"), code) && !strstr(between, arena_printf(s->arena, "、%s、", label)))
            words = *words ? arena_printf(s->arena, "%s、%s", words, label) : label;
    }
    struct directory_section *x = section(s, "診療科", "");
    add_fact(x, "診療科目", words, "");
    drop_empty(s);
    return !rows_failed(r);
}

static bool add_notifications(struct showing *s, struct err *err)
{
    struct query q;
    query_init(&q, s->arena);
    query_add(&q, "SELECT DISTINCT home_care, name, since FROM facility_notification WHERE home_care <> '' AND facility_id IN ");
    if (!audience_sees(&s->who, "notifications"))
        return true;
    if (!add_members(s, &q, err))
        return false;
    query_add(&q, " ORDER BY home_care LIMIT ?", INT(NOTIFICATIONS_MOST));
    auto_rows *r = query_run(&q, s->req->db, s->arena, err);
    struct directory_section *x = section(s, "在宅医療にかかわる届出", "地方厚生局に届け出た施設基準です。");
    while (rows_next(r)) {
        struct date since = date_from_iso(rows_text(r, 2));
        add_fact(x, code_label("home_care_mark", rows_text(r, 0)),
                 date_is_set(since) ? arena_printf(s->arena, "%sから", date_wareki_plain(s->arena, since)) : "届出あり", "");
    }
    drop_empty(s);
    return !rows_failed(r);
}

/* --- hours --- */

struct week {
    const char *days[DAYS];  /* ranges in words */
    bool closed[DAYS];       /* every week */
    const char *weeks[DAYS]; /* closed in these weeks: 第2・第4 */
};

static const char *range_words(struct arena *a, int opens, int closes)
{
    return arena_printf(a, "%d:%02d〜%s%d:%02d", opens / 60, opens % 60, closes > 1440 ? "翌" : "", closes > 1440 ? (closes - 1440) / 60 : closes / 60,
                        closes % 60);
}

static bool read_ranges(struct showing *s, struct week *w, struct err *err)
{
    struct query q;
    query_init(&q, s->arena);
    query_add(&q, "SELECT DISTINCT day, opens, closes FROM facility_hours WHERE is_reception = 0 AND speciality_code <> '09010' AND facility_id IN ");
    if (!add_members(s, &q, err))
        return false;
    query_add(&q, " ORDER BY day, opens, closes LIMIT ?", INT(DAYS * RANGES_MOST));
    auto_rows *r = query_run(&q, s->req->db, s->arena, err);
    while (rows_next(r)) {
        long long day = rows_int(r, 0);
        if (day < 0 || day >= DAYS)
            continue;
        const char *range = range_words(s->arena, (int)rows_int(r, 1), (int)rows_int(r, 2));
        w->days[day] = *w->days[day] ? arena_printf(s->arena, "%s、%s", w->days[day], range) : range;
    }
    return !rows_failed(r);
}

static bool read_closed(struct showing *s, struct week *w, struct err *err)
{
    struct query q;
    query_init(&q, s->arena);
    query_add(&q, "SELECT DISTINCT week, day FROM facility_opening WHERE is_open = 0 AND facility_id IN ");
    if (!add_members(s, &q, err))
        return false;
    query_add(&q, " ORDER BY week, day");
    auto_rows *r = query_run(&q, s->req->db, s->arena, err);
    while (rows_next(r)) {
        long long week = rows_int(r, 0), day = rows_int(r, 1);
        if (day < 0 || day >= DAYS)
            continue;
        w->closed[day] |= week == 0;
        if (week)
            w->weeks[day] = arena_printf(s->arena, "%s%s第%lld", w->weeks[day], *w->weeks[day] ? "・" : "", week);
    }
    return !rows_failed(r);
}

static bool add_hours(struct showing *s, struct err *err)
{
    static const char *const names[DAYS] = {"月", "火", "水", "木", "金", "土", "日", "祝日"};
    struct week w = {.days = {"", "", "", "", "", "", "", ""}, .weeks = {"", "", "", "", "", "", "", ""}};
    struct directory_hour *hours = NEW_ARRAY(s->arena, DAYS, struct directory_hour);
    bool any = false;
    if (!audience_sees(&s->who, "hours"))
        return true;
    if (!read_ranges(s, &w, err) || !read_closed(s, &w, err))
        return false;
    for (int day = 0; day < DAYS; day++) {
        const char *words = w.closed[day] ? "休み" : w.days[day];
        if (*w.weeks[day])
            words = arena_printf(s->arena, "%s（%sは休み）", *words ? words : "時間は公表されていません", w.weeks[day]);
        any |= *words;
        hours[day] = (struct directory_hour){names[day], *words ? words : "公表されていません", directory_day(s->req->today) == day};
    }
    s->view.hours = hours;
    s->view.hour_count = any ? DAYS : 0;
    return true;
}

static bool add_siblings(struct showing *s, struct err *err)
{
    const struct facility *f = &s->hit.facility;
    struct directory_line *lines = NEW_ARRAY(s->arena, SIBLINGS_MOST, struct directory_line);
    s->view.siblings = lines;
    if (!*f->office_number)
        return true;
    auto_rows *r = db_query(s->req->db, s->arena, err,
                            "SELECT c.id, c.name, c.service_code FROM facility c WHERE c.source = $1 AND c.office_number = $2 AND c.id <> $3 AND"
                            FACILITY_IS_SHOWN("c") "ORDER BY c.service_code LIMIT 20",
                            TEXT(f->source), TEXT(f->office_number), TEXT(f->id));
    while (s->view.sibling_count < SIBLINGS_MOST && rows_next(r))
        lines[s->view.sibling_count++] = (struct directory_line){.url = arena_printf(s->arena, "%s/%s", s->base, rows_text(r, 0)),
                                                                 .name = rows_text(r, 1), .service = code_label("care_service", rows_text(r, 2))};
    return !rows_failed(r);
}

/* Every list that the entry shown was put together from. */
static bool add_attributions(struct showing *s, struct err *err)
{
    const char **ids, **lines;
    size_t count, n = 0;
    if (!facility_member_ids(s->req->db, s->hit.facility.id, s->arena, &ids, &count, err))
        return false;
    lines = NEW_ARRAY(s->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) {
        const char *source = db_text(s->req->db, s->arena, err, "SELECT source FROM facility WHERE id = $1", TEXT(ids[i]));
        const char *line = facility_attribution(s->arena, source ? source : "");
        size_t k = 0;
        while (k < n && strcmp(lines[k], line))
            k++;
        if (k == n)
            lines[n++] = line;
    }
    s->view.attributions = lines;
    s->view.attribution_count = n;
    return !err->kind;
}

/* Who may write directory facts changes them here; facts that were deleted can be brought back. */
static bool add_editing(struct showing *s, struct err *err)
{
    const char *id = s->hit.facility.id, *local = *s->hit.local.head.id ? s->hit.local.head.id : id;
    s->view.edit_url = s->view.history_url = s->view.undelete_url = "";
    if (!request_may(s->req, PERM_DIRECTORY_WRITE) || !strcmp(s->base, "/directory"))
        return true;
    s->view.edit_url = facility_local_form_url(&s->hit.local, local, s->arena);
    if (*s->hit.local.head.id)
        s->view.history_url = arena_printf(s->arena, "/facility-facts/%s/history", local);
    else if (db_int(s->req->db, err, 0, "SELECT COUNT(*) FROM facility_local WHERE id = $1 AND deleted_at <> ''", TEXT(id)))
        s->view.undelete_url = arena_printf(s->arena, "/facility-facts/%s/undelete", id);
    return !err->kind;
}

static bool reply_shown(struct showing *s, struct err *err)
{
    struct request *req = s->req;
    const struct facility *f = &s->hit.facility;
    auto_buf panels = {0};
    struct date on = date_from_iso(s->hit.local.confirmed_on);
    add_local(s);
    if (!add_published(s, err) || !add_specialities(s, err) || !add_notifications(s, err) || !add_hours(s, err) || !add_siblings(s, err) || !add_attributions(s, err) || !add_editing(s, err) ||
        !panels_show(&panels, req, "facility", f->id, err))
        return false;
    s->view.reason = s->hit.reason;
    s->view.is_listed = f->is_listed;
    s->view.is_stale = date_is_set(on) && date_days_between(on, req->today) >= FACILITY_LOCAL_STALE_DAYS;
    s->view.imported = arena_printf(s->arena, "取り込み：%s", utc_to_local_label(s->arena, f->imported_at));
    s->view.csrf = req->session->csrf;
    s->view.panels = panels.size ? arena_strdup(s->arena, panels.data) : "";
    s->view.sections = s->sections;
    s->view.back_url = strcmp(s->base, "/directory") ? "" : s->base;
    bool is_public = !strcmp(s->base, "/directory");
    const struct crumb crumbs[] = {{is_public ? "医療・介護の事業所をさがす" : "資源", s->base}};
    struct page page = {.title = f->name, .section = "/facilities", .crumbs = crumbs, .crumb_count = COUNT(crumbs), .no_rail = is_public};
    if (is_public) {
        page.description = arena_printf(s->arena, "%s（%s）の住所・電話番号・利用できる日。%s", f->name, directory_service_words(f), f->address);
        page.canonical = arena_printf(s->arena, "/directory/%s", f->id);
    }
    return reply_page(req, &page, directory_show_html, &s->view);
}

bool directory_show_page(struct request *req, struct err *err)
{
    const char *id = request_param(req, "id");
    struct showing s = {.req = req, .arena = req->arena, .sections = NEW_ARRAY(req->arena, SECTIONS, struct directory_section),
                        .base = strncmp(req->path, "/directory", strlen("/directory")) ? "/facilities" : "/directory"};
    struct directory_moment now = {.day = req->today, .minute = time_parse(now_local(req->arena) + strlen("2024-11-30T")), .is_now = true};
    if (!audience_open(req->db, audience_of(req->session), req->arena, &s.who, err) ||
        !directory_entry(req->db, id, &s.who, now, req->today, req->arena, &s.hit, err))
        return false;
    if (req->api) {
        struct json j;
        json_init(&j, &req->out);
        directory_write_hit(&j, &s.who, &s.hit);
        return reply_json(req, 200);
    }
    if (strcmp(s.hit.facility.id, id))
        return reply_redirect(req, "%s/%s", s.base, s.hit.facility.id);
    return reply_shown(&s, err);
}
