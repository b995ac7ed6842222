/* directory_list.c -- the page of a search: form, conditions, entries with the reason why they stand there. */
#include "base/code_list.h"
#include "base/count.h"
#include "features/area/area.h"
#include "features/directory/directory_asked.h"
#include "features/directory/directory_view.h"
#include "features/vacancy/vacancy.h"

#include <stdlib.h>
#include <string.h>

page_body_fn directory_list_html;

/* An institution of medicine has no care service: its kind stands there. */
const char *directory_service_words(const struct facility *f)
{
    return *f->service_code ? code_label("care_service", f->service_code) : code_label("facility_kind", f->kind);
}

struct building {
    struct asked *asked;
    struct arena *arena;
    struct directory_list_view view;
    struct directory_select *selects;
    struct directory_chip *chips;
};

enum { SELECTS = 7, CHIPS = 40, DISTRICTS = 100 };

static void add_select(struct building *b, const char *name, const char *label, const char *any, const struct directory_choice *choices, size_t count)
{
    if (count)
        b->selects[b->view.select_count++] = (struct directory_select){name, label, any, choices, count};
}

static void add_chip(struct building *b, const char *name, const char *value, const char *label)
{
    if (b->view.chip_count < CHIPS)
        b->chips[b->view.chip_count++] = (struct directory_chip){label, asked_url(b->asked, name, value)};
}

/* Choices: the wards or municipalities of the own city or prefecture; without one, the prefectures. */
static bool areas_of(struct building *b, const char *chosen, const struct directory_choice **ret, size_t *ret_count, struct err *err)
{
    struct request *req = b->asked->req;
    const char *path = directory_home_path(req);
    const char *parent = strlen(path) >= 14 ? arena_strndup(b->arena, path + 7, 6) : arena_strndup(b->arena, path, strcspn(path, "/"));
    struct area *areas;
    size_t count, n = 0;
    if (!area_children(req->db, parent, b->arena, &areas, &count, err))
        return false;
    struct directory_choice *choices = NEW_ARRAY(b->arena, count + 3, struct directory_choice);
    if (*chosen)
        choices[n++] = (struct directory_choice){chosen, area_label(req->db, chosen, b->arena), true};
    if (*parent && strcmp(parent, chosen) != 0)
        choices[n++] = (struct directory_choice){parent, area_label(req->db, parent, b->arena), false};
    for (size_t i = 0; i < count; i++)
        if (strcmp(areas[i].code, chosen) != 0)
            choices[n++] = (struct directory_choice){areas[i].code, areas[i].name, false};
    *ret = choices;
    *ret_count = n;
    return true;
}

static bool add_areas(struct building *b, struct err *err)
{
    const struct directory_query *d = &b->asked->d;
    const struct directory_choice *choices;
    size_t count;
    if (!areas_of(b, d->area_code, &choices, &count, err))
        return false;
    add_select(b, "area", "地域", "すべて", choices, count);
    if (*d->area_code)
        add_chip(b, "area", NULL, area_label(b->asked->req->db, d->area_code, b->arena));
    if (!audience_sees(&b->asked->who, "visiting_areas"))
        return true;
    if (!areas_of(b, d->visits, &choices, &count, err))
        return false;
    add_select(b, "visits", "訪問してくれる地域", "決めない", choices, count);
    if (*d->visits)
        add_chip(b, "visits", NULL, arena_printf(b->arena, "%sへ訪問", area_label(b->asked->req->db, d->visits, b->arena)));
    return true;
}

/* Care services, then the kinds of institutions. */
static void add_services(struct building *b)
{
    const char *chosen = b->asked->d.service;
    const struct code_list *lists[] = {code_list_find("care_service"), code_list_find("facility_kind")};
    struct directory_choice *choices = NEW_ARRAY(b->arena, lists[0]->count + lists[1]->count, struct directory_choice);
    size_t n = 0;
    if (!audience_sees(&b->asked->who, "service"))
        return;
    for (size_t k = 0; k < COUNT(lists); k++)
        for (size_t i = 0; i < lists[k]->count; i++) {
            const struct code *c = &lists[k]->codes[i];
            if (!strcmp(c->code, "care") || !strcmp(c->code, "other"))
                continue;
            choices[n++] = (struct directory_choice){c->code, c->label, !strcmp(c->code, chosen)};
            if (choices[n - 1].chosen)
                add_chip(b, "service", NULL, c->label);
        }
    add_select(b, "service", "サービス・機関の種類", "すべて", choices, n);
}

