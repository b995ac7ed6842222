#include "base/date.h"

#include "base/count.h"
#include "tests/support/spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct date day(const char *iso)
{
    struct date d = date_from_iso(iso);
    assert_true(date_is_set(d));
    return d;
}

static const struct date today = {2024, 11, 30};

static void typed_gives(const char *typed, const char *iso)
{
    auto_arena *a = arena_new();
    struct date d = {0};
    if (!date_parse(typed, today, &d))
        fail_msg("%s was not understood", typed);
    if (strcmp(date_iso(a, d), iso))
        fail_msg("%s gave %s instead of %s", typed, date_iso(a, d), iso);
}

static void every_day_from_1873_to_2100_survives_being_written_and_read(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    int n = 0, weekday = 3; /* 1873-01-01 was a Wednesday */
    for (struct date d = {1873, 1, 1}; d.year <= 2100; d = date_add_days(d, 1), n++, weekday = (weekday + 1) % 7) {
        struct date read = {0};
        assert_int_equal(date_days_between((struct date){1873, 1, 1}, d), n);
        assert_int_equal(date_weekday(d), weekday);
        const char *written[] = {date_wareki(a, d), date_wareki_plain(a, d), date_wareki_short(a, d), date_iso(a, d)};
        for (size_t i = 0; i < COUNT(written); i++) {
            assert_true(date_parse(written[i], today, &read));
            assert_int_equal(date_compare(read, d), 0);
        }
        arena_reset(a);
    }
    assert_int_equal(n, 83275);
}

static void the_day_decides_the_era(void **state)
{
    static const struct {
        const char *iso, *wareki;
    } days[] = {
        {"1873-01-01", "明治6年1月1日(水)"},    {"1912-07-29", "明治45年7月29日(月)"},  {"1912-07-30", "大正元年7月30日(火)"},
        {"1926-12-24", "大正15年12月24日(金)"}, {"1926-12-25", "昭和元年12月25日(土)"}, {"1927-01-01", "昭和2年1月1日(土)"},
        {"1989-01-07", "昭和64年1月7日(土)"},   {"1989-01-08", "平成元年1月8日(日)"},   {"2019-04-30", "平成31年4月30日(火)"},
        {"2019-05-01", "令和元年5月1日(水)"},   {"2024-11-30", "令和6年11月30日(土)"},  {"1872-12-31", "1872年12月31日(火)"},
    };
    (void)state;
    auto_arena *a = arena_new();
    for (size_t i = 0; i < COUNT(days); i++)
        assert_string_equal(date_wareki(a, day(days[i].iso)), days[i].wareki);
    assert_string_equal(date_wareki_short(a, day("2024-11-30")), "R6.11.30");
    assert_string_equal(date_wareki_year(a, day("2019-05-01")), "令和元年");
    assert_string_equal(date_wareki(a, (struct date){0}), "");
    assert_string_equal(date_wareki_short(a, (struct date){0}), "");
    assert_string_equal(date_iso(a, (struct date){0}), "");
    assert_string_equal(date_weekday_name((struct date){0}), "");
}

static void people_may_type_a_day_in_many_ways(void **state)
{
    static const char *const ways[] = {
        "r6.11.30",
        "R6.11.30",
        "R06.11.30",
        "R6/11/30",
        "r6-11-30",
        "令和6年11月30日",
        "令6.11.30",
        "2024-11-30",
        "2024/11/30",
        "2024.11.30",
        "2024年11月30日",
        "20241130",
        "R061130",
        "11/30",
        "11月30日",
        "30日",
        "今日",
        "本日",
        "Ｒ６．１１．３０",
        "２０２４−１１−３０",
        "　令和 6 年 11 月 30 日 ",
        "㋿6年11月30日",
        "令和６年１１月３０日（土）",
        "11/30(土)",
        "令和6年11月30日(土曜日)",
        "平成36年11月30日",
        "昭和99年11月30日",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(ways); i++)
        typed_gives(ways[i], "2024-11-30");
    typed_gives("昨日", "2024-11-29");
    typed_gives("一昨日", "2024-11-28");
    typed_gives("明日", "2024-12-01");
    typed_gives("令和元年5月1日", "2019-05-01");
    typed_gives("平成37年3月31日", "2025-03-31");
    typed_gives("昭和64年1月7日", "1989-01-07");
    typed_gives("大正15年12月25日", "1926-12-25");
    typed_gives("S16.12.8", "1941-12-08");
    typed_gives("M6.1.1", "1873-01-01");
}

