#include "features/facility/facility_format.h"

#include "base/count.h"
#include "base/text.h"
#include "features/facility/facility_mapping.h"

#include <stdlib.h>
#include <string.h>

/* Goes up when rows are read in another way: then the same file is read again. */
#define READING "1"

/* The first that has all it needs is taken: the richer layouts stand before those whose headers they contain. */
const struct facility_format facility_formats[] = {
    {LAYOUT_KAIGO, "kaigo", "介護サービス情報公表システム", "kaigo", "kaigo", false, true,
     {"都道府県コード又は市町村コード", "事業所名", "サービスの種類", "事業所番号"}},
    {LAYOUT_KAIGO, "kaigo", "介護サービス情報公表システム", "kaigo", "kaigo", false, true,
     {"都道府県コード又は市町村コード", "事業所名", "サービスの種類", "No"}},
    {LAYOUT_NAVII_HOURS, "navii", "医療情報ネット 診療科・診療時間票", "navii-hours", "navii", true, true,
     {"ID", "診療科目コード", "診療科目名", "診療時間帯"}},
    {LAYOUT_NAVII, "navii", "医療情報ネット 施設票", "navii", "navii", false, true, {"ID", "正式名称", "所在地"}},
    {LAYOUT_PHARMACY, "navii", "医療情報ネット 薬局", "navii", "navii", false, true, {"ID", "名称", "所在地", "薬局のホームページアドレス"}},
    {LAYOUT_PHARMACY, "navii", "医療情報ネット 薬局", "navii", "navii", false, true, {"ID", "名称", "所在地", "月_開店時間帯1_開始時間"}},
    {LAYOUT_MUNICIPAL_CARE, "municipal-care", "自治体標準オープンデータセット 介護サービス事業所一覧", "municipal-care", "municipal-care", false,
     false, {"全国地方公共団体コード", "ID", "介護サービス事業所名称", "実施サービス"}},
    {LAYOUT_MUNICIPAL_CARE, "municipal-care", "推奨データセット 介護サービス事業所一覧", "municipal-care", "municipal-care", false, false,
     {"都道府県コード又は市区町村コード", "介護サービス事業所名称", "実施サービス", "住所"}},
    {LAYOUT_MUNICIPAL_MEDICAL, "municipal-medical", "自治体標準オープンデータセット 医療機関一覧", "municipal-medical", "municipal-medical",
     false, false, {"全国地方公共団体コード", "ID", "名称", "医療機関の種類", "所在地_連結表記"}},
    {LAYOUT_MUNICIPAL_MEDICAL, "municipal-medical", "推奨データセット 医療機関一覧", "municipal-medical", "municipal-medical", false, false,
     {"都道府県コード又は市区町村コード", "名称", "医療機関の種類", "住所"}},
    {LAYOUT_NOTIFICATION, "kouseikyoku", "厚生局 届出受理医療機関名簿", "kouseikyoku-notification", "kouseikyoku", true, false,
     {"項番", "都道府県コード", "区分", "医療機関番号", "医療機関名称", "受理記号"}},
    {LAYOUT_INSTITUTION_CODE, "kouseikyoku", "厚生局 コード内容別医療機関一覧", "kouseikyoku-code", "kouseikyoku", false, false,
     {"医療機関コード(9)", "医療機関名称", "住所"}},
};
const size_t facility_format_count = COUNT(facility_formats);

static const struct facility_format mapped = {.layout = LAYOUT_MAPPED, .name = "mapped", .label = "列の対応を決めたファイル"};