/* Beginnings of the codes of home_care_mark.  Source: formats.md D1. */
static void add_notifications(struct building *b)
{
    static const char *const groups[][2] = {{"support_clinic", "在宅療養支援診療所"},
                                            {"support_hospital", "在宅療養支援病院"},
                                            {"rear_hospital", "在宅療養後方支援病院"},
                                            {"dental_support", "在宅療養支援歯科診療所"}};
    struct directory_choice *choices = NEW_ARRAY(b->arena, COUNT(groups), struct directory_choice);
    if (!audience_sees(&b->asked->who, "notifications"))
        return;
    for (size_t i = 0; i < COUNT(groups); i++) {
        choices[i] = (struct directory_choice){groups[i][0], groups[i][1], !strcmp(groups[i][0], b->asked->d.home_care)};
        if (choices[i].chosen)
            add_chip(b, "home_care", NULL, groups[i][1]);
    }
    add_select(b, "home_care", "在宅医療の届出", "決めない", choices, COUNT(groups));
}

/* Departments of institutions of medicine; what a publisher wrote freely has no code of its own. */
static void add_specialities(struct building *b)
{
    const struct code_list *list = code_list_find("speciality");
    struct directory_choice *choices = NEW_ARRAY(b->arena, list->count, struct directory_choice);
    if (!audience_sees(&b->asked->who, "service"))
        return;
    for (size_t i = 0; i < list->count; i++) {
        const struct code *c = &list->codes[i];
        choices[i] = (struct directory_choice){c->code, c->label, !strcmp(c->code, b->asked->d.speciality)};
        if (choices[i].chosen)
            add_chip(b, "speciality", NULL, c->label);
    }
    add_select(b, "speciality", "診療科（病院・診療所）", "決めない", choices, list->count);
}

static bool add_districts(struct building *b, struct err *err)
{
    struct request *req = b->asked->req;
    struct directory_choice *choices = NEW_ARRAY(b->arena, DISTRICTS, struct directory_choice);
    size_t n = 0;
    const char *path = *b->asked->d.area_code ? area_path(req->db, b->asked->d.area_code, b->arena) : directory_home_path(req);
    if (!*path || !audience_sees(&b->asked->who, "care_district"))
        return true; /* the districts of the whole country are no choice */
    auto_rows *r = db_query(req->db, b->arena, err,
                            "SELECT DISTINCT care_district FROM facility_local WHERE deleted_at = '' AND care_district <> '' AND area_code IN"
                            " (SELECT code FROM area WHERE path LIKE $1 || '%') ORDER BY care_district LIMIT 100",
                            TEXT(path));
    while (n < DISTRICTS && rows_next(r)) {
        const char *name = rows_text(r, 0);
        choices[n++] = (struct directory_choice){name, name, !strcmp(name, b->asked->d.care_district)};
    }
    add_select(b, "district", "日常生活圏域", "すべて", choices, n);
    if (*b->asked->d.care_district)
        add_chip(b, "district", NULL, b->asked->d.care_district);
    return !rows_failed(r);
}

static void add_checks(struct building *b)
{
    const struct directory_query *d = &b->asked->d;
    const struct { const char *name, *label, *field; bool chosen; } all[] = {
        {"open", "いま開いている", "hours", d->open && d->at.is_now},
        {"round_the_clock", "24時間対応", "round_the_clock", d->round_the_clock},
        {"home_visits", "訪問する", "home_visits", d->home_visits},
        {"end_of_life_care", "看取り", "end_of_life_care", d->end_of_life_care},
        {"accepts_new", "新しい利用者を受け入れる", "new_patient_acceptance", d->accepts_new},
        {"free_today", "いま空きがある", "vacancy", d->free_today},
    };
    struct directory_choice *checks = NEW_ARRAY(b->arena, COUNT(all), struct directory_choice);
    for (size_t i = 0; i < COUNT(all); i++) {
        if (!audience_sees(&b->asked->who, all[i].field))
            continue;
        checks[b->view.check_count++] = (struct directory_choice){all[i].name, all[i].label, all[i].chosen};
        if (all[i].chosen)
            add_chip(b, all[i].name, NULL, all[i].label);
    }
    b->view.checks = checks;
}