static void a_day_without_year_is_the_nearest_not_more_than_six_months_ahead(void **state)
{
    (void)state;
    typed_gives("12/1", "2024-12-01");
    typed_gives("1/15", "2025-01-15");
    typed_gives("5/30", "2025-05-30");
    typed_gives("5/31", "2024-05-31");
    typed_gives("7/1", "2024-07-01");
    typed_gives("2/29", "2024-02-29");
    typed_gives("1日", "2024-12-01");
    typed_gives("20日", "2024-11-20");
    typed_gives("31日", "2024-10-31");
    struct date d, january = {2025, 1, 5};
    assert_true(date_parse("12/28", january, &d));
    assert_int_equal(date_compare(d, day("2024-12-28")), 0);
    assert_true(date_parse("28日", january, &d));
    assert_int_equal(date_compare(d, day("2024-12-28")), 0);
}

static void what_cannot_be_a_day_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        " ",
        "今日は",
        "2024-02-30",
        "2023-02-29",
        "R6.13.1",
        "R6.0.1",
        "R0.1.1",
        "令和年1月1日",
        "2024-11",
        "11",
        "1130",
        "99991231",
        "0204-11-30",
        "24/11/30",
        "X6.11.30",
        "R6.11.30x",
        "2024-11-30T",
        "11/31",
        "32日",
        "0日",
        "令和6年11月30日(日)",
        "明治5年12月2日",
        "M011231",
        "R6.11.",
        "R6..30",
        "-1/-1",
        "2024-11-301",
        "令和6年11月30日(",
        "\xff\xfe",
        "R1000.1.1",
        "9999999999999999999999/1/1",
        "日",
        "元日",
        "2024--11-30",
        "R6年",
        "20241131",
        "R061131",
        "2/30",
        "月/日",
        "令和6年11月30日令和6年11月30日令和6年11月30日令和6年11月30日令和6年11月30日令和6年11月30日",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct date d = {7, 7, 7};
        if (date_parse(wrong[i], today, &d))
            fail_msg("%s was taken for %d-%d-%d", wrong[i], d.year, d.month, d.day);
        assert_int_equal(d.year, 7);
    }
    assert_false(date_parse(NULL, today, &(struct date){0}));
}

static void only_exact_iso_text_is_iso(void **state)
{
    static const char *const wrong[] = {"",           "2024-1-1",   "2024-11-31", "2024/11/30", "2024-11-30 ",
                                        "0000-01-01", "2024-11-3x", "-024-11-30"};
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(date_is_set(date_from_iso(wrong[i])));
    assert_false(date_is_set(date_from_iso(NULL)));
}

static void months_end_when_the_day_does_not_exist(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    assert_string_equal(date_iso(a, date_add_months(day("2024-01-31"), 1)), "2024-02-29");
    assert_string_equal(date_iso(a, date_add_months(day("2024-03-31"), -1)), "2024-02-29");
    assert_string_equal(date_iso(a, date_add_months(day("2024-02-29"), -12)), "2023-02-28");
    assert_string_equal(date_iso(a, date_add_months(day("2024-11-30"), 14)), "2026-01-30");
    assert_string_equal(date_iso(a, date_add_days(day("2024-02-28"), 2)), "2024-03-01");
    assert_false(date_is_set(date_add_days((struct date){9999, 12, 31}, 1)));
    assert_false(date_is_set(date_add_days((struct date){1, 1, 1}, -1)));
    assert_false(date_is_set(date_add_months((struct date){9999, 12, 31}, 1)));
    assert_false(date_is_set(date_add_days((struct date){0}, 1)));
    assert_false(date_is_set(date_add_days(day("2024-01-01"), INT32_MAX)));
}

static void an_age_rises_on_the_birthday(void **state)
{
    (void)state;
    assert_int_equal(date_age(day("1942-11-30"), day("2024-11-29")), 81);
    assert_int_equal(date_age(day("1942-11-30"), day("2024-11-30")), 82);
    assert_int_equal(date_age(day("1944-02-29"), day("2023-02-28")), 78);
    assert_int_equal(date_age(day("1944-02-29"), day("2023-03-01")), 79);
}

