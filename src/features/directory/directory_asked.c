#include "features/directory/directory_asked.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/id.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Conditions that stand in an address; everything else of a form is dropped. */
static const char *const kept_names[] = {"q",           "area",           "district",        "service",     "home_care", "speciality", "visits", "procedures", "home_visits",
                                         "round_the_clock", "end_of_life_care", "accepts_new", "free_today", "open", "day", "time", "metres", "s"};
enum { ANONYMOUS_PLACES = 1000 /* kept of people without an account, so that nobody fills the disk */, PAGES_MOST = 50, KEPT_MINUTES = 24 * 60, ROUNDING = 1000 };

static bool is_kept(const char *name)
{
    for (size_t i = 0; i < COUNT(kept_names); i++)
        if (!strcmp(kept_names[i], name))
            return true;
    return false;
}

const char *directory_home_path(struct request *req)
{
    if (*req->session->area_path)
        return req->session->area_path;
    struct err ignored = {0};
    const char *path = db_text(req->db, req->arena, &ignored,
                               "SELECT a.path FROM office o JOIN area a ON a.code = o.area_code ORDER BY length(a.path), a.path LIMIT 1");
    return path ? path : "";
}

static void refuse(struct asked *x, const char *field, const char *sentence)
{
    x->problem_field = field;
    x->problem = sentence;
}

static struct directory_moment moment_of(struct asked *x)
{
    struct arena *a = x->req->arena;
    const char *day = pairs_get(x->in, "day"), *time = pairs_get(x->in, "time");
    struct directory_moment at = {.day = x->req->today, .minute = time_parse(now_local(a) + strlen("2024-11-30T")), .is_now = true};
    if (*day && !date_parse(day, x->req->today, &at.day))
        refuse(x, "day", "開いている日が読み取れません。令和6年11月30日、11/30のように入力してください。");
    if (*time && time_parse(time) < 0)
        refuse(x, "time", "開いている時刻が読み取れません。14:30のように入力してください。");
    if (*day || *time) {
        at.is_now = false;
        at.minute = *time ? time_parse(time) : -1;
    }
    return at;
}

static const char *codes_of(const struct asked *x, const char *list, const char *name)
{
    struct arena *a = x->req->arena;
    const char *all = pairs_joined(x->in, name), *known = "";
    for (const char *code; (code = codes_next(&all, a));)
        if (code_find(code_list_find(list), code))
            known = *known ? arena_printf(a, "%s %s", known, code) : code;
    return known;
}

static bool read_place(struct asked *x, struct err *err)
{
    struct request *req = x->req;
    x->place_id = pairs_get(x->in, "s");
    if (!*x->place_id)
        return true;
    const char *kept = db_text(req->db, req->arena, err, "SELECT words FROM saved_search WHERE id = $1 AND user_id = $2 AND path = $3 AND created_at > $4",
                               TEXT(x->place_id), TEXT(req->session->user_id), TEXT(x->base), TEXT(utc_in_minutes(req->arena, -KEPT_MINUTES)));
    if (err->kind)
        return false;
    char *end = NULL;
    if (!kept) {
        x->place_id = "";
        refuse(x, "address", "住所の位置は残っていません（1日で消えます）。もう一度、住所を入力してください。");
        return true;
    }
    x->place.latitude = strtol(kept, &end, 10);
    x->place.longitude = strtol(end, &end, 10);
    x->place.metres = strtol(end, &end, 10);
    x->place.words = *end ? end + 1 : "";
    return true;
}

static void use_place(struct asked *x)
{
    x->d.has_place = x->place.metres > 0;
    x->d.latitude = x->place.latitude;
    x->d.longitude = x->place.longitude;
    long metres = strtol(pairs_get(x->in, "metres"), NULL, 10);
    x->d.metres = x->d.has_place && metres > 0 && metres <= DIRECTORY_METRES_MOST ? metres : 0;
}

static void read_conditions(struct asked *x)
{
    struct arena *a = x->req->arena;
    const struct pairs *in = x->in;
    const char *typed = pairs_get(in, "q");
    x->d = (struct directory_query){
        .words = text_clean(a, typed, strlen(typed), true), .area_code = pairs_get(in, "area"), .care_district = pairs_get(in, "district"),
        .service = pairs_get(in, "service"), .home_care = pairs_get(in, "home_care"), .visits = pairs_get(in, "visits"),
        .speciality = code_find(code_list_find("speciality"), pairs_get(in, "speciality")) ? pairs_get(in, "speciality") : "",
        .procedures = codes_of(x, "medical_procedure", "procedures"),
        .home_visits = *pairs_get(in, "home_visits"), .round_the_clock = *pairs_get(in, "round_the_clock"),
        .end_of_life_care = *pairs_get(in, "end_of_life_care"), .accepts_new = *pairs_get(in, "accepts_new"),
        .free_today = *pairs_get(in, "free_today"),
        .at = moment_of(x), .near_path = directory_home_path(x->req), .limit = DIRECTORY_PAGE, .offset = (x->page - 1) * DIRECTORY_PAGE,
    };
    x->d.open = *pairs_get(in, "open") || !x->d.at.is_now;
}

bool asked_read(struct asked *x, struct request *req, const struct pairs *in, const char *base, struct err *err)
{
    long page = strtol(pairs_get(in, "page"), NULL, 10);
    *x = (struct asked){.req = req, .in = in, .base = base, .problem = "", .problem_field = "", .place_id = "", .page = page < 1 ? 1 : page > PAGES_MOST ? PAGES_MOST : page};
    if (!audience_open(req->db, audience_of(req->session), req->arena, &x->who, err) || !read_place(x, err))
        return false;
    read_conditions(x);
    use_place(x);
    return true;
}

