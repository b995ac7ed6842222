#include "features/account/membership_lines.h"

#include "features/account/user.h"

#include <string.h>

static const char *membership_period(struct arena *a, const struct membership *m)
{
    const char *from = date_wareki_short(a, date_from_iso(m->from_on));
    return *m->to_on ? arena_printf(a, "%s〜%s", from, date_wareki_short(a, date_from_iso(m->to_on))) : arena_printf(a, "%s〜", from);
}

bool membership_lines(struct request *req, const char *user_id, const struct membership_line **ret_lines, size_t *ret_count,
                      struct err *err)
{
    struct membership *list;
    size_t count;
    const char *today = date_iso(req->arena, req->today);
    if (!membership_list(req->db, user_id, "", req->arena, &list, &count, err))
        return false;
    struct membership_line *lines = NEW_ARRAY(req->arena, count + 1, struct membership_line);
    for (size_t i = 0; i < count; i++)
        lines[i] = (struct membership_line){
            .id = list[i].id,
            .role = role_label(list[i].role),
            .office = list[i].office_name,
            .period = membership_period(req->arena, &list[i]),
            .in_force = strcmp(list[i].from_on, today) <= 0 && (!*list[i].to_on || strcmp(list[i].to_on, today) >= 0),
            .now = !strcmp(list[i].id, req->session->membership_id),
        };
    *ret_lines = lines;
    *ret_count = count;
    return true;
}
