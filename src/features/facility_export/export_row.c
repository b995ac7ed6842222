#include "features/facility_export/export_row.h"

#include "base/buf.h"
#include "base/code_list.h"
#include "base/count.h"
#include "features/area/area.h"

#include <string.h>

enum { DAYS = 8, DAY = 1440 };

static const char *const day_names[DAYS] = {"月", "火", "水", "木", "金", "土", "日", "祝"};

static const char *number_text(struct arena *a, long n)
{
    return n == FIELD_BLANK ? "" : arena_printf(a, "%ld", n);
}

static const char *degrees(struct arena *a, long millionths)
{
    return millionths == FIELD_BLANK ? "" : arena_printf(a, "%.6f", (double)millionths / 1e6);
}

static const char *joined(struct arena *a, const char *before, const char *mark, const char *next)
{
    return *before && *next ? arena_printf(a, "%s%s%s", before, mark, next) : *before ? before : next;
}

/* ---- place ---- */

static const char *without(const char *text, const char *beginning)
{
    size_t size = strlen(beginning);
    return strncmp(text, beginning, size) ? text : text + size;
}

/* The town ends with 丁目, or before the first digit: 梅田 | １－２, 本郷三丁目 | 2-1. */
static size_t town_size(const char *text)
{
    static const char district[] = "丁目", full_width[] = "\xef\xbc"; /* ０ to ９ are EF BC 90 to 99 */
    const char *end = strstr(text, district);
    if (end)
        return (size_t)(end - text) + sizeof district - 1;
    size_t n = 0;
    while (text[n] && !(text[n] >= '0' && text[n] <= '9') &&
           !(!strncmp(text + n, full_width, 2) && (unsigned char)text[n + 2] >= 0x90 && (unsigned char)text[n + 2] <= 0x99))
        n++;
    return n;
}

static void set_place(const struct export_request *x, const struct facility *f, struct arena *a, struct export_row *r)
{
    const char *path = *f->area_code ? area_path(x->db, f->area_code, a) : "";
    r->area_code = f->area_code;
    r->prefecture = strlen(path) >= 6 ? area_name(x->db, arena_strndup(a, path, 6), a) : "";
    r->city = strlen(path) > 7 ? area_label(x->db, f->area_code, a) : "";
    r->address = f->address;
    r->building = f->building;
    const char *rest = without(without(f->address, r->prefecture), r->city);
    size_t town = town_size(rest);
    r->town = arena_strndup(a, rest, town);
    r->block = rest + town;
    r->latitude = degrees(a, f->latitude);
    r->longitude = degrees(a, f->longitude);
    r->postal = f->postal;
}

/* ---- hours ---- */

static const char *clock_text(struct arena *a, int minutes)
{
    int m = minutes > DAY ? minutes - DAY : minutes;
    return arena_printf(a, "%02d:%02d", m / 60, m % 60);
}

static const char *span_text(struct arena *a, const struct export_hours *h)
{
    return arena_printf(a, "%s-%s", clock_text(a, h->opens), clock_text(a, h->closes));
}

/* 月 09:00-12:00・14:00-17:00、火 … */
static const char *all_hours(const struct export_entry *e, struct arena *a)
{
    const char *all = "";
    for (int day = 0; day < DAYS; day++) {
        const char *spans = "";
        for (size_t i = 0; i < e->hours_count; i++)
            if (e->hours[i].day == day)
                spans = joined(a, spans, "・", span_text(a, &e->hours[i]));
        if (*spans)
            all = joined(a, all, "、", arena_printf(a, "%s %s", day_names[day], spans));
    }
    return all;
}

static bool is_open_on(const struct export_entry *e, int day)
{
    static const char *const codes[DAYS] = {"weekday", "weekday", "weekday", "weekday", "weekday", "saturday", "sunday", "holiday"};
    for (size_t i = 0; i < e->hours_count; i++)
        if (e->hours[i].day == day)
            return true;
    return !e->hours_count && codes_has(e->facility.days, codes[day]);
}

static bool is_one_span(const struct export_entry *e)
{
    int days = 0;
    for (size_t i = 0; i < e->hours_count; i++) {
        if (e->hours[i].opens != e->hours[0].opens || e->hours[i].closes != e->hours[0].closes || days & 1 << e->hours[i].day)
            return false;
        days |= 1 << e->hours[i].day;
    }
    return true;
}