bool directory_asked(struct request *req, const char *base, struct audience *ret_who, struct directory_query *ret, struct err *err)
{
    struct asked x;
    if (!asked_read(&x, req, &req->query, base, err))
        return false;
    if (*x.problem)
        return err_set(err, ERR_INPUT, "directory.place", "place or moment");
    *ret_who = x.who;
    *ret = x.d;
    return directory_prepare(req->db, ret, ret_who, 0, req->arena, err);
}

const char *directory_asked_address(struct request *req)
{
    const struct pairs *in = req->method == POST ? &req->body : &req->query;
    struct pairs q;
    pairs_init(&q, req->arena);
    for (size_t i = 0; i < in->count; i++)
        if (is_kept(in->items[i].name) && *in->items[i].value)
            pairs_add(&q, in->items[i].name, in->items[i].value);
    return pairs_query(&q, req->arena);
}

const char *asked_url(const struct asked *x, const char *name, const char *value)
{
    return asked_url_at(x, x->is_map ? "/map" : "", name, value);
}

const char *asked_url_at(const struct asked *x, const char *view, const char *name, const char *value)
{
    struct arena *a = x->req->arena;
    struct pairs q;
    pairs_init(&q, a);
    bool one_of_many = !strcmp(name, "procedures");
    for (size_t i = 0; i < x->in->count; i++) {
        const struct pair *p = &x->in->items[i];
        bool replaced = !strcmp(p->name, name) && (!one_of_many || !value || !strcmp(p->value, value));
        bool without_place = !strcmp(name, "s") && !value && !strcmp(p->name, "metres");
        if (is_kept(p->name) && *p->value && strcmp(p->name, "s") != 0 && !replaced && !without_place)
            pairs_add(&q, p->name, p->value);
    }
    if (*x->place_id && strcmp(name, "s") != 0)
        pairs_add(&q, "s", x->place_id);
    if (value && !one_of_many && *value)
        pairs_add(&q, name, value);
    const char *path = arena_printf(a, "%s%s", x->base, view);
    return q.count ? arena_printf(a, "%s?%s", path, pairs_query(&q, a)) : path;
}

struct keep_place {
    struct asked *asked;
    const char *id, *words;
};

static bool keep_place(struct db *db, void *arg, struct err *err)
{
    const struct keep_place *k = arg;
    const struct request *req = k->asked->req;
    return db_run(db, err, "DELETE FROM saved_search WHERE created_at < $1", TEXT(utc_in_minutes(req->arena, -KEPT_MINUTES))) >= 0 &&
           (*req->session->user_id ||
            db_run(db, err, "DELETE FROM saved_search WHERE user_id = '' AND id IN (SELECT id FROM saved_search WHERE user_id = '' ORDER BY id DESC LIMIT 1000 OFFSET $1)",
                   INT(ANONYMOUS_PLACES - 1)) >= 0) &&
           db_run(db, err, "INSERT INTO saved_search (id, user_id, path, words, created_at) VALUES ($1, $2, $3, $4, $5)", TEXT(k->id),
                  TEXT(req->session->user_id), TEXT(k->asked->base), TEXT(k->words), TEXT(now_utc(req->arena))) == 1;
}

/* About 100 m: enough to look around, not enough to name a home. */
static long rounded(long millionths)
{
    return (millionths + (millionths < 0 ? -ROUNDING / 2 : ROUNDING / 2)) / ROUNDING * ROUNDING;
}

static bool read_point(struct asked *x)
{
    const char *latitude = pairs_get(x->in, "latitude"), *longitude = pairs_get(x->in, "longitude");
    char *end;
    double lat = strtod(latitude, &end), lng = strtod(longitude, NULL);
    if (!*latitude || !*longitude)
        return false;
    if (!(lat >= 20 && lat <= 46 && lng >= 122 && lng <= 154)) /* formats.md §0 rule 4 */
        refuse(x, "address", "緯度と経度が日本の範囲にありません。緯度は20〜46、経度は122〜154で入力してください。");
    else
        x->place = (struct directory_place){(long)(lat * 1e6), (long)(lng * 1e6), 100, "地図の位置から測ります", ""};
    return true;
}

bool asked_locate(struct asked *x, bool keep, struct err *err)
{
    struct request *req = x->req;
    const char *typed = pairs_get(x->in, "address"), *address = text_clean(req->arena, typed, strlen(typed), true);
    if (!read_point(x) && *address) {
        if (!directory_locate(req->db, address, x->d.near_path, req->arena, &x->place, err))
            return false;
        if (!x->place.metres)
            refuse(x, "address", "この住所の場所がわかりませんでした。市区町村から入力してください。例：大阪市北区梅田1丁目");
        else
            x->place_id = "";
    }
    use_place(x);
    if (!x->d.has_place || *x->problem || *x->place_id || !keep)
        return true;
    struct keep_place k = {x, id_new(req->arena), arena_printf(req->arena, "%ld %ld %ld %s", rounded(x->place.latitude), rounded(x->place.longitude),
                                                               x->place.metres, x->place.words)};
    if (!store_write(app_store(req->app), keep_place, &k, err))
        return false;
    x->place_id = k.id;
    return true;
}