/* Source: formats.md A to D.  `field` is the name in a mapping file. */
static const struct {
    const char *field, *label;
    enum facility_column column;
    const char *headers[4];
} known[] = {
    {"area_code", "市区町村コード", COLUMN_AREA_CODE, {"都道府県コード又は市町村コード", "都道府県コード又は市区町村コード", "所在地_全国地方公共団体コード", "市町村コード"}},
    {"publisher", "公表した地方公共団体のコード", COLUMN_PUBLISHER, {"全国地方公共団体コード"}},
    {"id", "ID", COLUMN_ID, {"ID"}},
    {"number", "番号", COLUMN_NO, {"No"}},
    {"prefecture_code", "都道府県コード", COLUMN_PREFECTURE_CODE, {"都道府県コード"}},
    {"city_code", "市区町村コード（3桁）", COLUMN_CITY_CODE, {"市区町村コード"}},
    {"prefecture", "都道府県名", COLUMN_PREFECTURE, {"都道府県名", "所在地_都道府県"}},
    {"city", "市区町村名", COLUMN_CITY, {"市区町村名", "所在地_市区町村", "市町村名"}},
    {"name", "名称", COLUMN_NAME, {"事業所名", "正式名称", "介護サービス事業所名称", "医療機関名称"}},
    {"name", "名称", COLUMN_NAME, {"名称", "医療機関名"}},
    {"kana", "フリガナ", COLUMN_KANA, {"事業所名カナ", "正式名称（フリガナ）", "介護サービス事業所名称_カナ", "名称_カナ"}},
    {"kana", "フリガナ", COLUMN_KANA, {"フリガナ", "名称（フリガナ）"}},
    {"service", "サービスの種類", COLUMN_SERVICE, {"サービスの種類", "実施サービス"}},
    {"kind", "機関の種類", COLUMN_KIND, {"機関区分", "医療機関の種類", "区分"}},
    {"address", "住所", COLUMN_ADDRESS, {"住所", "所在地", "所在地_連結表記", "医療機関所在地（住所）"}},
    {"town", "町字", COLUMN_TOWN, {"所在地_町字"}},
    {"block", "番地", COLUMN_BLOCK, {"所在地_番地以下"}},
    {"building", "建物名", COLUMN_BUILDING, {"方書（ビル名等）", "方書", "建物名等(方書)"}},
    {"postal", "郵便番号", COLUMN_POSTAL, {"郵便番号", "医療機関所在地（郵便番号）"}},
    {"latitude", "緯度", COLUMN_LATITUDE, {"緯度", "所在地座標（緯度）"}},
    {"longitude", "経度", COLUMN_LONGITUDE, {"経度", "所在地座標（経度）"}},
    {"phone", "電話番号", COLUMN_PHONE, {"電話番号"}},
    {"fax", "FAX番号", COLUMN_FAX, {"FAX番号"}},
    {"corporation_number", "法人番号", COLUMN_CORPORATION_NUMBER, {"法人番号", "法人コード"}},
    {"corporation", "法人の名称", COLUMN_CORPORATION, {"法人の名称"}},
    {"office_number", "事業所番号・医療機関コード", COLUMN_OFFICE_NUMBER, {"事業所番号", "医療機関コード", "医療機関番号", "医療機関コード(9)"}},
    {"days", "利用できる曜日", COLUMN_DAYS, {"利用可能曜日", "診療曜日"}},
    {"days_note", "曜日についての説明", COLUMN_DAYS_NOTE, {"利用可能曜日特記事項", "診療日時特記事項"}},
    {"capacity", "定員", COLUMN_CAPACITY, {"定員"}},
    {"beds", "病床数", COLUMN_BEDS, {"合計病床数", "病床数"}},
    {"url", "ホームページ", COLUMN_URL, {"URL", "案内用ホームページアドレス", "薬局のホームページアドレス"}},
    {"specialities", "診療科目（まとめて）", COLUMN_SPECIALITIES, {"診療科目"}},
    {"opens", "開始時間", COLUMN_OPENS, {"診療開始時間"}},
    {"closes", "終了時間", COLUMN_CLOSES, {"診療終了時間"}},
    {"speciality_code", "診療科目コード", COLUMN_SPECIALITY_CODE, {"診療科目コード"}},
    {"speciality", "診療科目", COLUMN_SPECIALITY, {"診療科目名"}},
    {"slot", "時間帯の番号", COLUMN_SLOT, {"診療時間帯"}},
    {"closed_other", "そのほかの休み", COLUMN_CLOSED_OTHER, {"その他の休診日（gw、お盆等）", "その他の閉店日（gw、お盆等）"}},
    {"mark", "受理記号", COLUMN_MARK, {"受理記号"}},
    {"notification", "届出の名称", COLUMN_NOTIFICATION, {"受理届出名称"}},
    {"notification_number", "受理番号", COLUMN_NOTIFICATION_NUMBER, {"受理番号"}},
    {"since", "算定開始年月日", COLUMN_SINCE, {"算定開始年月日"}},
    {"remark_head", "備考の見出し", COLUMN_REMARK_HEAD, {"備考（見出し）"}},
    {"remark", "備考", COLUMN_REMARK, {"備考（データ）"}},
};

