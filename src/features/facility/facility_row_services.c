/* facility_row_services.c -- the words for services and departments to codes. */
#include "base/code_list.h"
#include "base/count.h"
#include "base/text.h"
#include "features/facility/facility_reading.h"

#include <string.h>

/* What municipalities write in place of the official name.  Source: formats.md C1, files of 下松市 and 高松市. */
static const struct {
    const char *words, *code;
} synonyms[] = {
    {"ホームヘルプサービス", "110"}, {"ホームヘルプ", "110"},           {"訪問入浴", "120"},
    {"訪問看護ステーション", "130"}, {"訪問リハビリ", "140"},           {"デイサービス", "150"},
    {"デイサービスセンター", "150"}, {"デイケア", "160"},               {"ショートステイ", "210"},
    {"認知症高齢者グループホーム", "320"}, {"居宅介護支援事業所", "430"}, {"ケアプラン作成", "430"},
    {"介護福祉施設サービス", "510"}, {"特別養護老人ホーム", "510"},     {"介護保健施設サービス", "520"},
    {"老人保健施設", "520"},         {"地域密着型特別養護老人ホーム", "540"}, {"定期巡回・随時対応型訪問介護看護", "760"},
    {"看護小規模多機能型居宅介護", "770"}, {"小規模デイサービス", "780"},
};

static const char *synonym(const char *words, struct arena *a)
{
    const char *folded = text_fold(a, words);
    for (size_t i = 0; i < COUNT(synonyms); i++)
        if (!strcmp(folded, text_fold(a, synonyms[i].words)))
            return synonyms[i].code;
    return NULL;
}

/* A bracket behind the name only explains it, unless it says that it is another service. */
static const char *without_bracket(const char *words, struct arena *a)
{
    static const char *const other[] = {"密着", "予防", "共生", "総合事業", "障害"};
    size_t n = strlen(words);
    for (const char *c = words; *c && n == strlen(words); c++)
        if (*c == '(' || !strncmp(c, "（", 3))
            n = (size_t)(c - words);
    for (size_t i = 0; i < COUNT(other); i++)
        if (strstr(words + n, other[i]))
            return words;
    return arena_strndup(a, words, n);
}

static const char *care_code(const char *words, struct arena *a)
{
    const char *code = code_from_label("care_service", words);
    const char *plain = code ? words : without_bracket(words, a);
    code = code ? code : synonym(words, a);
    code = code ? code : code_from_label("care_service", plain);
    return code ? code : synonym(plain, a);
}

void reading_add_service(struct reading *r, const char *code, const char *label)
{
    struct row_result *x = r->result;
    if (x->service_count < ROW_SERVICES) {
        x->services = reading_room(r, x->services, x->service_count, &x->service_room, sizeof *x->services);
        x->services[x->service_count++] = (struct row_service){code ? code : "", label};
    } else
        reading_note(r, COLUMN_SPECIALITIES, false, "診療科目が80を超えるため、その後は取り込みませんでした。");
}

/* The next of a list; NULL at its end.  An opened bracket holds its commas together. */
static const char *next_word(const char **at, struct arena *a)
{
    static const char *const marks[] = {";", "；", "、", "|", "｜", "，", "\n", ","};
    while (**at) {
        const char *start = *at;
        size_t n = 0, mark = 0;
        for (int depth = 0; start[n] && !mark; n += mark ? 0 : 1) {
            depth += !strncmp(start + n, "（", 3) || start[n] == '(';
            depth -= !strncmp(start + n, "）", 3) || start[n] == ')';
            for (size_t i = 0; depth <= 0 && i < COUNT(marks) && !mark; i++)
                mark = strncmp(start + n, marks[i], strlen(marks[i])) ? 0 : strlen(marks[i]);
        }
        *at = start + n + mark;
        const char *word = text_clean(a, start, n, true);
        if (*word)
            return word;
    }
    return NULL;
}

const char *reading_care_services(struct reading *r)
{
    const char *first = "", *word;
    for (const char *at = reading_text(r, COLUMN_SERVICE); (word = next_word(&at, r->arena));) {
        const char *code = care_code(word, r->arena);
        if (!code)
            reading_note(r, COLUMN_SERVICE, false,
                         arena_printf(r->arena, "サービス「%s」は一覧の名称と合わないため、書かれた言葉のまま取り込みました。", text_cut(r->arena, word, 40)));
        reading_add_service(r, code, word);
        first = *first || !code ? first : code;
    }
    return first;
}

void reading_specialities(struct reading *r)
{
    const char *word, *one = reading_text(r, COLUMN_SPECIALITY);
    if (*one || *reading_text(r, COLUMN_SPECIALITY_CODE))
        reading_add_service(r, reading_text(r, COLUMN_SPECIALITY_CODE), one);
    for (const char *at = reading_text(r, COLUMN_SPECIALITIES); (word = next_word(&at, r->arena));)
        reading_add_service(r, "", word);
}
