#include "features/facility/facility_reading.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/json.h"
#include "base/text.h"
#include "features/area/area.h"
#include "features/facility/facility_mapping.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Farther from its town hall than any office of Japan's large municipalities; what lies beyond was geocoded wrongly. */
static const double farthest_metres = 80000;

void reading_note(struct reading *r, enum facility_column column, bool refused, const char *reason)
{
    struct row_result *x = r->result;
    int at = r->columns->at[column];
    x->refused |= refused;
    if (x->note_count < COUNT(x->notes))
        x->notes[x->note_count++] = (struct row_note){.column = at < 0 ? "" : r->columns->headers[at], .reason = reason, .refused = refused};
}

const char *reading_cell(struct reading *r, enum facility_column column)
{
    int at = r->columns->at[column];
    if (at < 0)
        return NULL;
    const char *text = (size_t)at < r->count ? r->cells[at] : "";
    return text_clean(r->arena, text, strlen(text), column != COLUMN_DAYS_NOTE && column != COLUMN_SERVICE);
}

const char *reading_text(struct reading *r, enum facility_column column)
{
    const char *s = reading_cell(r, column);
    return s ? s : "";
}

void *reading_room(struct reading *r, void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room ? *room * 2 : 2;
    void *wide = arena_array(r->arena, *room, size);
    if (count)
        memcpy(wide, list, count * size);
    return wide;
}

