/* district_map_test.c -- districts shaded by steps: every district and figure is said, also without colour and where there is no room. */
#include "output/district_map.h"
#include "base/count.h"
#include "output/paper.h"
#include "tests/support/spec.h"

#include <stdlib.h>
#include <string.h>

static const int32_t square[] = {135500000, 34700000, 135600000, 34700000, 135600000, 34800000, 135500000, 34800000};
static const int32_t beside[] = {135600000, 34700000, 135700000, 34700000, 135700000, 34800000, 135600000, 34800000};
static const struct geojson_ring squares[] = {{square, 4}, {beside, 4}};
static const char *const steps[] = {"近い", "ふつう", "遠い"}, *const sources[] = {"出典：（架空）見本データ"};

static const struct district districts[] = {
    {.name = "見本区", .figure = "0.4", .rings = &squares[0], .ring_count = 1, .longitude = 135550000, .latitude = 34750000, .step = 0},
    {.name = "架空区<&", .figure = "12.3", .rings = &squares[1], .ring_count = 1, .longitude = 135650000, .latitude = 34750000, .step = 2},
    {.name = "例町", .figure = "－", .longitude = 135600000, .latitude = 34600000, .step = DISTRICT_UNKNOWN},
};

static struct district_map map_of(const struct district *list, size_t count)
{
    return (struct district_map){.id = "m", .title = "見本までの距離", .subtitle = "見本市", .legend = "距離（km）", .unknown = "なし", .steps = steps,
                                 .step_count = COUNT(steps), .sources = sources, .source_count = COUNT(sources), .districts = list, .count = count};
}

static char *drawn(const struct district_map *m, bool narrow)
{
    struct buf out = {0};
    district_map_svg(m, narrow, &out);
    return out.data;
}

static size_t times(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        n++;
    return n;
}

static void every_district_stands_in_the_drawing_with_its_figure(void **state)
{
    (void)state;
    const struct district_map m = map_of(districts, COUNT(districts));
    for (int narrow = 0; narrow < 2; narrow++) {
        char *svg = drawn(&m, narrow);
        assert_int_equal(times(svg, "stroke-width=\"1.2\" stroke-linejoin"), 2); /* the outlines */
        assert_int_equal(times(svg, "stroke-width=\"1.2\" fill"), 1);            /* the disc of what has none */
        assert_non_null(strstr(svg, ">見本区</text>"));
        assert_non_null(strstr(svg, ">0.4</text>"));
        assert_non_null(strstr(svg, ">架空区&lt;&amp;</text>"));
        assert_non_null(strstr(svg, ">例町</text>"));
        assert_non_null(strstr(svg, "見本市"));
        assert_non_null(strstr(svg, "出典：（架空）見本データ"));
        free(svg);
    }
}

static void steps_differ_by_their_pattern_and_the_legend_counts_them(void **state)
{
    (void)state;
    const struct district_map m = map_of(districts, COUNT(districts));
    char *svg = drawn(&m, false);
    assert_non_null(strstr(svg, "近い　1地区"));
    assert_non_null(strstr(svg, "ふつう　0地区"));
    assert_non_null(strstr(svg, "遠い　1地区"));
    assert_non_null(strstr(svg, "なし　1地区"));
    assert_int_equal(times(svg, "fill=\"url(#m-s2)\""), 2); /* the district and its place in the legend */
    assert_int_equal(times(svg, "fill=\"url(#m-s6)\""), 2); /* not known */
    for (int i = 1; i < SHADES - 1; i++)
        for (int k = 1; k < i; k++)
            assert_memory_not_equal(&shades[i], &shades[k], sizeof shades[i]);
    free(svg);
}

static void where_there_is_no_room_for_words_the_number_of_the_table_stands(void **state)
{
    (void)state;
    struct district crowd[30];
    for (int outlined = 0; outlined < 2; outlined++) {
        for (size_t i = 0; i < COUNT(crowd); i++)
            crowd[i] = (struct district){.name = "例の町", .figure = "1.2", .longitude = 135500000 + (long)(i % 6) * 1500, .latitude = 34700000 + (long)(i / 6) * 1500,
                                         .step = 1, .rings = squares, .ring_count = (size_t)outlined};
        const struct district_map m = map_of(crowd, COUNT(crowd));
        char *svg = drawn(&m, true);
        size_t named = times(svg, "例の町"), numbered = times(svg, "fill=\"#5c5c5c\"");
        assert_true(named > 0 && named < COUNT(crowd));
        assert_true(outlined ? numbered > 0 : times(svg, "<circle cx") == COUNT(crowd) + 1); /* and the dot of a pattern: no disc is hidden */
        free(svg);
    }
}

static void islands_far_away_are_told_in_words(void **state)
{
    (void)state;
    struct district list[9];
    for (size_t i = 0; i < COUNT(list); i++)
        list[i] = (struct district){.name = "見本町", .figure = "1.2", .longitude = 135500000 + (long)i * 20000, .latitude = 34700000, .step = 1};
    list[4].name = "離島村";
    list[4].latitude = 27000000;
    const struct district_map m = map_of(list, COUNT(list));
    char *svg = drawn(&m, false);
    assert_non_null(strstr(svg, "地図の外の地区：離島村 1.2"));
    assert_int_equal(times(svg, "<circle cx"), COUNT(list) - 1 + 1);
    assert_non_null(strstr(svg, "ふつう　9地区")); /* the legend counts it */
    free(svg);
}

static void paper_carries_map_legend_and_sources(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf pdf = {0};
    const struct paper_head head = {.title = "見本までの距離"};
    const struct district_map m = map_of(districts, COUNT(districts));
    struct paper *p = paper_new(false, &head);
    district_map_paper(&m, p, 230);
    paper_text(p, "地図の下");
    assert_true(paper_finish(p, &pdf, &err));
    assert_true(pdf.size > 2000 && !memcmp(pdf.data, "%PDF", 4));
    buf_free(&pdf);
}

static void one_place_alone_is_drawn_too(void **state)
{
    (void)state;
    const struct district_map m = map_of(&districts[2], 1);
    char *svg = drawn(&m, false);
    assert_null(strstr(svg, "nan"));
    assert_null(strstr(svg, "inf"));
    assert_non_null(strstr(svg, ">例町</text>"));
    free(svg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_district_stands_in_the_drawing_with_its_figure),
        cmocka_unit_test(steps_differ_by_their_pattern_and_the_legend_counts_them),
        cmocka_unit_test(where_there_is_no_room_for_words_the_number_of_the_table_stands),
        cmocka_unit_test(islands_far_away_are_told_in_words),
        cmocka_unit_test(paper_carries_map_legend_and_sources),
        cmocka_unit_test(one_place_alone_is_drawn_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
