#include "features/facility/facility_row.h"

#include "base/code_list.h"
#include "base/count.h"
#include "base/json.h"
#include "base/text.h"
#include "features/area/area.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Farther from its town hall than any office of Japan's large municipalities; what lies beyond was geocoded wrongly. */
static const double farthest_metres = 80000;

/* Source: formats.md A.  Compared folded: widths, blanks and kinds of brackets differ between releases. */
static const struct {
    enum facility_column column;
    const char *header;
} headers[] = {
    {COLUMN_AREA_CODE, "都道府県コード又は市町村コード"}, {COLUMN_NO, "No"},
    {COLUMN_PREFECTURE, "都道府県名"},                     {COLUMN_CITY, "市区町村名"},
    {COLUMN_NAME, "事業所名"},                             {COLUMN_KANA, "事業所名カナ"},
    {COLUMN_SERVICE, "サービスの種類"},                    {COLUMN_ADDRESS, "住所"},
    {COLUMN_BUILDING, "方書（ビル名等）"},                 {COLUMN_LATITUDE, "緯度"},
    {COLUMN_LONGITUDE, "経度"},                            {COLUMN_PHONE, "電話番号"},
    {COLUMN_FAX, "FAX番号"},                               {COLUMN_CORPORATION_NUMBER, "法人番号"},
    {COLUMN_CORPORATION_NUMBER, "法人コード"},             {COLUMN_CORPORATION, "法人の名称"},
    {COLUMN_OFFICE_NUMBER, "事業所番号"},                  {COLUMN_DAYS, "利用可能曜日"},
    {COLUMN_DAYS_NOTE, "利用可能曜日特記事項"},            {COLUMN_CAPACITY, "定員"},
    {COLUMN_URL, "URL"},
};

bool facility_columns_read(const char *const *cells, size_t count, struct arena *a, struct facility_columns *ret_columns)
{
    const char **kept = NEW_ARRAY(a, count + 1, const char *);
    struct facility_columns c = {.headers = kept, .header_count = count};
    for (int i = 0; i < COLUMN__COUNT; i++)
        c.at[i] = -1;
    for (size_t i = 0; i < count; i++) {
        kept[i] = text_clean(a, cells[i], strlen(cells[i]), true);
        const char *folded = text_fold(a, kept[i]);
        for (size_t k = 0; k < COUNT(headers); k++)
            if (c.at[headers[k].column] < 0 && !strcmp(folded, text_fold(a, headers[k].header)))
                c.at[headers[k].column] = (int)i;
    }
    if (c.at[COLUMN_OFFICE_NUMBER] < 0)
        c.at[COLUMN_OFFICE_NUMBER] = c.at[COLUMN_NO];
    *ret_columns = c;
    return c.at[COLUMN_NAME] >= 0 && c.at[COLUMN_SERVICE] >= 0 && c.at[COLUMN_OFFICE_NUMBER] >= 0 && c.at[COLUMN_AREA_CODE] >= 0;
}

/* One row while it is read. */
struct reading {
    const struct facility_columns *columns;
    const char *const *cells;
    size_t count;
    struct arena *arena;
    struct row_result *result;
};

static void note(struct reading *r, enum facility_column column, bool refused, const char *reason)
{
    struct row_result *x = r->result;
    int at = r->columns->at[column];
    x->refused |= refused;
    if (x->note_count < COUNT(x->notes))
        x->notes[x->note_count++] = (struct row_note){.column = at < 0 ? "" : r->columns->headers[at], .reason = reason, .refused = refused};
}

/* The cell's text, cleaned; NULL when the file has no such column, "" when the row ends before it. */
static const char *cell(struct reading *r, enum facility_column column)
{
    int at = r->columns->at[column];
    if (at < 0)
        return NULL;
    const char *text = (size_t)at < r->count ? r->cells[at] : "";
    return text_clean(r->arena, text, strlen(text), column != COLUMN_DAYS_NOTE);
}

