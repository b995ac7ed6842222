#include "features/facility/facility_pages.h"

#include "base/code_list.h"
#include "features/facility/facility.h"

#include <string.h>

enum { PICKS = 20 };

/* An institution of medicine has no care service: its kind stands there. */
static const char *service_words(const struct facility *f)
{
    return *f->service_code ? code_label("care_service", f->service_code) : code_label("facility_kind", f->kind);
}

static bool find_picks(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    struct facility_filter filter = {.words = words, .area_code = "", .service_code = "", .near_path = req->session->area_path,
                                     .limit = PICKS};
    struct facility *list;
    if (!facility_list(req->db, &filter, req->arena, &list, ret_count, NULL, err))
        return false;
    struct pick *picks = NEW_ARRAY(req->arena, *ret_count + 1, struct pick);
    for (size_t i = 0; i < *ret_count; i++)
        picks[i] = (struct pick){.id = list[i].id, .label = list[i].name,
                                 .detail = arena_printf(req->arena, "%s　%s", service_words(&list[i]),
                                                        list[i].address)};
    *ret_picks = picks;
    return true;
}

static const char *label_pick(struct request *req, const char *id)
{
    return facility_name(req->db, id, req->arena);
}

const struct picker facility_picker = {.kind = "facility", .needs = PERM_DIRECTORY_READ, .find = find_picks, .label = label_pick};

bool facility_search(struct request *req, const char *words, struct search_results *results, struct err *err)
{
    enum { SHOWN = 20 };
    struct facility_filter filter = {.words = words, .area_code = "", .service_code = "", .near_path = req->session->area_path, .limit = SHOWN};
    struct facility *list;
    size_t count;
    if (!facility_list(req->db, &filter, req->arena, &list, &count, NULL, err))
        return false;
    for (size_t i = 0; i < count; i++)
        search_add(results, (struct search_result){.group = "資源", .title = list[i].name,
                                                   .detail = arena_printf(req->arena, "%s　%s　%s", code_label("care_service", list[i].service_code),
                                                                          list[i].address, list[i].phone),
                                                   .url = arena_printf(req->arena, "/facilities/%s", list[i].id)});
    return true;
}
