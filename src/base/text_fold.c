/* text_fold.c -- one form for all spellings of a text, for searching and matching only.
 *
 * Nearly every character of a Japanese text folds by one look into a table; only texts with half-width kana, ligatures
 * and other characters that NFKC changes in context go through ICU first. */
#include "base/text.h"

#include "base/count.h"
#include "base/text_form.h"
#include "base/utf8.h"

#include <pthread.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* The common form, then its 旧字 and 異体字 as they occur in names of people, places and institutions.  ヶ and ヵ fold to
 * け and か, so that 霞ヶ関 and 霞ケ関 meet. */
static const struct {
    const char *common, *variants;
} forms[] = {
    {"高", "髙"}, {"崎", "﨑嵜"}, {"辺", "邊邉"}, {"斉", "齋齊斎"}, {"沢", "澤"},   {"浜", "濵濱"}, {"国", "國"},
    {"会", "會"}, {"学", "學斈"}, {"医", "醫"},   {"桜", "櫻"},     {"真", "眞"},   {"広", "廣"},   {"栄", "榮"},
    {"富", "冨"}, {"島", "嶋嶌"}, {"桑", "桒"},   {"吉", "𠮷"},     {"徳", "德"},   {"恵", "惠"},   {"円", "圓"},
    {"関", "關"}, {"亀", "龜"},   {"竜", "龍"},   {"鉄", "鐵鐡"},   {"団", "團"},   {"営", "營"},   {"応", "應"},
    {"横", "橫"}, {"黄", "黃"},   {"塩", "鹽"},   {"奥", "奧"},     {"穏", "穩"},   {"仮", "假"},   {"気", "氣"},
    {"旧", "舊"}, {"挙", "擧"},   {"尭", "堯"},   {"暁", "曉"},     {"区", "區"},   {"駆", "驅"},   {"薫", "薰"},
    {"芸", "藝"}, {"県", "縣"},   {"検", "檢"},   {"剣", "劍劔"},   {"顕", "顯"},   {"験", "驗"},   {"厳", "嚴"},
    {"鉱", "鑛"}, {"済", "濟"},   {"雑", "雜"},   {"参", "參"},     {"桟", "棧"},   {"児", "兒"},   {"実", "實"},
    {"釈", "釋"}, {"寿", "壽"},   {"収", "收"},   {"従", "從"},     {"渋", "澁澀"}, {"粛", "肅"},   {"緒", "緖"},
    {"将", "將"}, {"渉", "涉"},   {"条", "條"},   {"状", "狀"},     {"乗", "乘"},   {"浄", "淨"},   {"穣", "穰"},
    {"譲", "讓"}, {"畳", "疊"},   {"触", "觸"},   {"図", "圖"},     {"粋", "粹"},   {"随", "隨"},   {"数", "數"},
    {"瀬", "瀨"}, {"清", "淸"},   {"静", "靜"},   {"摂", "攝"},     {"専", "專"},   {"浅", "淺"},   {"銭", "錢"},
    {"双", "雙"}, {"壮", "壯"},   {"荘", "莊"},   {"総", "總"},     {"蔵", "藏"},   {"続", "續"},   {"対", "對"},
    {"体", "體"}, {"帯", "帶"},   {"台", "臺"},   {"滝", "瀧"},     {"択", "擇"},   {"担", "擔"},   {"胆", "膽"},
    {"断", "斷"}, {"弾", "彈"},   {"痴", "癡"},   {"虫", "蟲"},     {"鋳", "鑄"},   {"庁", "廳"},   {"聴", "聽"},
    {"鎮", "鎭"}, {"逓", "遞"},   {"点", "點"},   {"伝", "傳"},     {"当", "當"},   {"党", "黨"},   {"灯", "燈"},
    {"闘", "鬭"}, {"独", "獨"},   {"読", "讀"},   {"弐", "貳"},     {"脳", "腦"},   {"廃", "廢"},   {"拝", "拜"},
    {"麦", "麥"}, {"発", "發"},   {"髪", "髮"},   {"抜", "拔"},     {"蛮", "蠻"},   {"秘", "祕"},   {"仏", "佛"},
    {"払", "拂"}, {"並", "竝"},   {"変", "變"},   {"弁", "辨辯瓣"}, {"宝", "寶寳"}, {"豊", "豐"},   {"穂", "穗"},
    {"万", "萬"}, {"満", "滿"},   {"黙", "默"},   {"弥", "彌"},     {"薬", "藥"},   {"与", "與"},   {"誉", "譽"},
    {"揺", "搖"}, {"様", "樣"},   {"謡", "謠"},   {"来", "來"},     {"頼", "賴"},   {"乱", "亂"},   {"覧", "覽"},
    {"塁", "壘"}, {"礼", "禮"},   {"励", "勵"},   {"霊", "靈"},     {"齢", "齡"},   {"歴", "歷"},   {"恋", "戀"},
    {"労", "勞"}, {"楼", "樓"},   {"録", "錄"},   {"湾", "灣"},     {"槙", "槇"},   {"遥", "遙"},   {"凜", "凛"},
    {"曽", "曾"}, {"桧", "檜"},   {"鴎", "鷗"},   {"頬", "頰"},     {"芦", "蘆"},   {"柳", "栁"},   {"館", "舘"},
    {"梅", "楳"}, {"峰", "峯"},   {"鶏", "鷄"},   {"闊", "濶"},     {"岳", "嶽"},   {"呉", "吳"},   {"教", "敎"},
    {"説", "說"}, {"戸", "戶"},   {"内", "內"},   {"郎", "郞"},     {"朗", "朖"},   {"尚", "尙"},   {"青", "靑"},
    {"増", "增"}, {"巣", "巢"},   {"倶", "俱"},   {"壺", "壷"},     {"篭", "籠"},   {"渕", "淵渊"}, {"両", "兩"},
    {"予", "豫"}, {"余", "餘"},   {"欠", "缺"},   {"糸", "絲"},     {"声", "聲"},   {"写", "寫"},   {"処", "處"},
    {"歯", "齒"}, {"転", "轉"},   {"軽", "輕"},   {"経", "經"},     {"径", "徑"},   {"継", "繼"},   {"徴", "徵"},
    {"卯", "夘"},
};

