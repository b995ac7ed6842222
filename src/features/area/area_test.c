/* area_test.c -- the tree of areas, and the demo's offices in it, on both stores. */
#include "base/count.h"
#include "features/area/area.h"
#include "features/area/area_shape.h"
#include "features/organization/organization.h"
#include "features/organization/organization_demo.h"
#include "tests/support/world.h"
#include "web/app.h"

#include <string.h>

static const struct feature *const used[] = {&area_feature, &organization_feature, NULL};

static int begin(void **state)
{
    if (world_begin(state))
        return -1;
    struct world *w = *state;
    return app_migrate(w->store, used, &w->err) ? 0 : -1;
}

static long long count_kind(struct world *w, const char *kind)
{
    return db_int(world_db(w), &w->err, -1, "SELECT COUNT(*) FROM area WHERE kind = $1", TEXT(kind));
}

/* 1,916 municipalities and wards of the source, the 3 wards of Hamamatsu of 2024, and 47 prefectures. */
static void every_municipality_of_japan_is_there(void **state)
{
    struct world *w = *state;
    assert_int_equal(count_kind(w, "prefecture"), 47);
    assert_int_equal(count_kind(w, "municipality") + count_kind(w, "ward"), 1916 + 3);
    assert_int_equal(count_kind(w, "municipality"), 1741);
    assert_int_equal(db_int(world_db(w), &w->err, -1, "SELECT COUNT(*) FROM area WHERE retired_on <> ''"), 7);
}

static void osaka_has_24_wards_and_none_of_sakai(void **state)
{
    struct world *w = *state;
    struct area *wards, *prefectures;
    size_t count, prefecture_count;
    assert_true(area_children(world_db(w), "271004", w->arena, &wards, &count, &w->err));
    assert_int_equal(count, 24);
    for (size_t i = 0; i < count; i++) {
        assert_true(area_path_has(wards[i].path, "271004"));
        assert_false(area_path_has(wards[i].path, "271403"));
    }
    assert_true(area_children(world_db(w), "", w->arena, &prefectures, &prefecture_count, &w->err));
    assert_int_equal(prefecture_count, 47);
}

static void an_area_knows_its_place_and_name(void **state)
{
    struct world *w = *state;
    struct area kita;
    assert_true(area_find(world_db(w), "271276", w->arena, &kita, &w->err));
    assert_string_equal(kita.name, "北区");
    assert_string_equal(kita.kana, "キタク");
    assert_string_equal(kita.path, "270008/271004/271276/");
    assert_string_equal(area_label(world_db(w), "271276", w->arena), "大阪市北区");
    assert_string_equal(area_label(world_db(w), "131121", w->arena), "世田谷区");
    assert_string_equal(area_label(world_db(w), "270008", w->arena), "大阪府");
    assert_string_equal(area_path(world_db(w), "999999", w->arena), "");
    assert_false(area_find(world_db(w), "999999", w->arena, &kita, &w->err));
    assert_int_equal(w->err.kind, ERR_NOT_FOUND);
}

static void codes_get_their_check_digit(void **state)
{
    struct world *w = *state;
    assert_string_equal(area_code_from("27127", w->arena), "271276");
    assert_string_equal(area_code_from("２７１２７", w->arena), "271276");
    assert_string_equal(area_code_from("271276", w->arena), "271276");
    assert_string_equal(area_code_from("山口県", w->arena), "");
    assert_true(area_path_has("270008/271004/271276/", "271004"));
    assert_false(area_path_has("270008/271004/271276/", "71004"));
    assert_false(area_path_has("", "271004"));
}

static void distance_is_a_straight_line_in_metres(void **state)
{
    (void)state;
    /* Osaka City Hall to Osaka Castle, about 2.1 km */
    double d = area_distance(34693889, 135502222, 34687315, 135526201);
    assert_true(d > 2200 && d < 2400);
    assert_true(area_distance(34693889, 135502222, 34693889, 135502222) < 0.001);
}