uint64_t facility_hash(uint64_t before, const char *text)
{
    for (const char *c = text; *c; c++)
        before = (before ^ (unsigned char)*c) * 1099511628211u;
    return (before ^ 0xff) * 1099511628211u; /* a byte that UTF-8 has not parts the texts */
}

bool facility_format_is_known(const char *name)
{
    for (size_t i = 0; i < facility_format_count; i++)
        if (!strcmp(facility_formats[i].name, name))
            return true;
    return !strcmp(name, "auto") || !strcmp(name, "mapped");
}

enum facility_column facility_column_named(const char *name)
{
    for (size_t i = 0; i < COUNT(known); i++)
        if (!strcmp(known[i].field, name))
            return known[i].column;
    return COLUMN__COUNT;
}

static size_t known_at(enum facility_column column)
{
    size_t i = 0;
    while (i < COUNT(known) && known[i].column != column)
        i++;
    return i;
}

const char *facility_column_field(enum facility_column column)
{
    return column < COLUMN__COUNT ? known[known_at(column)].field : "";
}

const char *facility_column_label(enum facility_column column)
{
    return column < COLUMN__COUNT ? known[known_at(column)].label : "";
}

enum facility_column facility_column_of(const struct facility_columns *c, int at)
{
    for (int i = 0; i < COLUMN__COUNT; i++)
        if (c->at[i] == at)
            return (enum facility_column)i;
    return COLUMN__COUNT;
}

/* Words that municipalities put into their own headers.  Source: files of 高松市 and 北海道 (formats.md E). */
static const struct {
    const char *part;
    enum facility_column column;
} hints[] = {
    {"name", COLUMN_NAME}, {"施設名", COLUMN_NAME}, {"機関名", COLUMN_NAME}, {"名称", COLUMN_NAME}, {"名前", COLUMN_NAME},
    {"ふりがな", COLUMN_KANA}, {"よみ", COLUMN_KANA}, {"かな", COLUMN_KANA}, {"kana", COLUMN_KANA},
    {"address", COLUMN_ADDRESS}, {"住所", COLUMN_ADDRESS}, {"所在", COLUMN_ADDRESS}, {"郵便", COLUMN_POSTAL}, {"postal", COLUMN_POSTAL}, {"zip", COLUMN_POSTAL},
    {"fax", COLUMN_FAX}, {"ふぁっくす", COLUMN_FAX}, {"telephone", COLUMN_PHONE}, {"phone", COLUMN_PHONE}, {"tel", COLUMN_PHONE}, {"電話", COLUMN_PHONE},
    {"latitude", COLUMN_LATITUDE}, {"lat", COLUMN_LATITUDE}, {"緯度", COLUMN_LATITUDE}, {"longitude", COLUMN_LONGITUDE}, {"longtitude", COLUMN_LONGITUDE},
    {"lng", COLUMN_LONGITUDE}, {"lon", COLUMN_LONGITUDE}, {"経度", COLUMN_LONGITUDE}, {"url", COLUMN_URL}, {"ほーむぺーじ", COLUMN_URL}, {"website", COLUMN_URL},
    {"法人番号", COLUMN_CORPORATION_NUMBER}, {"法人", COLUMN_CORPORATION}, {"開設者", COLUMN_CORPORATION}, {"事業所番号", COLUMN_OFFICE_NUMBER}, {"医療機関こーど", COLUMN_OFFICE_NUMBER},
    {"さーびす", COLUMN_SERVICE}, {"種別", COLUMN_KIND}, {"種類", COLUMN_KIND}, {"診療科", COLUMN_SPECIALITIES}, {"subject", COLUMN_SPECIALITIES},
    {"病床", COLUMN_BEDS}, {"beds", COLUMN_BEDS}, {"定員", COLUMN_CAPACITY}, {"capacity", COLUMN_CAPACITY}, {"都道府県", COLUMN_PREFECTURE}, {"市区町村", COLUMN_CITY}, {"市町村", COLUMN_CITY},
    {"id", COLUMN_ID}, {"番号", COLUMN_ID},
};