static const char *upper(struct arena *a, const char *s)
{
    char *copy = arena_strdup(a, s);
    for (char *c = copy; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return copy;
}

/* 10 characters; 1 to 4 zeros in front may have been lost in a spreadsheet. */
static const char *office_number(struct reading *r)
{
    const char *typed = cell(r, COLUMN_OFFICE_NUMBER);
    const char *number = upper(r->arena, text_fold(r->arena, typed));
    size_t n = strlen(number);
    if (n == 9 && number[strspn(number, "0123456789")] == '\0') {
        r->result->padded = true;
        return arena_printf(r->arena, "0%s", number);
    }
    if (n != 10 || number[strspn(number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")])
        note(r, COLUMN_OFFICE_NUMBER, true, arena_printf(r->arena, "事業所番号「%s」が10文字の英数字ではありません。元の番号を確認してください。", text_cut(r->arena, typed, 20)));
    return number;
}

static int by_code(const void *x, const void *y)
{
    return strcmp(((const struct known_area *)x)->code, ((const struct known_area *)y)->code);
}

static const struct known_area *find_area(const struct known_areas *areas, const char *code)
{
    const struct known_area wanted = {.code = code};
    return areas->count ? bsearch(&wanted, areas->items, areas->count, sizeof *areas->items, by_code) : NULL;
}

/* 5 digits are a code without its check digit or one whose zero in front was lost; the prefecture's name decides. */
static const struct known_area *area_of(struct reading *r, const struct known_areas *areas)
{
    const char *typed = cell(r, COLUMN_AREA_CODE), *prefecture = cell(r, COLUMN_PREFECTURE);
    const char *digits = text_digits(r->arena, typed);
    const struct known_area *found = strlen(digits) == 6 ? find_area(areas, digits) : NULL;
    if (strlen(digits) == 5) {
        const struct known_area *lost = find_area(areas, arena_printf(r->arena, "0%s", digits));
        const struct known_area *short_code = find_area(areas, area_code_from(digits, r->arena));
        found = lost && (!prefecture || !*prefecture || !strcmp(lost->prefecture, prefecture)) ? lost : short_code;
        r->result->padded |= found != NULL;
    }
    if (!found)
        note(r, COLUMN_AREA_CODE, true, arena_printf(r->arena, "市区町村コード「%s」が見つかりません。6桁の全国地方公共団体コードを確認してください。", text_cut(r->arena, typed, 20)));
    return found;
}

static const char *service_of(struct reading *r)
{
    const char *typed = cell(r, COLUMN_SERVICE);
    const char *code = code_from_label("care_service", typed);
    if (!code)
        note(r, COLUMN_SERVICE, true, arena_printf(r->arena, "サービスの種類「%s」が一覧にありません。", text_cut(r->arena, typed, 40)));
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
    const char *lat = cell(r, COLUMN_LATITUDE), *lng = cell(r, COLUMN_LONGITUDE);
    double y = 0, x = 0;
    f->latitude = f->longitude = FIELD_BLANK;
    if (!lat || !lng || !*lat || !*lng)
        return;
    if (!degrees(lat, 20, 46, &y) || !degrees(lng, 122, 154, &x)) {
        note(r, COLUMN_LATITUDE, false, "緯度・経度が日本の範囲にないため、位置は不明として取り込みました。");
        return;
    }
    long latitude = lround(y * 1e6), longitude = lround(x * 1e6);
    double away = area ? area_distance(latitude, longitude, area->latitude, area->longitude) : 0;
    if (away > farthest_metres) {
        note(r, COLUMN_LATITUDE, false, arena_printf(r->arena, "緯度・経度が市区町村の役所から約%.0fkm離れているため、位置は不明として取り込みました。", away / 1000));
        return;
    }
    f->latitude = latitude;
    f->longitude = longitude;
}

const char *phone_normal(const char *text, struct arena *a)
{
    return upper(a, text_fold(a, text));
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

static const char *days_of(struct reading *r)
{
    const char *typed = cell(r, COLUMN_DAYS);
    auto_buf out = {0};
    if (!typed)
        return NULL;
    const struct code_list *list = code_list_find("service_day");
    for (size_t i = 0; list && i < list->count; i++)
        if (strstr(typed, list->codes[i].label))
            buf_printf(&out, "%s%s", out.size ? " " : "", list->codes[i].code);
    return arena_strdup(r->arena, out.data);
}

/* The source writes a line break as the word （改行）. */
static const char *note_of(struct reading *r)
{
    static const char mark[] = "（改行）";
    const char *typed = cell(r, COLUMN_DAYS_NOTE);
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

static long capacity_of(struct reading *r)
{
    const char *typed = cell(r, COLUMN_CAPACITY);
    const char *digits = typed ? text_digits(r->arena, typed) : "";
    size_t n = strlen(digits);
    if (!n || n > 6 || n != text_length(typed))
        return FIELD_BLANK;
    long capacity = atol(digits);
    return capacity ? capacity : FIELD_BLANK;
}

static const char *raw_of(struct reading *r)
{
    auto_buf out = {0};
    struct json j;
    json_init(&j, &out);
    json_open(&j, '{');
    for (size_t i = 0; i < r->columns->header_count; i++)
        json_pair(&j, r->columns->headers[i], i < r->count ? r->cells[i] : "");
    json_close(&j, '}');
    return arena_strdup(r->arena, out.data);
}

void facility_row_read(const struct facility_columns *columns, const char *const *cells, size_t count, const struct known_areas *areas,
                       struct arena *a, struct row_result *ret)
{
    struct reading r = {.columns = columns, .cells = cells, .count = count, .arena = a, .result = ret};
    *ret = (struct row_result){0};
    const struct known_area *area = area_of(&r, areas);
    struct facility *f = &ret->facility;
    const char *number = office_number(&r), *service = service_of(&r), *phone = cell(&r, COLUMN_PHONE), *fax = cell(&r, COLUMN_FAX);
    const char *url = cell(&r, COLUMN_URL), *kana = cell(&r, COLUMN_KANA);
    *f = (struct facility){
        .source = "kaigo", .source_key = arena_printf(a, "%s/%s", number, service), .service_code = service, .office_number = number,
        .name = cell(&r, COLUMN_NAME), .kana = kana ? text_katakana(a, kana) : NULL, .corporation = cell(&r, COLUMN_CORPORATION),
        .corporation_number = cell(&r, COLUMN_CORPORATION_NUMBER), .area_code = area ? area->code : "", .address = cell(&r, COLUMN_ADDRESS),
        .building = cell(&r, COLUMN_BUILDING), .phone = phone ? phone_normal(phone, a) : NULL, .fax = fax ? phone_normal(fax, a) : NULL,
        .capacity = capacity_of(&r), .url = url ? url_normal(url, a) : NULL, .days = days_of(&r), .note = note_of(&r), .raw = raw_of(&r),
        .is_listed = true,
    };
    f->id = facility_id(a, f->source, f->source_key);
    if (!*f->name)
        note(&r, COLUMN_NAME, true, "事業所名が空欄です。");
    place(&r, area, f);
}