enum { BLANK = 0, WANTS_ICU = 0xFFFF };

/* What each character of the first plane folds to.  Filled once, then only read. */
static uint16_t folded[0x10000];
static pthread_once_t folded_once = PTHREAD_ONCE_INIT;

/* From..to fold to themselves moved by `by`. */
static void fill(int32_t from, int32_t to, int by)
{
    for (int32_t c = from; c <= to; c++)
        folded[c] = (uint16_t)(c + by);
}

static void fill_one(int32_t from, int32_t to, uint16_t value)
{
    for (int32_t c = from; c <= to; c++)
        folded[c] = value;
}

static void fill_forms(void)
{
    for (size_t i = 0; i < COUNT(forms); i++) {
        const char *common = forms[i].common, *s = forms[i].variants, *end = s + strlen(s);
        int32_t to = utf8_next(&common, common + strlen(common));
        while (s < end) {
            int32_t variant = utf8_next(&s, end);
            if (variant < 0x10000)
                folded[variant] = (uint16_t)to;
        }
    }
}

static void fill_latin(void)
{
    fill_one(0, ' ', BLANK);
    fill('!', '~', 0);
    fill('A', 'Z', 'a' - 'A');
    fill(0xFF01, 0xFF5E, -0xFEE0);
    fill(0xFF21, 0xFF3A, 'a' - 'A' - 0xFEE0);
}

static void fill_kana_and_kanji(void)
{
    fill(0x3001, 0x3029, 0);
    fill(0x3030, 0x3035, 0);
    fill(0x3041, 0x3094, 0);
    fill(0x309D, 0x309E, 0);
    fill(0x30A1, 0x30F4, -0x60);
    fill(0x30F7, 0x30FC, 0);
    fill(0x30FD, 0x30FE, -0x60);
    folded[0x3095] = folded[0x30F5] = 0x304B; /* ヵ */
    folded[0x3096] = folded[0x30F6] = 0x3051; /* ヶ */
    fill(0x3400, 0x4DBF, 0);
    fill(0x4E00, 0x9FFF, 0);
}

static void fill_signs(void)
{
    static const uint16_t dashes[] = {0x2043, 0x2212, 0x2500, 0x2501, 0xFE58, 0xFE63, 0xFF0D};
    fill_one(0x2010, 0x2015, '-');
    for (size_t i = 0; i < COUNT(dashes); i++)
        folded[dashes[i]] = '-';
    folded[0x301C] = '~';
    static const uint16_t blanks[] = {0x7F, 0xA0, 0xAD, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF};
    for (size_t i = 0; i < COUNT(blanks); i++)
        folded[blanks[i]] = BLANK;
    fill_one(0x2000, 0x200F, BLANK);
    fill_one(0xFE00, 0xFE0F, BLANK); /* variation selectors */
}

static void fill_folded(void)
{
    fill_one(0, 0xFFFF, WANTS_ICU);
    fill_latin();
    fill_kana_and_kanji();
    fill_signs();
    fill_forms();
}

/* Beyond the first plane: 𠮷, and the variation selectors of names. */
static int32_t fold_far(int32_t c)
{
    if (c >= 0xE0100 && c <= 0xE01EF)
        return BLANK;
    int32_t common = text_common_form(c);
    return common ? common : c >= 0x20000 && c < 0x2F800 ? c : WANTS_ICU;
}

