#include "features/campaign/campaign_demo.h"

#include "base/count.h"
#include "base/id.h"
#include "features/account/account.h"
#include "features/campaign/campaign.h"
#include "features/organization/organization.h"

#include <string.h>

#define WARD "271276"

static bool has_come(struct db *db, const char *entry_id, const char *state, struct arena *a, struct err *err)
{
    return db_run(db, err, "UPDATE campaign_entry SET state = $2, channel = 'letter', sent_at = $3, opened_at = CASE WHEN $2 = 'sent' THEN '' ELSE $3 END WHERE id = $1",
                  TEXT(entry_id), TEXT(state), TEXT(now_utc(a))) >= 0;
}

static bool answer(struct db *db, const char *entry_id, const struct facility *f, bool corrected, struct arena *a, struct err *err)
{
    struct campaign_entry e;
    const struct campaign_answer changes[] = {{"name", f->name, arena_printf(a, "%s　本店", f->name), ""}, {"phone", f->phone, "06-0000-9999", ""}, {"home_visits", "", "yes", ""}, {"doctor_call_times", "", "（見本）月〜金 12時半から13時", ""}};
    return campaign_entry_find(db, entry_id, a, &e, err) &&
           campaign_answer_keep(db, &e, changes, corrected ? COUNT(changes) : 0, corrected ? "（見本）4月に2階へ移ります。" : "", a, err);
}

static bool fill(struct db *db, const char *campaign_id, struct arena *a, struct err *err)
{
    enum { MOST = 6 };
    const char *ids[MOST], *facilities[MOST];
    size_t count = 0;
    auto_rows *r = db_query(db, a, err, "SELECT id, facility_id FROM campaign_entry WHERE campaign_id = $1 ORDER BY id LIMIT 6", TEXT(campaign_id));
    for (; r && count < MOST && rows_next(r); count++) {
        ids[count] = rows_text(r, 0);
        facilities[count] = rows_text(r, 1);
    }
    bool ok = r && !rows_failed(r);
    for (size_t i = 0; ok && i < count; i++) {
        struct facility f;
        ok = facility_find(db, facilities[i], a, &f, err) && has_come(db, ids[i], i == 4 ? "sent" : "opened", a, err) && (i > 2 || answer(db, ids[i], &f, i == 1, a, err));
    }
    return ok;
}

static bool write_all(struct db *db, void *arg, struct err *err)
{
    auto_arena *a = arena_new();
    struct date today = date_today();
    (void)arg;
    struct campaign c = {.id = id_for(a, (int64_t)date_days_between((struct date){1970, 1, 1}, today) * 86400000, 9001),
                         .title = arena_printf(a, "（見本）%s 事業所情報の更新", fiscal_year_name(a, fiscal_year(today))), .office_id = demo_office_id(a, "consultation_room", WARD),
                         .area_code = WARD, .service_code = "", .closes_on = date_iso(a, date_add_days(today, 30)), .created_by = demo_user_id(a, ROLE_COORDINATOR, WARD)};
    return campaign_create(db, &c, &(struct campaign_choice){.words = "見本", .unconfirmed_only = false}, a, err) && fill(db, c.id, a, err);
}

bool campaign_demo(struct store *store, struct err *err)
{
    return store_write_alone(store, write_all, NULL, err);
}