static void holidays_are_those_of_the_law_of_the_year(void **state)
{
    static const char *const years[][24] = {
        {"2019",  "01-01", "01-14", "02-11", "03-21", "04-29", "04-30", "05-01", "05-02", "05-03", "05-04", "05-05",
         "05-06", "07-15", "08-11", "08-12", "09-16", "09-23", "10-14", "10-22", "11-03", "11-04", "11-23"},
        {"2020", "01-01", "01-13", "02-11", "02-23", "02-24", "03-20", "04-29", "05-03", "05-04", "05-05", "05-06", "07-23",
         "07-24", "08-10", "09-21", "09-22", "11-03", "11-23"},
        {"2021", "01-01", "01-11", "02-11", "02-23", "03-20", "04-29", "05-03", "05-04", "05-05", "07-22", "07-23", "08-08",
         "08-09", "09-20", "09-23", "11-03", "11-23"},
        {"2024",  "01-01", "01-08", "02-11", "02-12", "02-23", "03-20", "04-29", "05-03", "05-04", "05-05",
         "05-06", "07-15", "08-11", "08-12", "09-16", "09-22", "09-23", "10-14", "11-03", "11-04", "11-23"},
        {"2025",  "01-01", "01-13", "02-11", "02-23", "02-24", "03-20", "04-29", "05-03", "05-04",
         "05-05", "05-06", "07-21", "08-11", "09-15", "09-23", "10-13", "11-03", "11-23", "11-24"},
        {"2026", "01-01", "01-12", "02-11", "02-23", "03-20", "04-29", "05-03", "05-04", "05-05", "05-06", "07-20", "08-11",
         "09-21", "09-22", "09-23", "10-12", "11-03", "11-23"},
        {"1948", "09-23", "11-03", "11-23"},
        {"1973", "01-01", "01-15", "02-11", "03-21", "04-29", "04-30", "05-03", "05-05", "09-15", "09-23", "09-24", "10-10",
         "11-03", "11-23"},
        {"1988", "01-01", "01-15", "02-11", "03-20", "03-21", "04-29", "05-03", "05-04", "05-05", "09-15", "09-23", "10-10",
         "11-03", "11-23"},
        {"1989", "01-01", "01-02", "01-15", "01-16", "02-11", "02-24", "03-21", "04-29", "05-03", "05-04", "05-05", "09-15",
         "09-23", "10-10", "11-03", "11-23", "12-23"},
        {"1992", "01-01", "01-15", "02-11", "03-20", "04-29", "05-03", "05-04", "05-05", "09-15", "09-23", "10-10", "11-03",
         "11-23", "12-23"},
        {"1946"},
    };
    (void)state;
    for (size_t y = 0; y < COUNT(years); y++) {
        size_t next = 1;
        int year = atoi(years[y][0]);
        for (struct date d = {(int16_t)year, 1, 1}; d.year == year; d = date_add_days(d, 1)) {
            char text[16];
            snprintf(text, sizeof text, "%02d-%02d", d.month, d.day);
            bool listed = next < COUNT(years[y]) && years[y][next] && !strcmp(years[y][next], text);
            if (date_is_holiday(d) != listed)
                fail_msg("%d-%s: %s", year, text, listed ? "should be a holiday" : "should be no holiday");
            next += listed;
        }
        assert_true(next == COUNT(years[y]) || !years[y][next]);
    }
}

static void equinoxes_fall_on_the_announced_days(void **state)
{
    static const char *const days[] = {"1960-03-20", "1964-03-20", "1979-09-24", "1980-03-20", "1980-09-23", "2000-03-20",
                                       "2012-09-22", "2023-03-21", "2024-09-22", "2027-03-21", "2092-03-19", "2099-09-23"};
    (void)state;
    for (size_t i = 0; i < COUNT(days); i++)
        assert_true(date_is_holiday(day(days[i])));
}