static void add_procedures(struct building *b)
{
    const struct code_list *list = code_list_find("medical_procedure");
    struct directory_choice *choices = NEW_ARRAY(b->arena, list->count, struct directory_choice);
    if (!audience_sees(&b->asked->who, "medical_procedures"))
        return;
    for (size_t i = 0; i < list->count; i++) {
        const struct code *c = &list->codes[i];
        if (!strcmp(c->code, "none") || !strcmp(c->code, "other"))
            continue;
        bool chosen = codes_has(b->asked->d.procedures, c->code);
        choices[b->view.procedure_count++] = (struct directory_choice){c->code, c->label, chosen};
        if (chosen)
            add_chip(b, "procedures", c->code, c->label);
    }
    b->view.procedures = choices;
}

static void add_moment(struct building *b)
{
    const struct directory_moment at = b->asked->d.at;
    b->view.day = b->view.time = "";
    if (at.is_now)
        return;
    b->view.day = *pairs_get(b->asked->in, "day") ? date_iso(b->arena, at.day) : "";
    b->view.time = at.minute < 0 ? "" : arena_printf(b->arena, "%02d:%02d", at.minute / 60, at.minute % 60);
    if (*b->view.day)
        add_chip(b, "day", NULL, arena_printf(b->arena, "%sに開いている", date_wareki(b->arena, at.day)));
    if (*b->view.time)
        add_chip(b, "time", NULL, arena_printf(b->arena, "%sに開いている", b->view.time));
}

static void add_distances(struct building *b)
{
    static const char *const steps[][2] = {{"500", "500 mまで"}, {"1000", "1 kmまで"}, {"2000", "2 kmまで"}, {"5000", "5 kmまで"}, {"10000", "10 kmまで"}};
    struct directory_choice *choices = NEW_ARRAY(b->arena, COUNT(steps), struct directory_choice);
    const char *chosen = pairs_get(b->asked->in, "metres");
    for (size_t i = 0; i < COUNT(steps); i++) {
        choices[i] = (struct directory_choice){steps[i][0], steps[i][1], !strcmp(steps[i][0], chosen)};
        if (choices[i].chosen && b->asked->d.has_place)
            add_chip(b, "metres", NULL, steps[i][1]);
    }
    b->view.distances = choices;
    b->view.distance_count = COUNT(steps);
}

static void add_place(struct building *b)
{
    struct asked *x = b->asked;
    b->view.has_place = x->d.has_place && *x->place_id;
    b->view.place_id = x->place_id;
    b->view.place = x->d.has_place ? arena_printf(b->arena, "%s。距離は直線です。", x->place.words) : "";
    b->view.order_words = x->d.has_place ? "近い順" : "";
    if (x->d.has_place)
        add_chip(b, "s", NULL, "入力した住所の近く");
}

/* What the reason says already is not said twice. */
static const char *facts_words(struct arena *a, const struct facility_local *l, const char *reason)
{
    const char *const facts[] = {!strcmp(l->round_the_clock, "yes") && !strstr(reason, "24時間対応") ? "24時間対応" : "", !strcmp(l->home_visits, "yes") ? "訪問" : "",
                                 !strcmp(l->end_of_life_care, "yes") ? "看取り" : "",
                                 !strcmp(l->new_patient_acceptance, "yes")           ? "新しい利用者○"
                                 : !strcmp(l->new_patient_acceptance, "conditional") ? "新しい利用者△（条件あり）"
                                 : !strcmp(l->new_patient_acceptance, "no")          ? "新しい利用者×"
                                                                                     : ""};
    const char *words = "";
    for (size_t i = 0; i < COUNT(facts); i++)
        if (*facts[i])
            words = *words ? arena_printf(a, "%s・%s", words, facts[i]) : facts[i];
    return words;
}