const char *reading_upper(struct arena *a, const char *s)
{
    char *copy = arena_strdup(a, s);
    for (char *c = copy; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return copy;
}

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static bool is_digits(const char *s)
{
    return *s && !s[strspn(s, "0123456789")];
}

/* 10 characters; a zero in front may have been lost in a spreadsheet.  Only format A cannot do without it. */
static const char *office_number(struct reading *r)
{
    const char *typed = reading_text(r, COLUMN_OFFICE_NUMBER);
    const char *number = reading_upper(r->arena, text_fold(r->arena, typed));
    bool needed = r->columns->format->layout == LAYOUT_KAIGO;
    if (strlen(number) == 9 && is_digits(number)) {
        r->result->padded = true;
        return arena_printf(r->arena, "0%s", number);
    }
    if ((*number || needed) && (strlen(number) != 10 || number[strspn(number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")])) {
        reading_note(r, COLUMN_OFFICE_NUMBER, needed,
                     arena_printf(r->arena, "事業所番号「%s」が10文字の英数字ではありません。元の番号を確認してください。", text_cut(r->arena, typed, 20)));
        return needed ? number : "";
    }
    return number;
}

/* As written in a bureau's list to 10 characters: prefecture, 点数表 (1 医科, 3 歯科, 4 調剤, 6 訪問看護), 7 digits.  Source: formats.md D. */
static const char *institution_number(struct reading *r, const char *prefecture)
{
    const char *digits = text_digits(r->arena, reading_text(r, COLUMN_OFFICE_NUMBER)), *kind = reading_text(r, COLUMN_KIND);
    char point = strstr(kind, "歯科") ? '3' : strstr(kind, "薬局") || strstr(kind, "調剤") ? '4' : strstr(kind, "訪問") ? '6' : '1';
    size_t n = strlen(digits);
    if ((n == 8 && r->columns->format->layout == LAYOUT_INSTITUTION_CODE) || (n == 6 && *prefecture)) {
        r->result->padded = true;
        digits = arena_printf(r->arena, "0%s", digits);
        n++;
    }
    if (n == 7 && *prefecture)
        return arena_printf(r->arena, "%.2s%c%s", prefecture, point, digits);
    if (n == 9)
        return arena_printf(r->arena, "%.2s%c%s", digits, point, digits + 2);
    return n == 10 ? digits : "";
}

/* 5 digits are a code without its check digit or one whose zero in front was lost; the prefecture's name decides. */
static const struct known_area *area_from_digits(struct reading *r, const char *digits, const char *prefecture)
{
    const struct known_areas *areas = r->source->areas;
    if (strlen(digits) == 6)
        return place_by_code(areas, digits);
    if (strlen(digits) != 5)
        return NULL;
    const struct known_area *lost = place_by_code(areas, arena_printf(r->arena, "0%s", digits));
    const struct known_area *short_code = place_by_code(areas, area_code_from(digits, r->arena));
    const struct known_area *found = lost && (!*prefecture || !strcmp(lost->prefecture, prefecture)) ? lost : short_code;
    r->result->padded |= found != NULL;
    return found;
}

static bool is_municipality(const struct known_area *x)
{
    return x && strncmp(x->code + 2, "000", 3) != 0;
}

/* What narrows the search for a municipality's name: the prefecture's name or its first two digits. */
static const char *prefecture_of(struct reading *r)
{
    const char *name = reading_text(r, COLUMN_PREFECTURE), *code = text_digits(r->arena, reading_text(r, COLUMN_PREFECTURE_CODE));
    const char *nine = r->columns->format->layout == LAYOUT_INSTITUTION_CODE ? institution_number(r, "") : "";
    if (*code)
        return strlen(code) == 1 ? arena_printf(r->arena, "0%s", code) : arena_strndup(r->arena, code, 2);
    if (*nine)
        return arena_strndup(r->arena, nine, 2);
    if (*name)
        return name;
    return r->columns->mapping ? r->columns->mapping->prefecture : "";
}

static const char *whole_address(struct reading *r)
{
    const char *address = reading_text(r, COLUMN_ADDRESS);
    if (*address || r->columns->at[COLUMN_TOWN] < 0)
        return address;
    return arena_printf(r->arena, "%s%s%s%s", reading_text(r, COLUMN_PREFECTURE), reading_text(r, COLUMN_CITY), reading_text(r, COLUMN_TOWN),
                        reading_text(r, COLUMN_BLOCK));
}

static const struct known_area *area_by_name(struct reading *r)
{
    const char *city = reading_text(r, COLUMN_CITY), *prefecture = prefecture_of(r);
    const struct known_area *found = place_by_address(r->source->areas, prefecture, whole_address(r), r->arena);
    return found || !*city ? found : place_by_address(r->source->areas, prefecture, city, r->arena);
}

static const struct known_area *area_of(struct reading *r)
{
    const char *typed = reading_text(r, COLUMN_AREA_CODE), *city = text_digits(r->arena, reading_text(r, COLUMN_CITY_CODE));
    const struct known_area *found = area_from_digits(r, text_digits(r->arena, typed), reading_text(r, COLUMN_PREFECTURE));
    if (!found && *city && strlen(city) <= 3 && r->columns->at[COLUMN_PREFECTURE_CODE] >= 0)
        found = place_by_code(r->source->areas, area_code_from(arena_printf(r->arena, "%s%03d", prefecture_of(r), atoi(city)), r->arena));
    if (r->columns->format->layout == LAYOUT_KAIGO) {
        if (!found)
            reading_note(r, COLUMN_AREA_CODE, true, arena_printf(r->arena, "市区町村コード「%s」が見つかりません。6桁の全国地方公共団体コードを確認してください。", text_cut(r->arena, typed, 20)));
        return found;
    }
    if (!is_municipality(found))
        found = area_by_name(r);
    if (!found)
        found = area_from_digits(r, text_digits(r->arena, reading_text(r, COLUMN_PUBLISHER)), "");
    if (!is_municipality(found) && r->columns->format->layout != LAYOUT_NAVII_HOURS) {
        found = NULL;
        reading_note(r, COLUMN_ADDRESS, false, "住所から市区町村がわからないため、地域は不明として取り込みました。");
    }
    return found;
}

/* Format A has one official name a row; others may have several words. */
static const char *service_of(struct reading *r)
{
    const char *typed = reading_text(r, COLUMN_SERVICE);
    if (r->columns->format->layout != LAYOUT_KAIGO)
        return reading_care_services(r);
    const char *code = code_from_label("care_service", typed);
    if (!code)
        reading_note(r, COLUMN_SERVICE, true, arena_printf(r->arena, "サービスの種類「%s」が一覧にありません。", text_cut(r->arena, typed, 40)));
    else
        reading_add_service(r, code, typed);
    return code ? code : "";
}

static bool degrees(const char *text, double least, double most, double *ret)
{
    char *end;
    double d = strtod(text, &end);
    if (end == text || *end || !isfinite(d) || d < least || d > most)
        return false;
    *ret = d;
    return true;
}

/* Blank is unknown without a word; a place outside Japan or far from its municipality is unknown and told. */
static void place(struct reading *r, const struct known_area *area, struct facility *f)
{
    const char *lat = reading_text(r, COLUMN_LATITUDE), *lng = reading_text(r, COLUMN_LONGITUDE);
    double y = 0, x = 0;
    f->latitude = f->longitude = FIELD_BLANK;
    if (!*lat || !*lng)
        return;
    if (degrees(lat, 122, 154, &x) && degrees(lng, 20, 46, &y)) {
        reading_note(r, COLUMN_LATITUDE, false, "緯度と経度が入れ替わっているようです。位置は不明として取り込みました。元の表を確認してください。");
        return;
    }
    if (!degrees(lat, 20, 46, &y) || !degrees(lng, 122, 154, &x)) {
        reading_note(r, COLUMN_LATITUDE, false, "緯度・経度が日本の範囲にないため、位置は不明として取り込みました。");
        return;
    }
    long latitude = lround(y * 1e6), longitude = lround(x * 1e6);
    double away = area ? area_distance(latitude, longitude, area->latitude, area->longitude) : 0;
    if (away > farthest_metres) {
        reading_note(r, COLUMN_LATITUDE, false, arena_printf(r->arena, "緯度・経度が市区町村の役所から約%.0fkm離れているため、位置は不明として取り込みました。", away / 1000));
        return;
    }
    f->latitude = latitude;
    f->longitude = longitude;
}

/* 0742(94)0210 is 0742-94-0210. */
const char *phone_normal(const char *text, struct arena *a)
{
    char *phone = arena_strdup(a, reading_upper(a, text_fold(a, text))), *end = phone;
    for (const char *c = phone; *c; c++)
        if (*c == '(' || *c == ')')
            *end = '-', end += end != phone && end[-1] != '-';
        else
            *end++ = *c;
    *end = '\0';
    return phone;
}

/* Only what a browser can open; a malformed address stays in the raw row. */
const char *url_normal(const char *text, struct arena *a)
{
    bool http = !strncasecmp(text, "http://", 7), https = !strncasecmp(text, "https://", 8);
    const char *host = text + (https ? 8 : 7);
    if (!http && !https)
        return "";
    size_t n = strcspn(host, "/?#");
    const char *dot = memchr(host, '.', n);
    if (!dot || dot == host || dot == host + n - 1)
        return "";
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c <= ' ' || strchr("\"<>\\^`{|}", *c) || (c < host + n && (unsigned char)*c > 126))
            return "";
    return arena_strdup(a, text);
}

/* 平日,土曜日 or 月火水木金土日祝; single weekdays stay in the raw row and in the note. */
static const char *days_of(struct reading *r)
{
    const char *typed = reading_cell(r, COLUMN_DAYS);
    if (!typed)
        return NULL;
    bool weekday = strstr(typed, "平日") || (strstr(typed, "月") && strstr(typed, "火") && strstr(typed, "水") && strstr(typed, "木") && strstr(typed, "金"));
    bool sunday = strstr(typed, "日曜") || (!strstr(typed, "平日") && !strstr(typed, "曜") && !strstr(typed, "祝日") && strstr(typed, "日"));
    const struct { bool is; const char *code; } days[] = {{weekday, "weekday"}, {strstr(typed, "土"), "saturday"}, {sunday, "sunday"}, {strstr(typed, "祝"), "holiday"}};
    auto_buf out = {0};
    for (size_t i = 0; i < COUNT(days); i++)
        if (days[i].is)
            buf_printf(&out, "%s%s", out.size ? " " : "", days[i].code);
    return arena_strdup(r->arena, out.data);
}

/* The source writes a line break as the word （改行）. */
static const char *note_of(struct reading *r)
{
    static const char mark[] = "（改行）";
    const char *typed = reading_cell(r, COLUMN_DAYS_NOTE);
    auto_buf out = {0};
    if (!typed)
        return NULL;
    for (const char *at = typed; *at;) {
        const char *next = strstr(at, mark);
        size_t n = next ? (size_t)(next - at) : strlen(at);
        buf_bytes(&out, at, n);
        if (next)
            buf_char(&out, '\n');
        at += next ? n + sizeof mark - 1 : n;
    }
    return arena_strdup(r->arena, out.data);
}

/* "70", "70名"; several numbers are told and left unknown. */
static long capacity_of(struct reading *r)
{
    const char *typed = reading_text(r, COLUMN_CAPACITY), *folded = text_fold(r->arena, typed);
    size_t n = strspn(folded, "0123456789");
    const char *unit = folded + n;
    if (n && n <= 6 && (!*unit || !strcmp(unit, "名") || !strcmp(unit, "人")))
        return atol(folded) ? atol(folded) : FIELD_BLANK;
    if (*folded)
        reading_note(r, COLUMN_CAPACITY, false, arena_printf(r->arena, "定員「%s」が1つの数ではないため、不明として取り込みました。", text_cut(r->arena, typed, 30)));
    return FIELD_BLANK;
}

/* 一般　　70／療養　　30 is 100. */
static long beds_of(struct reading *r)
{
    const char *folded = text_fold(r->arena, reading_text(r, COLUMN_BEDS));
    long sum = 0;
    bool any = false;
    for (const char *c = folded; *c && sum < 1000000;) {
        size_t n = strspn(c, "0123456789");
        sum += n ? atol(arena_strndup(r->arena, c, n > 6 ? 6 : n)) : 0;
        any |= n > 0;
        c += n ? n : 1;
    }
    return any ? sum : FIELD_BLANK;
}

/* 機関区分 as digit or words; a hospital has 20 beds or more (医療法1条の5). */
static const char *kind_of(struct reading *r, const struct facility *f)
{
    static const char *const digits[] = {"hospital", "clinic", "dental", "midwife", "pharmacy"};
    const char *typed = reading_text(r, COLUMN_KIND), *id = reading_text(r, COLUMN_ID), *mapped = r->columns->mapping ? r->columns->mapping->kind : "";
    enum facility_layout layout = r->columns->format->layout;
    if (layout == LAYOUT_KAIGO || layout == LAYOUT_MUNICIPAL_CARE)
        return "care";
    if (*typed >= '1' && *typed <= '5' && !typed[1])
        return digits[*typed - '1'];
    if (strstr(typed, "診療所") && !strstr(typed, "歯科"))
        return "clinic";
    if (layout == LAYOUT_NOTIFICATION || layout == LAYOUT_INSTITUTION_CODE)
        return strstr(typed, "歯科") ? "dental" : strstr(typed, "薬局") ? "pharmacy" : f->beds >= 20 || (f->beds == FIELD_BLANK && strstr(f->name, "病院")) ? "hospital" : "clinic";
    const char *code = code_from_label("facility_kind", typed);
    if (code || *mapped)
        return code ? code : mapped;
    if (strlen(id) == 13 && is_digits(id) && id[2] >= '1' && id[2] <= '5')
        return digits[id[2] - '1'];
    return *r->source->kind ? r->source->kind : "other";
}

static const char *raw_of(struct reading *r)
{
    auto_buf out = {0};
    struct json j;
    buf_reserve(&out, 4000); /* most rows */
    json_init(&j, &out);
    json_open(&j, '{');
    for (size_t i = 0; i < r->columns->header_count; i++)
        json_pair(&j, r->columns->headers[i], i < r->count ? r->cells[i] : "");
    json_close(&j, '}');
    return arena_strdup(r->arena, out.data);
}

/* 13 digits in most prefectures, the first two of them the prefecture's: only there a lost zero is known. */
static const char *whole_id(struct reading *r, const struct known_area *area)
{
    const char *id = reading_text(r, COLUMN_ID);
    if (strlen(id) != 12 || !is_digits(id) || !area || area->code[0] != '0' || area->code[1] != id[0])
        return id;
    r->result->padded = true;
    return arena_printf(r->arena, "0%s", id);
}

static const char *key_of(struct reading *r, const struct facility *f, const struct known_area *area)
{
    enum facility_layout layout = r->columns->format->layout;
    const char *id = whole_id(r, area), *publisher = reading_text(r, COLUMN_PUBLISHER);
    if (layout == LAYOUT_KAIGO)
        return arena_printf(r->arena, "%s/%s", f->office_number, f->service_code);
    if (layout == LAYOUT_NOTIFICATION || layout == LAYOUT_INSTITUTION_CODE)
        return f->office_number;
    if (*id)
        return *publisher ? arena_printf(r->arena, "%s/%s", publisher, id) : id;
    if (*f->office_number)
        return arena_printf(r->arena, "%s/%s", f->office_number, *f->service_code ? f->service_code : text_fold(r->arena, reading_text(r, COLUMN_SERVICE)));
    return *f->name ? arena_printf(r->arena, "%s/%s/%s", text_fold(r->arena, f->name), text_fold(r->arena, or_empty(f->address)), f->service_code) : "";
}

static const char *scope_of(struct reading *r, const struct facility *f)
{
    const char *publisher = reading_text(r, COLUMN_PUBLISHER);
    switch (r->columns->format->layout) {
    case LAYOUT_KAIGO:
        return f->service_code;
    case LAYOUT_NAVII: case LAYOUT_PHARMACY: case LAYOUT_NAVII_HOURS:
        return f->kind;
    case LAYOUT_NOTIFICATION: case LAYOUT_INSTITUTION_CODE:
        return arena_printf(r->arena, "%.3s", f->office_number);
    case LAYOUT_MUNICIPAL_CARE: case LAYOUT_MUNICIPAL_MEDICAL:
        return *publisher ? publisher : *reading_text(r, COLUMN_AREA_CODE) ? reading_text(r, COLUMN_AREA_CODE) : prefecture_of(r);
    case LAYOUT_MAPPED:
        break;
    }
    return "";
}

/* A row that ends early was cut off; one with more cells has lost a quotation mark. */
static bool has_right_width(struct reading *r)
{
    size_t used = r->count;
    while (used > r->columns->header_count && !*r->cells[used - 1])
        used--;
    if (used == r->columns->header_count || (used < r->columns->header_count && r->source->may_be_short))
        return true;
    reading_note(r, COLUMN_NAME, true,
                 arena_printf(r->arena, "列の数（%zu）が見出しの数（%zu）と違います。行が途中で切れているか、引用符（\"）が抜けていないか確認してください。", used,
                              r->columns->header_count));
    return false;
}

static void read_texts(struct reading *r, struct facility *f)
{
    struct arena *a = r->arena;
    const char *kana = reading_cell(r, COLUMN_KANA), *phone = reading_cell(r, COLUMN_PHONE), *fax = reading_cell(r, COLUMN_FAX);
    const char *url = reading_cell(r, COLUMN_URL), *postal = reading_cell(r, COLUMN_POSTAL);
    bool has_address = r->columns->at[COLUMN_ADDRESS] >= 0 || r->columns->at[COLUMN_TOWN] >= 0;
    f->name = reading_text(r, COLUMN_NAME);
    f->kana = kana ? text_katakana(a, kana) : NULL;
    f->address = has_address ? whole_address(r) : NULL;
    f->building = reading_cell(r, COLUMN_BUILDING);
    f->corporation = reading_cell(r, COLUMN_CORPORATION);
    f->corporation_number = reading_cell(r, COLUMN_CORPORATION_NUMBER);
    f->phone = phone ? phone_normal(phone, a) : NULL;
    f->fax = fax ? phone_normal(fax, a) : NULL;
    f->url = url ? url_normal(url, a) : NULL;
    f->postal = postal ? text_digits(a, postal) : NULL;
    f->days = days_of(r);
    f->note = note_of(r);
    f->raw = raw_of(r);
}

static void read_facts(struct reading *r, const struct known_area *area, struct facility *f)
{
    enum facility_layout layout = r->columns->format->layout;
    bool bureau = layout == LAYOUT_NOTIFICATION || layout == LAYOUT_INSTITUTION_CODE;
    f->area_code = area ? area->code : "";
    f->capacity = capacity_of(r);
    f->beds = beds_of(r);
    f->kind = kind_of(r, f);
    f->office_number = bureau ? institution_number(r, prefecture_of(r))
                     : layout == LAYOUT_MUNICIPAL_MEDICAL ? institution_number(r, area ? arena_strndup(r->arena, area->code, 2) : "") : office_number(r);
    f->service_code = service_of(r);
    f->source_key = key_of(r, f, area);
    f->source = r->columns->mapping ? r->columns->mapping->source : r->columns->format->entry;
    f->id = facility_id(r->arena, f->source, f->source_key);
    if (bureau && strlen(f->office_number) != 10)
        reading_note(r, COLUMN_OFFICE_NUMBER, true, arena_printf(r->arena, "医療機関番号「%s」が7桁（または9・10桁）の数字ではありません。", text_cut(r->arena, reading_text(r, COLUMN_OFFICE_NUMBER), 20)));
    if (!*f->name && layout != LAYOUT_NAVII_HOURS)
        reading_note(r, COLUMN_NAME, true, "事業所名が空欄です。");
    if (!*f->source_key && !r->result->refused)
        reading_note(r, COLUMN_ID, true, "IDが空欄のため、どの機関かわかりません。");
}

void facility_row_read(const struct row_source *source, const char *const *cells, size_t count, struct arena *a, struct row_result *ret)
{
    struct reading r = {.source = source, .columns = source->columns, .cells = cells, .count = count, .arena = a, .result = ret};
    *ret = (struct row_result){.scope = ""};
    if (!has_right_width(&r))
        return;
    struct facility *f = &ret->facility;
    f->is_listed = true;
    const struct known_area *area = area_of(&r);
    read_texts(&r, f);
    read_facts(&r, area, f);
    ret->scope = scope_of(&r, f);
    if (source->columns->format->layout != LAYOUT_KAIGO)
        reading_specialities(&r);
    reading_hours(&r);
    if (source->columns->format->layout == LAYOUT_NOTIFICATION)
        reading_notification(&r);
    place(&r, area, f);
}

bool facility_row_same(const struct facility_columns *c, const char *const *x, size_t x_count, const char *const *y, size_t y_count)
{
    static const enum facility_column notification[] = {COLUMN_PREFECTURE_CODE, COLUMN_KIND, COLUMN_OFFICE_NUMBER}, hours[] = {COLUMN_ID};
    bool bureau = c->format->layout == LAYOUT_NOTIFICATION;
    const enum facility_column *keys = bureau ? notification : hours;
    for (size_t i = 0; i < (bureau ? COUNT(notification) : COUNT(hours)); i++) {
        size_t at = (size_t)c->at[keys[i]];
        if (strcmp(at < x_count ? x[at] : "", at < y_count ? y[at] : "") != 0)
            return false;
    }
    return true;
}

const char *facility_kind_of_file(const struct facility_columns *c, const char *path)
{
    static const struct { const char *part, *kind; } names[] = {
        {"01-1_", "hospital"}, {"02-1_", "clinic"}, {"03-1_", "dental"}, {"04_maternity", "midwife"}, {"05_pharmacy", "pharmacy"}};
    const char *name = strrchr(path, '/');
    if (c->format->layout == LAYOUT_PHARMACY)
        return "pharmacy";
    for (size_t i = 0; i < c->header_count; i++)
        if (!strcmp(c->headers[i], "精神病床") || strstr(c->headers[i], "就業時間帯"))
            return strstr(c->headers[i], "就業時間帯") ? "midwife" : "hospital";
    for (size_t i = 0; i < COUNT(names); i++)
        if (strstr(name ? name : path, names[i].part))
            return names[i].kind;
    return "";
}
