/* directory_place.c -- where an address is, from what the directory knows: the addresses of its entries, then the town hall of the area.
 *
 * An address is compared as town and numbers (梅田, 1, 2, 3), however it is written: 一丁目2番3号, 1丁目2-3, １－２－３.  The median of the
 * entries that agree longest is the answer; how long they agree says how far off it may be. */
#include "base/count.h"
#include "base/text.h"
#include "features/directory/directory_inside.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 3, SAMPLES = 400, PLACE_ROWS = 20000 };

struct place {
    const char *town; /* folded, without the area */
    int numbers[NUMBERS], number_count;
};

/* 一..九十九 in front of 丁目: digits in its place.  Other numerals belong to names (三番町). */
static const char *chome_digits(const char *folded, struct arena *a)
{
    static const char *const digits[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九"};
    const char *at = strstr(folded, "丁目"), *from = at;
    int value = 0, unit = 1;
    while (at && from - folded >= 3) {
        int digit = !memcmp(from - 3, "十", 3) ? 10 : 0;
        for (int i = 0; i < 9 && !digit; i++)
            digit = !memcmp(from - 3, digits[i], 3) ? i + 1 : 0;
        if (!digit)
            break;
        if (digit == 10)
            unit = 10;
        else
            value += digit * unit;
        from -= 3;
    }
    if (!at || from == at)
        return folded;
    value += unit == 10 && value < 10 ? 10 : 0;
    return arena_printf(a, "%.*s%d%s", (int)(from - folded), folded, value, at);
}

static void read_numbers(const char *s, struct place *p)
{
    static const char *const between[] = {"丁目", "番地", "番", "号", "-", "の"};
    while (isdigit((unsigned char)*s) && p->number_count < NUMBERS) {
        char *end;
        p->numbers[p->number_count++] = (int)strtol(s, &end, 10);
        s = end;
        for (size_t i = 0; i < COUNT(between); i++)
            if (!strncmp(s, between[i], strlen(between[i]))) {
                s += strlen(between[i]);
                i = (size_t)-1; /* 番地の */
            }
    }
}

static struct place place_of(const char *rest, struct arena *a)
{
    struct place p = {0};
    const char *text = chome_digits(rest, a);
    size_t size = strcspn(text, "0123456789");
    p.town = arena_strndup(a, text, size);
    read_numbers(text + size, &p);
    return p;
}

struct found_area {
    const char *code;
    long latitude, longitude;
    size_t size; /* bytes of the folded address that name it */
    bool is_near;
};

static size_t prefix(const char *s, const char *with)
{
    size_t n = strlen(with);
    return n && !strncmp(s, with, n) ? n : 0;
}

/* The longest name the address begins with: 大阪府大阪市北区, 大阪市北区, and 北区 within the own city. */
static bool find_area(struct db *db, const char *address, const char *near_path, struct arena *a, struct found_area *ret, struct err *err)
{
    const char *city = strlen(near_path) >= 14 ? arena_strndup(a, near_path, 14) : "";
    auto_rows *r = db_query(db, NULL, err,
                            "SELECT c.code, c.name, c.path, c.lat, c.lng, COALESCE(g.name, ''), CASE WHEN c.kind = 'ward' THEN p.name ELSE '' END "
                            "FROM area c LEFT JOIN area p ON p.code = c.parent_code LEFT JOIN area g ON g.code = substr(c.path, 1, 6) "
                            "WHERE c.retired_on = '' AND c.lat IS NOT NULL");
    *ret = (struct found_area){0};
    while (rows_next(r)) {
        const char *name = text_fold(a, arena_printf(a, "%s%s", rows_text(r, 6), rows_text(r, 1)));
        const char *whole = text_fold(a, arena_printf(a, "%s%s", rows_text(r, 5), name));
        bool near = *city && !strncmp(rows_text(r, 2), city, strlen(city));
        size_t size = prefix(address, whole);
        size = size ? size : prefix(address, name);
        size = size || !near ? size : prefix(address, text_fold(a, rows_text(r, 1)));
        if (size > ret->size || (size && size == ret->size && near && !ret->is_near))
            *ret = (struct found_area){arena_strdup(a, rows_text(r, 0)), (long)rows_int(r, 3), (long)rows_int(r, 4), size, near};
    }
    return !rows_failed(r);
}

/* -1: another town; else how many numbers agree from the first. */
static int agreement(const struct place *asked, const char *address, struct arena *a)
{
    const char *folded = chome_digits(text_fold(a, address), a);
    const char *at = strstr(folded, asked->town);
    struct place p = {0};
    int n = 0;
    if (!at)
        return -1;
    read_numbers(at + strlen(asked->town), &p);
    while (n < asked->number_count && n < p.number_count && asked->numbers[n] == p.numbers[n])
        n++;
    return n;
}

struct samples {
    long latitudes[SAMPLES], longitudes[SAMPLES];
    size_t count;
    int agreement;
};

static void take_sample(struct samples *s, int agreement, long latitude, long longitude)
{
    if (agreement > s->agreement) {
        s->agreement = agreement;
        s->count = 0;
    }
    if (agreement == s->agreement && s->count < SAMPLES) {
        s->latitudes[s->count] = latitude;
        s->longitudes[s->count++] = longitude;
    }
}

static bool find_samples(struct db *db, const struct found_area *area, const struct place *asked, struct samples *s, struct err *err)
{
    auto_arena *a = arena_new();
    s->agreement = 0;
    s->count = 0;
    auto_rows *r = db_query(db, NULL, err,
                            "SELECT c.address, c.lat, c.lng FROM facility c WHERE c.area_code = $1 AND c.lat IS NOT NULL AND" FACILITY_IS_SHOWN("c") "LIMIT $2",
                            TEXT(area->code), INT(PLACE_ROWS));
    while (rows_next(r)) {
        int n = agreement(asked, rows_text(r, 0), a);
        if (n >= 0)
            take_sample(s, n, (long)rows_int(r, 1), (long)rows_int(r, 2));
        arena_reset(a);
    }
    return !rows_failed(r);
}

static int by_value(const void *x, const void *y)
{
    long a = *(const long *)x, b = *(const long *)y;
    return (a > b) - (a < b);
}

static long median(long *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    return values[count / 2];
}

/* How far off the median of such entries may be; set against Osaka's entries in directory_test.c. */
static const struct {
    long metres;
    const char *words;
} precisions[] = {
    {800, "町名まで合いました（誤差はおよそ800 mまで）"},
    {400, "丁目まで合いました（誤差はおよそ400 mまで）"},
    {200, "番地まで合いました（誤差はおよそ200 mまで）"},
    {100, "号まで合いました（誤差はおよそ100 mまで）"},
};

bool directory_locate(struct db *db, const char *address, const char *near_path, struct arena *a, struct directory_place *ret, struct err *err)
{
    const char *folded = text_fold(a, text_cut(a, address, 200));
    struct found_area area;
    struct samples *s = NEW(a, struct samples);
    if (!find_area(db, folded, near_path, a, &area, err))
        return false;
    *ret = (struct directory_place){.area_code = ""};
    if (!area.size)
        return true;
    *ret = (struct directory_place){area.latitude, area.longitude, 3000, "市区町村まで合いました（役所の場所から測ります）", area.code};
    struct place asked = place_of(folded + area.size, a);
    if (!*asked.town)
        return true;
    if (!find_samples(db, &area, &asked, s, err))
        return false;
    if (s->count)
        *ret = (struct directory_place){median(s->latitudes, s->count), median(s->longitudes, s->count), precisions[s->agreement].metres,
                                        precisions[s->agreement].words, area.code};
    return true;
}