static bool is_stale(const struct facility_local *l, struct date today)
{
    struct date on = date_from_iso(l->confirmed_on);
    return date_is_set(on) && date_days_between(on, today) >= FACILITY_LOCAL_STALE_DAYS;
}

static struct directory_line line_of(const struct asked *x, const struct directory_hit *hit)
{
    struct arena *a = x->req->arena;
    const struct facility *f = &hit->facility;
    return (struct directory_line){.url = arena_printf(a, "%s/%s", x->base, f->id), .name = f->name, .kana = f->kana, .service = directory_service_words(f),
                                   .address = f->address, .phone = f->phone, .phone_url = *f->phone ? arena_printf(a, "tel:%s", f->phone) : "",
                                   .reason = hit->reason, .vacancy = "", .facts = facts_words(a, &hit->local, hit->reason), .is_listed = f->is_listed,
                                   .is_open = hit->state == DIRECTORY_OPEN, .is_stale = is_stale(&hit->local, x->req->today)};
}

/* What offices answered, for who sees it; asked for, it stands in the reason already. */
static bool add_vacancies(struct building *b, struct directory_line *lines, const struct directory_result *r, struct err *err)
{
    struct asked *x = b->asked;
    const char *ids[DIRECTORY_PAGE], *now = now_local(b->arena);
    struct vacancy answers[DIRECTORY_PAGE];
    if (x->d.free_today || !audience_sees(&x->who, "vacancy"))
        return true;
    for (size_t i = 0; i < r->count; i++)
        ids[i] = r->hits[i].facility.id;
    if (!vacancy_find_many(x->req->db, ids, r->count, b->arena, answers, err))
        return false;
    for (size_t i = 0; i < r->count; i++)
        if (*answers[i].as_of) {
            lines[i].vacancy = arena_printf(b->arena, "%s、回答は%s", vacancy_status_words(&answers[i], now, b->arena), vacancy_age(&answers[i], now, b->arena));
            lines[i].is_vacancy_old = vacancy_is_stale(&answers[i], now);
        }
    return true;
}

static bool add_lines(struct building *b, const struct directory_result *r, struct err *err)
{
    struct asked *x = b->asked;
    struct directory_line *lines = NEW_ARRAY(b->arena, r->count + 1, struct directory_line);
    for (size_t i = 0; i < r->count; i++)
        lines[i] = line_of(x, &r->hits[i]);
    if (!add_vacancies(b, lines, r, err))
        return false;
    b->view.lines = lines;
    b->view.count = r->count;
    b->view.attributions = directory_attributions(r->hits, r->count, &b->view.attribution_count, b->arena);
    b->view.count_words = arena_printf(b->arena, r->more ? "%lld件以上" : "%lld件", r->total);
    bool next = x->d.offset + (long)r->count < r->total || (r->more && r->count == DIRECTORY_PAGE);
    b->view.previous_url = x->page > 1 ? asked_url(x, "page", x->page > 2 ? arena_printf(b->arena, "%ld", x->page - 1) : NULL) : "";
    b->view.next_url = next ? asked_url(x, "page", arena_printf(b->arena, "%ld", x->page + 1)) : "";
    b->view.page_label = next || x->page > 1 ? arena_printf(b->arena, "%ldページ", x->page) : "";
    return true;
}

static bool add_form(struct building *b, struct err *err)
{
    struct asked *x = b->asked;
    b->view.words = x->d.words;
    if (*x->d.words)
        add_chip(b, "q", NULL, arena_printf(b->arena, "「%s」", x->d.words));
    if (!add_areas(b, err) || !add_districts(b, err))
        return false;
    add_services(b);
    add_notifications(b);
    add_specialities(b);
    add_checks(b);
    add_procedures(b);
    add_moment(b);
    add_place(b);
    add_distances(b);
    b->view.more_open = *x->d.procedures || !x->d.at.is_now;
    return true;
}

/* The conditions are folded away so that what was found is seen at once, on a phone as well; the chips tell them.  Open when one cannot be read. */
static void fold_form(struct building *b)
{
    const struct asked *x = b->asked;
    size_t set = b->view.chip_count - (*x->d.words != '\0') - x->d.has_place;
    b->view.fold_label = set ? arena_printf(b->arena, "条件でしぼる（%zuつ）", set) : "条件でしぼる";
    b->view.fold_open = b->view.more_open && *x->problem && strcmp(x->problem_field, "address") != 0;
}