static void business_days_skip_weekends_holidays_and_the_turn_of_the_year(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    assert_string_equal(date_iso(a, date_business_day(day("2024-12-27"), 1)), "2024-12-27");
    assert_string_equal(date_iso(a, date_business_day(day("2024-12-27"), 2)), "2025-01-06");
    assert_string_equal(date_iso(a, date_business_day(day("2025-01-01"), 1)), "2025-01-06");
    assert_string_equal(date_iso(a, date_business_day(day("2025-01-01"), 5)), "2025-01-10");
    assert_string_equal(date_iso(a, date_business_day(day("2025-01-01"), 6)), "2025-01-14");
    assert_string_equal(date_iso(a, date_business_day(day("2024-05-01"), 2)), "2024-05-02");
    assert_string_equal(date_iso(a, date_business_day(day("2024-05-01"), 3)), "2024-05-07");
    assert_string_equal(date_iso(a, date_business_day(day("2024-05-01"), 5)), "2024-05-09");
}

static void times_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *typed;
        int minutes;
    } times[] = {
        {"14:03", 843}, {"1403", 843},    {"14時3分", 843}, {"１４：０３", 843}, {" 14 : 03 ", 843}, {"9:05", 545},
        {"903", 543},   {"0:00", 0},      {"23:59", 1439},  {"14時", 840},       {"14時半", 870},    {"午後2時3分", 843},
        {"午前0時", 0}, {"午後0時", 720}, {"24:00", -1},    {"14:60", -1},       {"2:03 PM", -1},    {"14:3", -1},
        {"", -1},       {"14", -1},       {"14:035", -1},   {"-1:00", -1},       {"午後13時", -1},   {"午後2:03", -1},
        {"14時分", -1}, {"14時60分", -1}, {"99999", -1},    {"14:03x", -1},      {"\xff", -1},       {"14時3", -1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(times); i++)
        if (time_parse(times[i].typed) != times[i].minutes)
            fail_msg("%s gave %d", times[i].typed, time_parse(times[i].typed));
    assert_int_equal(time_parse(NULL), -1);
}

static void fiscal_years_and_trimesters_begin_in_april(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    assert_int_equal(fiscal_year(day("2024-03-31")), 2023);
    assert_int_equal(fiscal_year(day("2024-04-01")), 2024);
    static const int thirds[] = {3, 3, 3, 1, 1, 1, 1, 2, 2, 2, 2, 3};
    for (int8_t month = 1; month <= 12; month++)
        assert_int_equal(trimester((struct date){2024, month, 15}), thirds[month - 1]);
    assert_string_equal(fiscal_year_name(a, 2024), "令和6年度");
    assert_string_equal(fiscal_year_name(a, 2019), "令和元年度");
    assert_string_equal(fiscal_year_name(a, 2018), "平成30年度");
    assert_string_equal(fiscal_year_name(a, 1989), "平成元年度");
    assert_string_equal(fiscal_year_name(a, 1988), "昭和63年度");
    assert_string_equal(fiscal_year_name(a, 1926), "大正15年度");
}

static void periods_read_back_as_they_are_named(void **state)
{
    static const char *const periods[][6] = {
        /* id, first, last, before, a year before, label */
        {"FY2024", "2024-04-01", "2025-03-31", "FY2023", "FY2023", "令和6年度"},
        {"FY2024-T1", "2024-04-01", "2024-07-31", "FY2023-T3", "FY2023-T1", "令和6年度 第1三半期（4月〜7月）"},
        {"FY2024-T2", "2024-08-01", "2024-11-30", "FY2024-T1", "FY2023-T2", "令和6年度 第2三半期（8月〜11月）"},
        {"FY2024-T3", "2024-12-01", "2025-03-31", "FY2024-T2", "FY2023-T3", "令和6年度 第3三半期（12月〜3月）"},
        {"2024-02", "2024-02-01", "2024-02-29", "2024-01", "2023-02", "令和6年2月"},
        {"2024-06", "2024-06-01", "2024-06-30", "2024-05", "2023-06", "令和6年6月"},
        {"2024-06-15", "2024-06-15", "2024-06-15", "2024-06-14", "2023-06-15", "令和6年6月15日(土)"},
        {"2024-02-29", "2024-02-29", "2024-02-29", "2024-02-28", "2023-02-28", "令和6年2月29日(木)"},
    };
    (void)state;
    auto_arena *a = arena_new();
    for (size_t i = 0; i < COUNT(periods); i++) {
        struct period p;
        assert_true(period_parse(periods[i][0], &p));
        assert_string_equal(period_id(a, p), periods[i][0]);
        assert_string_equal(date_iso(a, p.first), periods[i][1]);
        assert_string_equal(date_iso(a, p.last), periods[i][2]);
        assert_string_equal(period_id(a, period_before(p)), periods[i][3]);
        assert_string_equal(period_id(a, period_after(period_before(p))), periods[i][0]);
        assert_string_equal(period_id(a, period_year_before(p)), periods[i][4]);
        assert_string_equal(period_label(a, p), periods[i][5]);
        assert_string_equal(period_id(a, period_of(p.kind, p.last)), periods[i][0]);
    }
}

