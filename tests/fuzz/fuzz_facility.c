/* fuzz_facility.c -- any cells under any headers are a facility or refused with a reason.  The input is a CSV: the first row is headers (a
 * first byte 0..14 puts a published layout's needed headers there), the next ones are rows. */
#include "base/text.h"
#include "features/facility/facility_mapping.h"
#include "features/facility/facility_row.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS = 64 };

static void must(bool truth)
{
    if (!truth)
        abort();
}

static size_t cells_of(char **at, char *end, struct arena *a, const char **cells)
{
    size_t n = 0;
    char *line = *at, *stop = memchr(line, '\n', (size_t)(end - line));
    stop = stop ? stop : end;
    for (char *c = line; c <= stop && n < CELLS;) {
        char *comma = memchr(c, ',', (size_t)(stop - c));
        char *to = comma ? comma : stop;
        cells[n++] = text_clean(a, c, (size_t)(to - c), false);
        c = to + 1;
    }
    *at = stop < end ? stop + 1 : end;
    return n;
}

static bool read_headers(unsigned kind, const char **cells, size_t count, struct arena *a, struct facility_columns *c)
{
    static const char *const more[] = {"緯度", "経度", "電話番号", "定員", "病床数", "URL", "利用可能曜日", "月_診療開始時間", "月_診療終了時間", "診療科目", "算定開始年月日"};
    if (kind < facility_format_count) {
        for (count = 0; count < 6 && facility_formats[kind].needs[count]; count++)
            cells[count] = facility_formats[kind].needs[count];
        for (size_t i = 0; i < sizeof more / sizeof *more; i++)
            cells[count++] = more[i];
    }
    bool known = facility_columns_read(cells, count, "auto", a, c);
    must(known || kind >= facility_format_count);
    return known;
}

static void must_be_sound(const struct row_result *x)
{
    const struct facility *f = &x->facility;
    must(x->note_count <= sizeof x->notes / sizeof *x->notes);
    for (size_t i = 0; i < x->note_count; i++)
        must(x->notes[i].reason && *x->notes[i].reason && x->notes[i].column);
    if (x->refused)
        return;
    must(f->source_key && *f->source_key && f->id && f->kind && *f->kind && f->name && f->area_code);
    must((f->latitude == FIELD_BLANK) == (f->longitude == FIELD_BLANK));
    for (size_t i = 0; i < x->hours_count; i++)
        must(x->hours[i].opens >= 0 && x->hours[i].opens < x->hours[i].closes && x->hours[i].closes <= 2880);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static const struct known_area items[] = {{"270008", "大阪府", "大阪府", 34686316, 135519711}, {"271276", "大阪府", "大阪市北区", 34705444, 135510000}};
    static const struct known_areas areas = {items, 2};
    struct facility_columns columns;
    struct row_result result;
    const char *cells[CELLS + 32];
    if (!size)
        return 0;
    auto_arena *a = arena_new();
    char *text = arena_strndup(a, (const char *)data + 1, size - 1), *at = text, *end = text + strlen(text);
    size_t count = cells_of(&at, end, a, cells);
    if (!read_headers(data[0] % 16, cells, count, a, &columns))
        return 0;
    struct row_source source = {.columns = &columns, .areas = &areas, .kind = facility_kind_of_file(&columns, "x.csv"), .may_be_short = data[0] & 16};
    while (at < end) {
        count = cells_of(&at, end, a, cells);
        facility_row_read(&source, cells, count, a, &result);
        must_be_sound(&result);
    }
    return 0;
}
