/* contact_person_test.c -- who to call at an office, who may see it, and pictures without their places, on both stores. */
#include "tests/support/record_world.h"

#include "base/id.h"
#include "features/contact_person/contact_person.h"
#include "features/contact_person/contact_photo.h"
#include "features/facility/facility_import.h"

#include <string.h>
#include <unistd.h>

#define DATA "tests/data/mhlw-kaigo/jigyosho_155.csv"
#define PERSON "01930000-0000-7000-8000-0000000000d1"
#define MEETING "01930000-0000-7000-8000-0000000000d2"

struct street {
    struct record_world *r;
    const char *facility; /* whose people the specs are about */
};

static int begin(void **state)
{
    if (record_begin(state))
        return -1;
    struct record_world *r = *state;
    struct street *s = NEW(r->w->arena, struct street);
    struct facility_report report = {0};
    s->r = r;
    if (!facility_import(r->w->store, DATA, "auto", r->w->arena, &report, &r->w->err))
        return -1;
    s->facility = db_text(world_db(r->w), r->w->arena, &r->w->err, "SELECT id FROM facility WHERE area_code LIKE '271%' LIMIT 1");
    *state = s;
    return s->facility ? 0 : -1;
}

static int end(void **state)
{
    void *r = ((struct street *)*state)->r;
    return record_end(&r);
}

static int post(struct street *s, const char *path, const char *form)
{
    return visitor_post(s->r->visitor, path, form);
}

/* 見本 看子 (ミホン カンコ), to be called first, shown up to `audience`. */
static void given_person(struct street *s, const char *audience)
{
    const char *form = arena_printf(
        s->r->w->arena,
        "id=" PERSON "&revision=0&facility_id=%s&name=%%E8%%A6%%8B%%E6%%9C%%AC%%20%%E7%%9C%%8B%%E5%%AD%%90"
        "&kana=%%E3%%83%%9F%%E3%%83%%9B%%E3%%83%%B3&profession=nurse&is_first_contact=yes&reach_by=fax&reach_by=phone"
        "&phone=06-0000-0000&audience=%s&confirmed_on=2024-11-21&memo=secret-memo&habits=fax-first"
        "&encounters.0.met_on=2024-11-12&encounters.0.occasion=care-cafe",
        s->facility, audience);
    if (post(s, "/people", form) != 303)
        fail_msg("%s", s->r->visitor->body);
}

static const char *page_of_entry(struct street *s)
{
    assert_int_equal(visitor_get(s->r->visitor, arena_printf(s->r->w->arena, "/facilities/%s", s->facility)), 200);
    return s->r->visitor->body;
}

static void the_entry_shows_whom_to_call_first_and_how(void **state)
{
    struct street *s = *state;
    assert_non_null(strstr(page_of_entry(s), "連絡する人を加える"));
    given_person(s, "internal");
    const char *page = page_of_entry(s);
    assert_non_null(strstr(page, "見本 看子"));
    assert_non_null(strstr(page, "まず連絡する人"));
    assert_non_null(strstr(page, "電話、FAX"));
    assert_non_null(strstr(page, "tel:06-0000-0000"));
}

static void another_room_sees_and_changes_the_same_person(void **state)
{
    struct street *s = *state;
    given_person(s, "internal");
    struct session other = miyakojima_coordinator();
    visitor_sign_in(s->r->visitor, &other);
    assert_int_equal(visitor_get(s->r->visitor, "/people/" PERSON), 200);
    assert_non_null(strstr(s->r->visitor->body, "secret-memo"));
    assert_int_equal(post(s, "/people/" PERSON,
                          arena_printf(s->r->w->arena,
                                       "revision=1&facility_id=%s&name=x&audience=internal&confirmed_on=2024-11-21"
                                       "&left_on=2024-11-20",
                                       s->facility)),
                     303);
    assert_null(strstr(page_of_entry(s), "tel:06-0000-0000"));
}

static size_t seen_by(struct street *s, const char *level, struct contact_person **people)
{
    size_t count = 0;
    assert_true(contact_person_list(world_db(s->r->w), s->facility, level, s->r->w->arena, people, &count, &s->r->w->err));
    return count;
}

static void a_person_is_shown_as_far_as_she_agreed_and_memo_and_encounters_never_leave(void **state)
{
    struct street *s = *state;
    struct contact_person *people;
    given_person(s, "internal");
    assert_int_equal(seen_by(s, "internal", &people), 1);
    assert_string_equal(people[0].memo, "secret-memo");
    assert_int_equal(seen_by(s, "professional", &people), 0);
    assert_int_equal(seen_by(s, "public", &people), 0);
    assert_int_equal(post(s, "/people/" PERSON,
                          arena_printf(s->r->w->arena,
                                       "revision=1&facility_id=%s&name=x&audience=professional&memo=secret-memo"
                                       "&habits=fax-first&confirmed_on=2024-11-21",
                                       s->facility)),
                     303);
    assert_int_equal(seen_by(s, "professional", &people), 1);
    assert_string_equal(people[0].memo, "");
    assert_string_equal(people[0].encounters, "[]");
    assert_string_equal(people[0].habits, "fax-first");
    assert_int_equal(seen_by(s, "public", &people), 0);
}

static void an_unknown_office_a_wrong_mail_and_a_missing_wish_are_told_beside_their_fields(void **state)
{
    struct street *s = *state;
    assert_int_equal(post(s, "/people",
                          "id=" PERSON "&revision=0&facility_id=00000000-0000-7000-8000-000000000000&name=x&mail=nobody&audience="
                          "&confirmed_on=2024-11-21"),
                     422);
    assert_non_null(strstr(s->r->visitor->body, "メールアドレスの形ではありません"));
    assert_non_null(strstr(s->r->visitor->body, "nobody"));
    assert_int_equal(post(s, "/people",
                          "id=" PERSON "&revision=0&facility_id=00000000-0000-7000-8000-000000000000&name=x&audience=internal"
                          "&confirmed_on=2024-11-21"),
                     422);
    assert_non_null(strstr(s->r->visitor->body, "一覧にありません"));
}