/* Only what can be the reason why nothing was found. */
static void add_advice(struct building *b)
{
    const struct directory_query *d = &b->asked->d;
    const struct { bool fits; const char *words; } all[] = {
        {*d->words, "言葉を短くする（例：「訪問看護ステーション」より「訪看」「看護」）"},
        {*d->area_code || *d->care_district || d->metres, "地域を「すべて」に、距離を「決めない」にする"},
        {d->open, "開いている日や時刻の条件を外す。時間が公表されていない事業所は、この条件では出ません"},
        {d->round_the_clock || d->home_visits || d->end_of_life_care || d->accepts_new || *d->procedures || *d->visits || *d->care_district,
         "「できること」・医療処置・訪問地域は、地域で確かめた事業所だけが見つかります。外すと、まだ確かめていない事業所も出ます"},
        {d->free_today, "「いま空きがある」を外す。期限内の回答がある事業所だけが出ています。外して、電話で確かめる方法もあります"},
        {*d->service || *d->home_care || *d->speciality, "サービス・届出・診療科の条件を外す"},
        {d->has_place, "住所から50 kmまでをさがしました。その地域の事業所の一覧が、まだ取り込まれていないことがあります"},
    };
    const char **advice = NEW_ARRAY(b->arena, COUNT(all), const char *);
    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].fits)
            advice[b->view.advice_count++] = all[i].words;
    b->view.advice = advice;
}

bool directory_reply_list(struct asked *x, struct err *err)
{
    struct request *req = x->req;
    struct directory_result result;
    bool is_public = !strcmp(x->base, "/directory");
    struct building b = {.asked = x, .arena = req->arena, .selects = NEW_ARRAY(req->arena, SELECTS, struct directory_select),
                         .chips = NEW_ARRAY(req->arena, CHIPS, struct directory_chip)};
    if (req->api && *x->problem)
        return err_set(err, ERR_INPUT, "directory.place", "place or moment");
    if (!directory_search(req->db, &x->d, &x->who, req->today, req->arena, &result, err))
        return false;
    if (req->api)
        return directory_reply_json(x, &result);
    b.view = (struct directory_list_view){.action = arena_printf(req->arena, "%s/search", x->base), .clear_url = x->is_map ? arena_printf(req->arena, "%s/map", x->base) : x->base, .csrf = req->session->csrf,
                                          .problem = x->problem, .problem_field = x->problem_field, .address = *x->problem && !x->d.has_place ? pairs_get(x->in, "address") : "",
                                          .metres = "", .sign_in_url = is_public && !*req->session->user_id ? "/sign-in" : ""};
    struct directory_map_view map;
    if (!add_form(&b, err) || (x->is_map && !directory_map_view(x, &map, err)))
        return false;
    b.view.map = x->is_map ? &map : NULL;
    b.view.other_url = asked_url_at(x, x->is_map ? "" : "/map", "page", NULL);
    b.view.other_label = x->is_map ? "一覧だけで見る" : "地図で見る";
    auto_buf panels = {0};
    if (!is_public && !panels_show(&panels, req, "facilities", "", err))
        return false;
    if (!add_lines(&b, &result, err))
        return false;
    fold_form(&b);
    add_advice(&b);
    b.view.panels = panels.size ? panels.data : "";
    b.view.selects = b.selects;
    b.view.chips = b.chips;
    req->status = *x->problem ? 422 : 200;
    struct page page = {.title = is_public ? "医療・介護の事業所をさがす" : "資源", .section = "/facilities", .wide = true, .no_rail = is_public};
    if (is_public) {
        page.description = "地域の病院・診療所・訪問看護・介護サービスを、名称、サービス、場所、開いている時間、24時間対応などからさがせます。";
        page.canonical = x->in->count ? NULL : x->is_map ? "/directory/map" : "/directory";
    }
    if (x->is_map) {
        page.script = "map.js";
        page.title = is_public ? "医療・介護の事業所を地図でさがす" : "資源の地図";
    }
    return reply_page(req, &page, directory_list_html, &b.view);
}
