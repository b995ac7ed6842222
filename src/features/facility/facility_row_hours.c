/* facility_row_hours.c -- opening hours.  A day without times is unknown, not closed.  Source: formats.md B1 (flags), B2 (defects). */
#include "base/count.h"
#include "base/date.h"
#include "base/text.h"
#include "features/facility/facility_reading.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 1440, EARLIEST = 6 * 60, NIGHT_FROM = 15 * 60, NIGHT_TO = 12 * 60 };

static int minutes(const char *text)
{
    return !strcmp(text, "24:00") ? DAY : time_parse(text);
}

static const char *cell_at(struct reading *r, int at)
{
    const char *text = at >= 0 && (size_t)at < r->count ? r->cells[at] : "";
    return text_clean(r->arena, text, strlen(text), true);
}

static void note_once(struct reading *r, int at, const char *reason)
{
    struct row_result *x = r->result;
    for (size_t i = 0; i < x->note_count; i++)
        if (!strncmp(x->notes[i].reason, reason, 12))
            return;
    if (x->note_count < COUNT(x->notes))
        x->notes[x->note_count++] = (struct row_note){.column = r->columns->headers[at], .reason = reason};
}

/* Emergency medicine runs all day; a published slip (00:45 for 08:45) is not told apart from a true early start and is left unknown. */
static bool is_plausible(struct reading *r, int at, struct row_hours *h, const char *words)
{
    struct arena *a = r->arena;
    bool all_day = h->opens == 0 && h->closes >= DAY - 1, emergency = !strcmp(h->speciality_code, "09010");
    if (h->opens == h->closes)
        return note_once(r, at, arena_printf(a, "時間「%s」は開始と終了が同じため、不明として取り込みました。", words)), false;
    if (h->opens < EARLIEST && !all_day && !emergency)
        return note_once(r, at, arena_printf(a, "時間「%s」は開始が早すぎるため、不明として取り込みました。元の表を確認してください。", words)), false;
    if (h->closes > h->opens)
        return true;
    if (h->opens < NIGHT_FROM || h->closes > NIGHT_TO || (h->opens < 17 * 60 && !emergency && h->closes > 9 * 60))
        return note_once(r, at, arena_printf(a, "時間「%s」は終了が開始より前のため、不明として取り込みました。", words)), false;
    h->closes += DAY;
    return true;
}

static void add_slot(struct reading *r, struct row_hours h, int at, const char *from, const char *to)
{
    struct row_result *x = r->result;
    if (!*from && !*to)
        return;
    const char *words = arena_printf(r->arena, "%s-%s", text_cut(r->arena, from, 10), text_cut(r->arena, to, 10));
    h.opens = minutes(from);
    h.closes = minutes(to);
    if (h.opens < 0 || h.closes < 0)
        note_once(r, at, arena_printf(r->arena, "時刻「%s」が読めないため、不明として取り込みました。", words));
    else if (is_plausible(r, at, &h, words) && x->hours_count < ROW_HOURS) {
        x->hours = reading_room(r, x->hours, x->hours_count, &x->hours_room, sizeof *x->hours);
        x->hours[x->hours_count++] = h;
    }
}

static void read_columns(struct reading *r)
{
    const struct facility_columns *c = r->columns;
    int slot = atoi(text_digits(r->arena, reading_text(r, COLUMN_SLOT)));
    for (size_t i = 0; i < c->hour_count; i++) {
        const struct hour_column *start = &c->hours[i], *end = NULL;
        for (size_t k = 0; !start->is_end && k < c->hour_count && !end; k++) {
            const struct hour_column *e = &c->hours[k];
            end = e->is_end && e->day == start->day && e->slot == start->slot && e->is_reception == start->is_reception ? e : NULL;
        }
        if (end)
            add_slot(r, (struct row_hours){.speciality_code = reading_text(r, COLUMN_SPECIALITY_CODE),
                                           .speciality = reading_text(r, COLUMN_SPECIALITY), .slot = start->slot ? start->slot : slot,
                                           .day = start->day, .is_reception = start->is_reception},
                     start->at, cell_at(r, start->at), cell_at(r, end->at));
    }
}

/* 診療曜日 "月火水木金" with one time for all of them. */
static void read_one_time(struct reading *r)
{
    static const char *const days[] = {"月", "火", "水", "木", "金", "土", "日", "祝"};
    const char *said = reading_text(r, COLUMN_DAYS), *from = reading_text(r, COLUMN_OPENS), *to = reading_text(r, COLUMN_CLOSES);
    for (int d = 0; d < 8 && r->columns->at[COLUMN_OPENS] >= 0; d++)
        if (strstr(said, days[d]))
            add_slot(r, (struct row_hours){.speciality_code = "", .speciality = "", .slot = 1, .day = d}, r->columns->at[COLUMN_OPENS], from, to);
}

/* The publisher's flags say the opposite of their headers: 1 is open. */
static void read_flags(struct reading *r)
{
    struct row_result *x = r->result;
    for (size_t i = 0; i < r->columns->closing_count; i++) {
        const struct closing_column *c = &r->columns->closings[i];
        const char *flag = cell_at(r, c->at);
        if (!strcmp(flag, "1") || !strcmp(flag, "0")) {
            x->openings = reading_room(r, x->openings, x->opening_count, &x->opening_room, sizeof *x->openings);
            x->openings[x->opening_count++] = (struct row_opening){.week = c->week, .day = c->day, .is_open = *flag == '1'};
        } else if (*flag)
            note_once(r, c->at, arena_printf(r->arena, "休診の印「%s」が0でも1でもないため、不明として取り込みました。", text_cut(r->arena, flag, 10)));
    }
}

void reading_hours(struct reading *r)
{
    read_columns(r);
    read_one_time(r);
    read_flags(r);
}