static void what_names_no_period_is_refused(void **state)
{
    static const char *const wrong[] = {"",        "2024",    "FY24",       "FY2024-T0",  "FY2024-T4", "FY2024-T",
                                        "2024-13", "2024-00", "2024-06-31", "fy2024",     "FY0000",    "FY0000-T1",
                                        "0000-01", "FY9999",  "FY9999-T3",  "1500-01-01", "FY2024 "};
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct period p = {0};
        assert_false(period_parse(wrong[i], &p));
    }
    assert_false(period_parse(NULL, &(struct period){0}));
}

static void the_clock_can_be_frozen_and_is_japanese(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    setenv("RENKEI_NOW", "2024-11-30T08:15", 1);
    assert_string_equal(date_iso(a, date_today()), "2024-11-30");
    assert_string_equal(now_local(a), "2024-11-30T08:15");
    assert_string_equal(now_utc(a), "2024-11-29T23:15:00.000Z");
    assert_true(now_ms() > INT64_C(1700000000000));
    setenv("RENKEI_NOW", "yesterday", 1);
    assert_int_equal(strlen(now_local(a)), 16);
    assert_string_not_equal(now_local(a), "yesterday");
    unsetenv("RENKEI_NOW");
    assert_int_equal(strlen(now_utc(a)), 24);
}

static void utc_becomes_a_label_in_japanese_time(void **state)
{
    (void)state;
    auto_arena *a = arena_new();
    assert_string_equal(utc_to_local_label(a, "2024-11-30T05:03:27.123Z"), "令和6年11月30日(土) 14:03");
    assert_string_equal(utc_to_local_label(a, "2019-04-30T15:00:00.000Z"), "令和元年5月1日(水) 00:00");
    assert_string_equal(date_iso(a, date_of_utc("2019-04-30T15:00:00.000Z")), "2019-05-01");
    assert_string_equal(utc_to_local_label(a, ""), "");
    assert_string_equal(utc_to_local_label(a, NULL), "");
    assert_string_equal(utc_to_local_label(a, "2024-11-30"), "");
    assert_string_equal(utc_to_local_label(a, "2024-11-30T25:03:27.123Z"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_from_1873_to_2100_survives_being_written_and_read),
        cmocka_unit_test(the_day_decides_the_era),
        cmocka_unit_test(people_may_type_a_day_in_many_ways),
        cmocka_unit_test(a_day_without_year_is_the_nearest_not_more_than_six_months_ahead),
        cmocka_unit_test(what_cannot_be_a_day_is_refused),
        cmocka_unit_test(only_exact_iso_text_is_iso),
        cmocka_unit_test(months_end_when_the_day_does_not_exist),
        cmocka_unit_test(an_age_rises_on_the_birthday),
        cmocka_unit_test(holidays_are_those_of_the_law_of_the_year),
        cmocka_unit_test(equinoxes_fall_on_the_announced_days),
        cmocka_unit_test(business_days_skip_weekends_holidays_and_the_turn_of_the_year),
        cmocka_unit_test(times_are_read_as_people_write_them),
        cmocka_unit_test(fiscal_years_and_trimesters_begin_in_april),
        cmocka_unit_test(periods_read_back_as_they_are_named),
        cmocka_unit_test(what_names_no_period_is_refused),
        cmocka_unit_test(the_clock_can_be_frozen_and_is_japanese),
        cmocka_unit_test(utc_becomes_a_label_in_japanese_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