enum facility_column facility_column_guess(const char *header, struct arena *a)
{
    const char *folded = text_fold(a, header);
    for (size_t k = 0; k < COUNT(known); k++)
        for (size_t h = 0; h < COUNT(known[k].headers) && known[k].headers[h]; h++)
            if (!strcmp(folded, text_fold(a, known[k].headers[h])))
                return known[k].column;
    for (size_t i = 0; i < COUNT(hints); i++)
        if (strstr(folded, hints[i].part) && (strlen(hints[i].part) > 3 || !strcmp(folded, hints[i].part)))
            return hints[i].column;
    return COLUMN__COUNT;
}

static int day_of(const char *text)
{
    static const char *const days[] = {"月", "火", "水", "木", "金", "土", "日", "祝"};
    for (int i = 0; i < 8; i++)
        if (!strncmp(text, days[i], strlen(days[i])))
            return i;
    return -1;
}

static void read_hours(struct facility_columns *c, int at, const char *header, struct arena *a)
{
    int day = day_of(header);
    const char *starts = strstr(header, "開始時間"), *ends = strstr(header, "終了時間"), *slot = strstr(header, "時間帯");
    if (day < 0 || header[3] != '_' || (!starts && !ends) || c->hour_count == HOUR_COLUMNS)
        return;
    c->hours[c->hour_count++] = (struct hour_column){.at = at, .day = day, .slot = slot ? atoi(text_digits(a, slot)) : 0,
                                                     .is_reception = strstr(header, "外来受付"), .is_end = ends};
}

static void read_closing(struct facility_columns *c, int at, const char *header, struct arena *a)
{
    const char *bracket = NULL, *week = strstr(header, "第");
    for (const char *at_bracket = header; (at_bracket = strstr(at_bracket, "（")); at_bracket++)
        bracket = at_bracket; /* 決まった週に休診（定期週）第1週（月）: the last one holds the day */
    bool weekly = strstr(header, "毎週"), holiday = !strncmp(header, "祝日", strlen("祝日"));
    int day = holiday ? 7 : bracket ? day_of(bracket + strlen("（")) : -1;
    bool about = strstr(header, "休診（") || strstr(header, "週（") || strstr(header, "閉店");
    if (day < 0 || (!holiday && (!about || (!weekly && !week))) || c->closing_count == CLOSING_COLUMNS)
        return;
    int number = weekly || holiday || !week || week > bracket ? 0 : atoi(text_digits(a, arena_strndup(a, week, (size_t)(bracket - week))));
    c->closings[c->closing_count++] = (struct closing_column){.at = at, .week = number, .day = day};
}

static void begin(const char *const *cells, size_t count, struct arena *a, const char **folded, struct facility_columns *c)
{
    const char **kept = NEW_ARRAY(a, count + 1, const char *);
    *c = (struct facility_columns){.headers = kept, .header_count = count, .header_hash = facility_hash(FACILITY_HASH_START, READING)};
    for (int i = 0; i < COLUMN__COUNT; i++)
        c->at[i] = -1;
    for (size_t i = 0; i < count; i++) {
        kept[i] = text_clean(a, cells[i], strlen(cells[i]), true);
        folded[i] = text_fold(a, kept[i]);
        c->header_hash = facility_hash(c->header_hash, folded[i]);
    }
}

static int find(const char *const *folded, size_t count, const char *header, struct arena *a)
{
    const char *wanted = text_fold(a, header);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(folded[i], wanted))
            return (int)i;
    return -1;
}

static bool has_needs(const struct facility_format *f, const char *const *folded, size_t count, struct arena *a)
{
    for (size_t i = 0; i < COUNT(f->needs) && f->needs[i]; i++)
        if (find(folded, count, f->needs[i], a) < 0)
            return false;
    return true;
}