static void the_demo_has_a_room_and_a_ward_office_in_each_ward(void **state)
{
    struct world *w = *state;
    struct office *offices, room;
    size_t count;
    assert_true(organization_demo(w->store, &w->err));
    assert_true(organization_demo(w->store, &w->err));
    assert_true(office_list(world_db(w), "consultation_room", "270008/271004/", "2024-11-30", w->arena, &offices, &count, &w->err));
    assert_int_equal(count, 24);
    assert_true(office_list(world_db(w), "", "", "", w->arena, &offices, &count, &w->err));
    assert_int_equal(count, 24 * 2 + 2);
    assert_true(office_list(world_db(w), "", "", "2023-03-31", w->arena, &offices, &count, &w->err));
    assert_int_equal(count, 0);
    assert_true(office_find(world_db(w), demo_office_id(w->arena, "consultation_room", "271276"), w->arena, &room, &w->err));
    assert_string_equal(room.short_name, "北");
    assert_string_equal(room.organization_name, "（架空）北区医師会");
}

static bool save(struct db *db, void *arg, struct err *err)
{
    auto_arena *a = arena_new();
    return office_save(db, arg, "", a, err);
}

static void a_stale_save_of_an_office_changes_nothing(void **state)
{
    struct world *w = *state;
    struct office room, other;
    assert_true(organization_demo(w->store, &w->err));
    assert_true(office_find_by_code(world_db(w), "room-271276", w->arena, &room, &w->err));
    other = room;
    room.phone = "06-1111-1111";
    assert_true(store_write(w->store, save, &room, &w->err));
    other.phone = "06-2222-2222";
    assert_false(store_write(w->store, save, &other, &w->err));
    assert_int_equal(w->err.kind, ERR_CONFLICT);
    other.revision = 2;
    other.code = "room-271021";
    w->err = (struct err){0};
    assert_false(store_write(w->store, save, &other, &w->err));
    assert_string_equal(w->err.message, "office.code_taken");
    assert_true(office_find_by_code(world_db(w), "room-271276", w->arena, &room, &w->err));
    assert_string_equal(room.phone, "06-1111-1111");
}

static void each_ward_has_its_town_hall_inside_its_outline(void **state)
{
    struct world *w = *state;
    assert_int_equal(area_shape_count, 25);
    for (size_t i = 0; i < area_shape_count; i++) {
        const struct area_shape *s = &area_shape_table[i];
        struct area a;
        int32_t longitude = 0, latitude = 0;
        assert_ptr_equal(area_shape_find(s->code), s);
        assert_true(area_find(world_db(w), s->code, w->arena, &a, &w->err));
        if (!area_shape_has(s, (int32_t)a.longitude, (int32_t)a.latitude))
            fail_msg("%s", a.name);
        struct area_bounds b = area_shape_bounds(s);
        area_shape_middle(s, &longitude, &latitude);
        assert_in_range(longitude, b.west, b.east);
        assert_in_range(latitude, b.south, b.north);
        for (size_t k = 0; k < area_shape_count; k++)
            if (k != i)
                assert_false(area_shape_has(&area_shape_table[k], (int32_t)a.longitude, (int32_t)a.latitude));
    }
    assert_null(area_shape_find("271004"));
}

int main(void)
{
    const struct CMUnitTest specs[] = {
#define SPEC(f) cmocka_unit_test_setup_teardown(f, begin, world_end)
        SPEC(every_municipality_of_japan_is_there),
        SPEC(osaka_has_24_wards_and_none_of_sakai),
        SPEC(an_area_knows_its_place_and_name),
        SPEC(codes_get_their_check_digit),
        SPEC(distance_is_a_straight_line_in_metres),
        SPEC(the_demo_has_a_room_and_a_ward_office_in_each_ward),
        SPEC(a_stale_save_of_an_office_changes_nothing),
        SPEC(each_ward_has_its_town_hall_inside_its_outline),
    };
    return cmocka_run_group_tests_name("area", specs, NULL, NULL);
}
