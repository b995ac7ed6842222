/* directory_asked.h -- a search as a page or program asked for it; inside the feature. */
#pragma once
#include "features/directory/directory.h"
#include "web/request.h"

struct asked {
    struct request *req;
    const struct pairs *in;       /* the address's query, or the form */
    const char *base;             /* "/facilities" or "/directory" */
    bool is_map;                  /* the page with the map */
    struct audience who;
    struct directory_query d;
    struct directory_place place; /* metres 0: none */
    const char *place_id;         /* of the kept place, "" */
    const char *problem;          /* sentence, "" */
    const char *problem_field;    /* address, day, time */
    long page;                    /* from 1 */
};
/* The words of the form, and the kept place it names.  False only when the store fails. */
bool asked_read(struct asked *x, struct request *req, const struct pairs *in, const char *base, struct err *err);
/* The page's address with one condition replaced, or left out when `value` is NULL (of `procedures` the one with this value). */
const char *asked_url(const struct asked *x, const char *name, const char *value);
/* The same of another view of the search: "/map.geojson"; "" is the list. */
const char *asked_url_at(const struct asked *x, const char *view, const char *name, const char *value);
/* Finds the typed address or point and keeps it, rounded, for a day: fills place and place_id.  False only when the store fails. */
bool asked_locate(struct asked *x, bool keep, struct err *err);

/* directory_list.c */
bool directory_reply_list(struct asked *x, struct err *err);
/* directory_json.c */
bool directory_reply_json(struct asked *x, const struct directory_result *result);
struct json;
void directory_write_hit(struct json *j, const struct audience *who, const struct directory_hit *hit);
/* What lies in the installation's own city, or in the user's: "270008/271004/". */
const char *directory_home_path(struct request *req);
const char *directory_service_words(const struct facility *f);
/* Whose data the entries are, each once. */
const char *const *directory_attributions(const struct directory_hit *hits, size_t count, size_t *ret_count, struct arena *a);

/* "/directory" for everybody, "/facilities" in the layout of people who are signed in. */
const char *directory_base(const struct request *req);
/* directory_geojson.c */
handler_fn directory_map_geojson, directory_wards;
/* directory_map_page.c: what the page's script reads. */
struct directory_map_view;
bool directory_map_view(struct asked *x, struct directory_map_view *ret, struct err *err);
/* directory_pages.c, directory_show.c, directory_sitemap.c */
handler_fn directory_list_page, directory_map_page, directory_search_page, directory_show_page, directory_robots, directory_sitemap, directory_sitemap_part;