/* The layout has one beginning and one end for all days: the first and the last; how it is day by day then stands in the remark. */
static void set_hours(const struct export_entry *e, struct arena *a, struct export_row *r)
{
    const struct export_hours *first = &e->hours[0], *last = &e->hours[0];
    r->weekdays = "";
    for (int day = 0; day < DAYS; day++)
        if (is_open_on(e, day))
            r->weekdays = arena_printf(a, "%s%s", r->weekdays, day_names[day]);
    for (size_t i = 0; i < e->hours_count; i++) {
        first = e->hours[i].opens < first->opens ? &e->hours[i] : first;
        last = e->hours[i].closes > last->closes ? &e->hours[i] : last;
    }
    r->opens = e->hours_count ? clock_text(a, first->opens) : "";
    r->closes = e->hours_count ? clock_text(a, last->closes) : "";
    r->hours = all_hours(e, a);
    r->hours_note = is_one_span(e) ? e->facility.note : joined(a, e->facility.note, "\n", r->hours);
}

/* ---- services ---- */

static bool is_care(const char *code)
{
    return *code && code_find(code_list_find("care_service"), code);
}

static void set_services(const struct export_entry *e, int service, struct arena *a, struct export_row *r)
{
    r->service = r->service_code = r->specialities = "";
    for (size_t i = 0; i < e->service_count; i++) {
        const struct export_service *s = &e->services[i];
        bool care = is_care(s->code) || !strcmp(e->facility.kind, "care");
        if (care && (service < 0 || (size_t)service == i)) {
            r->service = joined(a, r->service, "；", is_care(s->code) ? code_label("care_service", s->code) : s->label);
            r->service_code = joined(a, r->service_code, " ", s->code);
        }
        if (!care)
            r->specialities = joined(a, r->specialities, ";", s->label);
    }
}

/* Whether a clinic has beds is only said when it is known. */
static const char *institution_words(const struct facility *f)
{
    if (!strcmp(f->kind, "hospital"))
        return "病院";
    return f->beds == FIELD_BLANK ? "診療所" : f->beds > 0 ? "有床診療所" : "無床診療所";
}

/* 平日,土曜日 as in format A and C1. */
static const char *day_words(const char *days, struct arena *a)
{
    const char *all = "";
    for (const char *c; (c = codes_next(&days, a));)
        all = joined(a, all, ",", code_label("service_day", c));
    return all;
}

/* ---- who publishes, under which number ---- */

/* An entry that came from such a list keeps the number that its municipality gave it. */
static void set_number(const struct export_request *x, const struct export_entry *e, struct arena *a, struct export_row *r)
{
    const struct facility *f = &e->facility;
    const char *slash = strchr(f->source_key, '/');
    bool municipal = !strncmp(f->source, "municipal-", 10) && slash && slash - f->source_key == 6 && strspn(f->source_key, "0123456789") == 6;
    r->publisher = *x->publisher ? x->publisher : municipal ? arena_strndup(a, f->source_key, 6) : f->area_code;
    r->publisher_name = *r->publisher ? area_label(x->db, r->publisher, a) : "";
    r->number = municipal ? slash + 1
              : *f->office_number ? joined(a, f->office_number, "-", r->service_code) : f->id;
}

/* Areas stand in the record by their codes. */
static const char *local_text(const struct export_request *x, const struct field *f, const struct facility_local *l, struct arena *a)
{
    if (f->type != FIELD_REFS)
        return field_display(f, l, a);
    const char *codes = field_text(f, l, a), *all = "";
    for (const char *c; (c = codes_next(&codes, a));)
        all = joined(a, all, "、", area_label(x->db, c, a));
    return all;
}

static void set_local(const struct export_request *x, const struct export_entry *e, struct arena *a, struct export_row *r)
{
    const char **texts = NEW_ARRAY(a, facility_local_set.count, const char *);
    for (size_t i = 0; i < facility_local_set.count; i++)
        texts[i] = *e->local.head.id ? local_text(x, &facility_local_set.fields[i], &e->local, a) : "";
    r->local = texts;
}

void export_row_make(const struct export_request *x, const struct export_entry *e, int service, struct arena *a, struct export_row *r)
{
    const struct facility *f = &e->facility;
    *r = (struct export_row){.id = f->id, .name = f->name, .kana = f->kana, .kind = code_label("facility_kind", f->kind), .kind_code = f->kind,
                             .institution = institution_words(f), .phone = f->phone, .fax = f->fax, .corporation_number = f->corporation_number,
                             .corporation = f->corporation, .office_number = f->office_number, .days = day_words(f->days, a), .note = f->note,
                             .capacity = number_text(a, f->capacity), .beds = number_text(a, f->beds), .url = f->url, .source = f->source,
                             .listed = f->is_listed ? "1" : "0", .attribution = facility_attribution(a, f->source), .blank = ""};
    set_place(x, f, a, r);
    set_services(e, service, a, r);
    set_hours(e, a, r);
    set_number(x, e, a, r);
    set_local(x, e, a, r);
}