int32_t text_common_form(int32_t c)
{
    for (size_t i = 0; i < COUNT(forms); i++) {
        const char *common = forms[i].common, *s = forms[i].variants, *end = s + strlen(s);
        while (s < end)
            if (utf8_next(&s, end) == c)
                return utf8_next(&common, common + strlen(common));
    }
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ー between digits was meant as a hyphen: ０６ー１２３４. */
static char *mend_phone(char *start, char *to)
{
    static const char mark[] = "ー";
    size_t n = sizeof mark - 1;
    if ((size_t)(to - start) > n + 1 && is_digit(to[-1]) && !memcmp(to - 1 - n, mark, n) && is_digit(to[-2 - (long)n])) {
        to[-1 - (long)n] = '-';
        to[-(long)n] = to[-1];
        to -= n - 1;
    }
    return to;
}

/* One pass by the table.  False when a character wants ICU first; after ICU (`normal`) such a character is taken as it is.
 * No character folds to more bytes than it had, so `to` needs the room of the text. */
static bool fold_by_table(const char *s, size_t size, char *to, bool normal)
{
    const char *end = s + size;
    char *start = to;
    while (s < end) {
        int32_t c = utf8_next(&s, end);
        if (c == UTF8_ILL_FORMED)
            continue;
        int32_t common = c < 0x10000 ? folded[c] : fold_far(c);
        if (common == BLANK)
            continue;
        if (common == WANTS_ICU && !normal)
            return false;
        to += utf8_put(to, common == WANTS_ICU ? c : common);
        to = mend_phone(start, to);
    }
    *to = '\0';
    return true;
}

/* UTF-8 through one of ICU's normalizations; the text itself when ICU has no memory. */
static const char *normalized(struct arena *a, const char *s, size_t size, const UNormalizer2 *form)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t room = (int32_t)size + 1, count = 0;
    UChar *wide = NEW_ARRAY(a, (size_t)room, UChar);
    u_strFromUTF8WithSub(wide, room, &count, s, (int32_t)size, 0xFFFD, NULL, &status);
    /* A loose ゛ or ゜ belongs to the kana before it. */
    for (int32_t i = 0; i < count; i++)
        if (wide[i] == 0x309B || wide[i] == 0x309C)
            wide[i] = (UChar)(wide[i] - 2);
    int32_t more = unorm2_normalize(form, wide, count, NULL, 0, &status);
    status = status == U_BUFFER_OVERFLOW_ERROR ? U_ZERO_ERROR : status;
    UChar *normal = NEW_ARRAY(a, (size_t)more + 1, UChar);
    more = unorm2_normalize(form, wide, count, normal, more + 1, &status);
    char *text = arena_alloc(a, (size_t)more * 3 + 1);
    u_strToUTF8(text, more * 3 + 1, NULL, normal, more, &status);
    return U_SUCCESS(status) ? text : s;
}

char *text_fold(struct arena *a, const char *s)
{
    pthread_once(&folded_once, fill_folded);
    size_t size = strlen(s);
    char *text = arena_alloc(a, size + 1);
    if (fold_by_table(s, size, text, false))
        return text;
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    if (U_SUCCESS(status))
        s = normalized(a, s, size, form);
    size = strlen(s);
    text = arena_alloc(a, size + 1);
    fold_by_table(s, size, text, true);
    return text;
}

static int32_t katakana(int32_t c)
{
    bool hiragana = (c >= 0x3041 && c <= 0x3096) || c == 0x309D || c == 0x309E;
    return hiragana ? c + 0x60 : c;
}

char *text_katakana(struct arena *a, const char *s)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCInstance(&status);
    const char *at = U_SUCCESS(status) ? normalized(a, s, strlen(s), form) : s, *end = at + strlen(at);
    char *text = arena_alloc(a, (size_t)(end - at) + 1), *to = text;
    bool blank = false;
    while (at < end) {
        int32_t c = utf8_next(&at, end);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == UTF8_ILL_FORMED) {
            blank = to > text;
            continue;
        }
        if (blank)
            *to++ = ' ';
        blank = false;
        to += utf8_put(to, katakana(c));
    }
    return text;
}

static bool is_word(int32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if ((c >= 0x3041 && c <= 0x3096) || (c >= 0x4E00 && c <= 0x9FFF) || c == 0x30FC)
        return true;
    return u_isalnum(c) || u_charType(c) == U_NON_SPACING_MARK;
}

static void add_word(struct buf *out, const char *from, const char *to)
{
    if (out->size)
        buf_char(out, ' ');
    buf_bytes(out, from, (size_t)(to - from));
}

void text_bigrams(struct buf *out, const char *text)
{
    const char *end = text + strlen(text), *before = NULL, *at = text;
    bool alone = false; /* `before` is in no word yet */
    while (at < end) {
        const char *here = at;
        bool word = is_word(utf8_next(&at, end));
        if (word && before)
            add_word(out, before, at);
        else if (!word && alone)
            add_word(out, before, here);
        alone = word && !before;
        before = word ? here : NULL;
    }
    if (alone)
        add_word(out, before, end);
}