const struct facility_format *facility_nearest(const char *const *cells, size_t count, struct arena *a, const char **ret_missing)
{
    const struct facility_format *best = NULL;
    const char **folded = NEW_ARRAY(a, count + 1, const char *);
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        folded[i] = text_fold(a, cells[i]);
    for (size_t i = 0; i < facility_format_count; i++) {
        const struct facility_format *f = &facility_formats[i];
        const char *missing = "";
        size_t needed = 0, lacking = 0;
        for (; needed < COUNT(f->needs) && f->needs[needed]; needed++)
            if (find(folded, count, f->needs[needed], a) < 0)
                missing = arena_printf(a, "%s%s「%s」", missing, lacking++ ? "、" : "", f->needs[needed]);
        if (lacking * 2 <= needed && lacking < least) {
            least = lacking;
            best = f;
            *ret_missing = missing;
        }
    }
    return best;
}

static void find_all(struct facility_columns *c, const char *const *folded, struct arena *a)
{
    for (size_t k = 0; k < COUNT(known); k++)
        for (size_t h = 0; h < COUNT(known[k].headers) && known[k].headers[h]; h++)
            if (c->at[known[k].column] < 0)
                c->at[known[k].column] = find(folded, c->header_count, known[k].headers[h], a);
    for (size_t i = 0; i < c->header_count; i++) {
        read_hours(c, (int)i, c->headers[i], a);
        read_closing(c, (int)i, c->headers[i], a);
    }
    if (c->at[COLUMN_OFFICE_NUMBER] < 0 && c->format->layout == LAYOUT_KAIGO)
        c->at[COLUMN_OFFICE_NUMBER] = c->at[COLUMN_NO];
}

bool facility_columns_read(const char *const *cells, size_t count, const char *format, struct arena *a, struct facility_columns *ret_columns)
{
    const char **folded = NEW_ARRAY(a, count + 1, const char *);
    begin(cells, count, a, folded, ret_columns);
    for (size_t i = 0; i < facility_format_count; i++) {
        const struct facility_format *f = &facility_formats[i];
        if ((strcmp(format, "auto") != 0 && strcmp(format, f->name) != 0) || !has_needs(f, folded, count, a))
            continue;
        ret_columns->format = f;
        find_all(ret_columns, folded, a);
        return true;
    }
    return false;
}

static uint64_t hash_mapping(uint64_t h, const struct facility_mapping *m)
{
    for (size_t i = 0; i < m->column_count; i++)
        h = facility_hash(h ^ (uint64_t)m->columns[i].column, m->columns[i].header);
    return facility_hash(facility_hash(h, m->prefecture), m->kind);
}

void facility_columns_cut(struct facility_columns *c, size_t count, struct arena *a)
{
    c->header_count = count;
    c->header_hash = facility_hash(FACILITY_HASH_START, READING);
    for (size_t i = 0; i < count; i++)
        c->header_hash = facility_hash(c->header_hash, text_fold(a, c->headers[i]));
    if (c->mapping)
        c->header_hash = hash_mapping(c->header_hash, c->mapping);
    for (int i = 0; i < COLUMN__COUNT; i++)
        if (c->at[i] >= (int)count)
            c->at[i] = -1;
}

bool facility_columns_map(const char *const *cells, size_t count, const struct facility_mapping *mapping, struct arena *a,
                          struct facility_columns *ret_columns)
{
    const char **folded = NEW_ARRAY(a, count + 1, const char *);
    begin(cells, count, a, folded, ret_columns);
    ret_columns->format = &mapped;
    ret_columns->mapping = mapping;
    for (size_t i = 0; i < mapping->column_count; i++) {
        int at = find(folded, count, mapping->columns[i].header, a);
        if (at < 0)
            return false;
        ret_columns->at[mapping->columns[i].column] = at;
    }
    ret_columns->header_hash = hash_mapping(ret_columns->header_hash, mapping);
    return ret_columns->at[COLUMN_NAME] >= 0;
}