static void a_meeting_names_the_people_met_there(void **state)
{
    struct street *s = *state;
    assert_int_equal(post(s, "/meetings",
                          "id=" MEETING
                          "&revision=0&name=m&category=city_ward&is_community_care_meeting=no&held_on=2024-11-12&role=attendee"),
                     303);
    assert_int_equal(post(s, "/people",
                          arena_printf(s->r->w->arena,
                                       "id=" PERSON "&revision=0&facility_id=%s&name=named-there&audience=internal"
                                       "&confirmed_on=2024-11-21&encounters.0.met_on=2024-11-12&encounters.0.meeting_id=" MEETING,
                                       s->facility)),
                     303);
    assert_int_equal(visitor_get(s->r->visitor, "/meetings/" MEETING), 200);
    assert_non_null(strstr(s->r->visitor->body, "この会議で会った人"));
    assert_non_null(strstr(s->r->visitor->body, "named-there"));
    assert_int_equal(visitor_get(s->r->visitor, "/pick/meeting?q="), 200);
    assert_non_null(strstr(s->r->visitor->body, MEETING));
}

/* --- pictures --- */

#define SCAN                                                                                                                     \
    "\xff\xda\0\4\1\2"                                                                                                           \
    "coded\xff\0data\xff\xd0more"                                                                                                \
    "\xff\xd9"
#define FRAME "\xff\xc0\0\13\10\0\20\0\20\1\1\21\0"
static const char jpeg[] = "\xff\xd8"
                           "\xff\xe1\0\14Exif\0\0GPS!"
                           "\xff\xfe\0\6note" FRAME SCAN;
static const char clean_jpeg[] = "\xff\xd8" FRAME SCAN;

static void a_picture_loses_where_it_was_taken_and_keeps_what_it_shows(void **state)
{
    (void)state;
    auto_buf out = {0};
    struct err err = {0};
    const char *type;
    assert_true(contact_photo_clean(jpeg, sizeof jpeg - 1, &out, &type, &err));
    assert_string_equal(type, "image/jpeg");
    assert_int_equal(out.size, sizeof clean_jpeg - 1);
    assert_memory_equal(out.data, clean_jpeg, out.size);
}

static void what_is_no_whole_picture_is_refused_wherever_it_is_cut(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof jpeg - 1; size++) {
        auto_buf out = {0};
        struct err err = {0};
        const char *type;
        assert_false(contact_photo_clean(jpeg, size, &out, &type, &err));
        assert_string_equal(err.message, "contact_person.photo_kind");
    }
    static const char gif[] = "GIF89a................", huge[] = "\xff\xd8"
                                                                 "\xff\xc0\0\13\10\177\377\0\20\1\1\21\0" SCAN;
    auto_buf out = {0};
    struct err err = {0};
    const char *type;
    assert_false(contact_photo_clean(gif, sizeof gif - 1, &out, &type, &err));
    assert_false(contact_photo_clean(huge, sizeof huge - 1, &out, &type, &err));
    assert_string_equal(err.message, "contact_person.photo_size");
}

static const char *file_of(struct street *s, const char *bytes, size_t size)
{
    const char *path = arena_printf(s->r->w->arena, "%s/photo", s->r->w->folder);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fwrite(bytes, 1, size, f);
    fclose(f);
    return path;
}

static void a_photo_is_seen_only_by_those_who_see_the_person(void **state)
{
    struct street *s = *state;
    given_person(s, "internal");
    assert_int_equal(visitor_get(s->r->visitor, "/people/" PERSON "/photo"), 404);
    visitor_upload(s->r->visitor, "/people/" PERSON "/photo", "photo", file_of(s, jpeg, sizeof jpeg - 1));
    assert_int_equal(s->r->visitor->status, 303);
    assert_int_equal(visitor_get(s->r->visitor, "/people/" PERSON "/photo"), 200);
    assert_string_equal(s->r->visitor->content_type, "image/jpeg");
    assert_int_equal(s->r->visitor->size, sizeof clean_jpeg - 1);
    struct visitor *nobody = visitor_new(s->r->app, s->r->w->arena);
    assert_int_equal(visitor_get(nobody, "/people/" PERSON "/photo"), 404);
    assert_int_equal(post(s, "/people/" PERSON "/photo/delete", ""), 303);
    assert_int_equal(visitor_get(s->r->visitor, "/people/" PERSON "/photo"), 404);
    visitor_upload(s->r->visitor, "/people/" PERSON "/photo", "photo", file_of(s, "text", 4));
    assert_int_equal(s->r->visitor->status, 422);
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest specs[] = {
        SPEC(the_entry_shows_whom_to_call_first_and_how),
        SPEC(another_room_sees_and_changes_the_same_person),
        SPEC(a_person_is_shown_as_far_as_she_agreed_and_memo_and_encounters_never_leave),
        SPEC(an_unknown_office_a_wrong_mail_and_a_missing_wish_are_told_beside_their_fields),
        SPEC(a_meeting_names_the_people_met_there),
        cmocka_unit_test(a_picture_loses_where_it_was_taken_and_keeps_what_it_shows),
        cmocka_unit_test(what_is_no_whole_picture_is_refused_wherever_it_is_cut),
        SPEC(a_photo_is_seen_only_by_those_who_see_the_person),
    };
    return cmocka_run_group_tests_name("contact_person", specs, NULL, NULL);
}
