#include "features/demo/demo.h"

#include "base/count.h"
#include "base/id.h"
#include "features/account/account.h"
#include "features/demo/demo_world.h"
#include "features/report/report.h"

#include <string.h>

#define CITY "271004"

const char *demo_id(struct demo_world *w, struct date day, int minute)
{
    struct date epoch = {1970, 1, 1};
    int64_t ms = ((int64_t)date_days_between(epoch, day) * 1440 + minute - 540) * 60000;
    return id_for(w->arena, ms, chance_next(&w->chance));
}

const char *demo_datetime(struct demo_world *w, struct date day, int minute)
{
    return arena_printf(w->arena, "%sT%02d:%02d", date_iso(w->arena, day), minute / 60, minute % 60);
}

long demo_share(const struct demo_year *year, long total)
{
    int days = date_days_between(year->first, year->last) + 1;
    return year->fiscal_year <= 2024 || days >= 365 ? total : total * days / 365;
}

struct batch_write {
    struct demo_world *w;
    const struct demo_room *room;
    const struct resource *resource;
    demo_make_fn *make;
    void *plan;
    long first, count;
    struct chance chance; /* as it was when the batch began: a write may run again */
};

static bool write_batch(struct db *db, void *arg, struct err *err)
{
    struct batch_write *b = arg;
    b->w->chance = b->chance;
    const struct field_set *set = b->resource->record->set;
    for (long n = 0; n < b->count; n++) {
        void *row = arena_alloc(b->w->arena, set->size);
        field_clear(set, row);
        struct record_head *head = row;
        head->office_id = b->room->office.id;
        head->area_code = b->room->office.area_code;
        head->deleted_at = "";
        b->make(b->w, b->room, b->plan, b->first + n, row);
        struct save save = {.resource = b->resource, .row = row, .arena = b->w->arena};
        if (!resource_save(db, &save, b->room->user_id, err))
            return false;
    }
    return true;
}

bool demo_write(struct demo_world *w, const struct demo_room *room, const struct resource *resource, long count, demo_make_fn *make, void *plan,
                struct err *err)
{
    for (long first = 0; first < count; first += DEMO_BATCH) {
        long n = count - first < DEMO_BATCH ? count - first : DEMO_BATCH;
        auto_arena *arena = arena_new();
        struct demo_world batch = *w;
        batch.arena = arena;
        struct batch_write b = {&batch, room, resource, make, plan, first, n, w->chance};
        if (!store_write_alone(w->store, write_batch, &b, err))
            return false;
        w->chance = batch.chance;
    }
    return true;
}

/* Larger wards have more work; 24 shares in the order of the codes (都島 271021 … 中央 271284). */
static const int shares[] = {42, 30, 26, 36, 30, 28, 32, 30, 38, 66, 34, 54, 38, 66, 44, 60, 56, 50, 62, 46, 50, 80, 48, 34};

static bool rooms_read(struct demo_world *w, struct err *err)
{
    struct office *offices;
    size_t count;
    struct db *db = store_reader(w->store, err);
    if (!db || !office_list(db, "consultation_room", "270008/" CITY "/", "", w->arena, &offices, &count, err))
        return false;
    if (count != COUNT(shares))
        return err_set(err, ERR_BROKEN, "demo.rooms", "rooms=%zu", count);
    w->rooms = NEW_ARRAY(w->arena, count, struct demo_room);
    w->room_count = count;
    for (size_t i = 0; i < count; i++)
        w->rooms[i] = (struct demo_room){offices[i], demo_user_id(w->arena, ROLE_COORDINATOR, offices[i].area_code), (int)i, shares[i]};
    return true;
}

/* FY2023 as the city printed it: 2,505 is not 829 + 1,557 (reports.md T-OSK-12 "Consistency trap"). */
static bool write_published(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    static const struct {
        const char *key;
        long long value;
    } rows[] = {{"attendances", 2505}, {"city_ward", 829}, {"related_bodies", 1557}, {"community_care_meeting", 119}};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (!published_put(db, CITY, "t-osk-12", rows[i].key, "FY2023", rows[i].value, "令和5年度 公表資料", err))
            return false;
    return true;
}

static bool write_years(struct demo_world *w, struct err *err)
{
    struct date yesterday = date_add_days(date_today(), -1);
    for (int year = 2023; year <= 2024 || year <= fiscal_year(yesterday); year++) {
        struct demo_year y = {{(int16_t)year, 4, 1}, {(int16_t)(year + 1), 3, 31}, year};
        if (year > 2024 && date_compare(yesterday, y.last) < 0)
            y.last = yesterday; /* the years after the printed ones go on until yesterday */
        if (!demo_consultations(w, &y, err) || !demo_gatherings(w, &y, err) || !demo_activities(w, &y, err))
            return false;
    }
    return true;
}

static bool demo(struct store *store, struct err *err)
{
    auto_arena *arena = arena_new();
    struct demo_world w = {.store = store, .arena = arena, .chance = {20240401}};
    struct db *db = store_reader(store, err);
    if (!db)
        return false;
    if (db_int(db, err, 0, "SELECT 1 FROM published_value WHERE area_code = $1 AND period = 'FY2023'", TEXT(CITY)))
        return true; /* a second `init --demo` leaves what is there alone */
    return rooms_read(&w, err) && write_years(&w, err) && demo_recent(&w, err) && demo_submissions(&w, err) && store_write(store, write_published, NULL, err);
}

static const struct message messages[] = {
    {"demo.rooms", "見本データの相談支援室がそろっていません。空のデータベースで init --demo をやり直してください。"},
};

const struct feature demo_feature = {
    .name = "demo",
    .messages = messages, .message_count = COUNT(messages),
    .demo = demo,
};
