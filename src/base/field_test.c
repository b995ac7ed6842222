#include "base/field.h"

#include "base/count.h"
#include "tests/support/spec.h"

#include <string.h>

struct person {
    const char *name, *role, *sexes;
    long age, computed;
};
#define PERSON(member) offsetof(struct person, member)
static void person_check(const void *row, struct date today, struct problems *p)
{
    const struct person *person = row;
    (void)today;
    if (!strcmp(person->name, "だれか"))
        problem_add(p, "name", "名前をはっきり入力してください。");
}
static const struct field person_fields[] = {
    {.name = "name", .label = "氏名", .type = FIELD_TEXT, .required = true, .max = 20, .offset = PERSON(name)},
    {.name = "role", .label = "性別", .type = FIELD_CODE, .codes = "sex", .offset = PERSON(role)},
    {.name = "sexes", .label = "区分", .type = FIELD_CODES, .codes = "sex", .offset = PERSON(sexes)},
    {.name = "age", .label = "年齢", .type = FIELD_INT, .max = 120, .offset = PERSON(age)},
    {.name = "computed", .label = "番号", .type = FIELD_INT, .flags = FIELD_COMPUTED, .offset = PERSON(computed)},
};
static const struct field_set person_set = {.name = "person",
                                            .label = "出席者",
                                            .fields = person_fields,
                                            .count = COUNT(person_fields),
                                            .size = sizeof(struct person),
                                            .check = person_check};

struct sheet {
    const char *title, *note, *kana, *received_on, *time, *at, *sex, *topics, *facility, *members, *people, *phone, *number,
        *closed_on;
    long minutes, visits, balance;
};
#define AT(member) offsetof(struct sheet, member)
static bool is_other(const void *row)
{
    return !strcmp(((const struct sheet *)row)->sex, "other");
}
static void sheet_check(const void *row, struct date today, struct problems *p)
{
    const struct sheet *s = row;
    (void)today;
    if (*s->closed_on && *s->received_on && strcmp(s->closed_on, s->received_on) < 0)
        problem_add(p, "closed_on", "終了日が受付日より前です。%sを見直してください。", "日付");
}
static const struct field sheet_fields[] = {
    {.name = "title", .label = "件名", .type = FIELD_TEXT, .required = true, .max = 10, .offset = AT(title)},
    {.name = "note", .label = "概要", .type = FIELD_LONG_TEXT, .required_when = is_other, .offset = AT(note)},
    {.name = "kana", .label = "フリガナ", .type = FIELD_KANA, .offset = AT(kana)},
    {.name = "received_on",
     .label = "受付日",
     .type = FIELD_DATE,
     .required = true,
     .flags = FIELD_PAST,
     .offset = AT(received_on)},
    {.name = "time", .label = "時刻", .type = FIELD_TIME, .offset = AT(time)},
    {.name = "at", .label = "対応日時", .type = FIELD_DATETIME, .flags = FIELD_PAST, .offset = AT(at)},
    {.name = "sex", .label = "性別", .type = FIELD_CODE, .codes = "sex", .offset = AT(sex)},
    {.name = "topics",
     .label = "相談内容",
     .type = FIELD_CODES,
     .codes = "sex",
     .required = true,
     .min = 1,
     .max = 3,
     .offset = AT(topics)},
    {.name = "facility", .label = "資源", .type = FIELD_REF, .offset = AT(facility)},
    {.name = "members", .label = "参加者", .type = FIELD_REFS, .max = 2, .offset = AT(members)},
    {.name = "people", .label = "出席者", .type = FIELD_ROWS, .rows = &person_set, .max = 3, .offset = AT(people)},
    {.name = "phone", .label = "電話番号", .type = FIELD_TEXT, .flags = FIELD_PHONE, .offset = AT(phone)},
    {.name = "number", .label = "受付番号", .type = FIELD_TEXT, .flags = FIELD_COMPUTED, .offset = AT(number)},
    {.name = "closed_on", .label = "終了日", .type = FIELD_DATE, .offset = AT(closed_on)},
    {.name = "minutes", .label = "所要時間", .type = FIELD_INT, .min = 0, .max = 1440, .offset = AT(minutes)},
    {.name = "visits", .label = "訪問回数", .type = FIELD_INT, .offset = AT(visits)},
    {.name = "balance", .label = "差額", .type = FIELD_INT, .min = -1000, .max = 1000, .offset = AT(balance)},
};
static const struct field_set sheet_set = {.name = "sheet",
                                           .label = "シート",
                                           .fields = sheet_fields,
                                           .count = COUNT(sheet_fields),
                                           .size = sizeof(struct sheet),
                                           .check = sheet_check};

static const struct date today = {2024, 11, 30};

/* A complete sheet as typed; each spec changes what it is about. */
struct world {
    struct arena *a;
    struct pairs in;
    struct problems problems;
    struct sheet sheet;
};

static int new_world(void **state)
{
    struct arena *a = arena_new();
    struct world *w = NEW(a, struct world);
    w->a = a;
    pairs_init(&w->in, a);
    problems_init(&w->problems, a);
    pairs_add(&w->in, "title", "退院の相談");
    pairs_add(&w->in, "received_on", "R6.11.30");
    pairs_add(&w->in, "topics", "female");
    *state = w;
    return 0;
}

static int end_world(void **state)
{
    arena_free(((struct world *)*state)->a);
    return 0;
}

static bool parse(struct world *w)
{
    problems_init(&w->problems, w->a);
    memset(&w->sheet, 0, sizeof w->sheet);
    return field_parse(&sheet_set, &w->in, today, &w->sheet, w->a, &w->problems);
}

/* Typing `typed` stores `stored`. */
static void stores(struct world *w, const char *name, const char *typed, const char *stored)
{
    pairs_set(&w->in, name, typed);
    if (!parse(w))
        fail_msg("%s: %s", typed, w->problems.items[0].sentence);
    assert_string_equal(field_text(field_find(&sheet_set, name), &w->sheet, w->a), stored);
}

/* Typing `typed` is answered by exactly this sentence, at this field. */
static void answers(struct world *w, const char *name, const char *typed, const char *sentence)
{
    struct pairs before = w->in;
    pairs_init(&w->in, w->a);
    for (size_t i = 0; i < before.count; i++)
        pairs_add(&w->in, before.items[i].name, before.items[i].value);
    pairs_set(&w->in, name, typed);
    assert_false(parse(w));
    assert_int_equal(w->problems.count, 1);
    assert_string_equal(w->problems.items[0].field, name);
    assert_string_equal(w->problems.items[0].sentence, sentence);
    assert_string_equal(problem_of(&w->problems, name), sentence);
    w->in = before;
}

static void a_complete_sheet_is_taken_and_nothing_is_null(void **state)
{
    struct world *w = *state;
    assert_true(parse(w));
    assert_int_equal(w->problems.count, 0);
    assert_string_equal(w->sheet.title, "退院の相談");
    assert_string_equal(w->sheet.received_on, "2024-11-30");
    assert_string_equal(w->sheet.topics, "female");
    assert_string_equal(w->sheet.note, "");
    assert_string_equal(w->sheet.people, "[]");
    assert_string_equal(w->sheet.number, "");
    assert_int_equal(w->sheet.minutes, FIELD_BLANK);
}

static void everything_missing_is_said_at_once(void **state)
{
    struct world *w = *state;
    pairs_init(&w->in, w->a);
    pairs_add(&w->in, "sex", "other");
    assert_false(parse(w));
    assert_int_equal(w->problems.count, 4);
    assert_string_equal(problem_of(&w->problems, "title"), "件名を入力してください。");
    assert_string_equal(problem_of(&w->problems, "received_on"), "受付日を入力してください。");
    assert_string_equal(problem_of(&w->problems, "topics"), "相談内容を1つ以上選んでください。");
    assert_string_equal(problem_of(&w->problems, "note"), "概要を入力してください。");
    assert_null(problem_of(&w->problems, "phone"));
}

static void text_is_cleaned_and_its_length_told(void **state)
{
    struct world *w = *state;
    stores(w, "title", " 見本\r\n😀髙𠮷 ", "見本 😀髙𠮷");
    stores(w, "title", "一二三四五六七八九十", "一二三四五六七八九十");
    answers(w, "title", "一二三四五六七八九十一二", "件名が2文字長すぎます。10文字以内に縮めてください。");
    answers(w, "title", " 　", "件名を入力してください。");
    stores(w, "note", "一\r\n二\n", "一\n二");
    char *longest = arena_alloc(w->a, 2002);
    memset(longest, 'x', 2000);
    stores(w, "note", longest, longest);
    memset(longest, 'x', 2001);
    answers(w, "note", longest, "概要が1文字長すぎます。2000文字以内に縮めてください。");
}

static void kana_becomes_katakana(void **state)
{
    struct world *w = *state;
    stores(w, "kana", "みほん　ﾊﾅｺ", "ミホン ハナコ");
    answers(w, "kana", "見本", "フリガナにカタカナ以外の文字があります。「ミホン ハナコ」のように、カタカナで入力してください。");
}

static void a_phone_number_becomes_plain(void **state)
{
    struct world *w = *state;
    stores(w, "phone", "０６−１２３４ー５６７８", "06-1234-5678");
    stores(w, "phone", "（06）1234‐5678", "(06)1234-5678");
    stores(w, "phone", "+81 6 1234 5678", "+81 6 1234 5678");
    stores(w, "phone", "", "");
    static const char sentence[] = "電話番号に使えない文字があります。06-1234-5678 のように、数字とハイフンで入力してください。";
    answers(w, "phone", "自宅 06", sentence);
    answers(w, "phone", "--", sentence);
}

static void numbers_keep_to_their_limits(void **state)
{
    struct world *w = *state;
    stores(w, "minutes", "0", "0");
    stores(w, "minutes", "１，４４０", "1440");
    stores(w, "minutes", " 30 ", "30");
    stores(w, "minutes", "", "");
    stores(w, "visits", "123456", "123456");
    stores(w, "balance", "−５００", "-500");
    pairs_set(&w->in, "balance", "");
    static const char sentence[] = "所要時間は0から1440までの数字で入力してください。";
    answers(w, "minutes", "1441", sentence);
    answers(w, "minutes", "-1", sentence);
    answers(w, "minutes", "30分", sentence);
    answers(w, "minutes", "99999999999999999999", sentence);
    answers(w, "minutes", "0x10", sentence);
    answers(w, "minutes", "1.5", "所要時間に小数は使えません。0から1440までの整数で入力してください。");
    answers(w, "visits", "-1", "訪問回数は0以上の数字で入力してください。");
    answers(w, "balance", "-1001", "差額は-1000から1000までの数字で入力してください。");
}

static void days_and_times_are_read_as_typed(void **state)
{
    struct world *w = *state;
    stores(w, "received_on", "昨日", "2024-11-29");
    stores(w, "received_on", "今日", "2024-11-30");
    stores(w, "time", "14時3分", "14:03");
    stores(w, "at", "R6.11.30 14:03", "2024-11-30T14:03");
    stores(w, "at", "令和6年11月30日(土)　14:03", "2024-11-30T14:03");
    stores(w, "at", "令和 6 年 11 月 30 日 14 時 3 分", "2024-11-30T14:03");
    stores(w, "at", "2024-11-30T14:03", "2024-11-30T14:03");
    stores(w, "at", "2024-11-30T14:03:59", "2024-11-30T14:03");
    stores(w, "at", "今日 1403", "2024-11-30T14:03");
    stores(w, "at", "", "");
    answers(w, "received_on", "12/1", "受付日が未来の日付です。今日以前の日付を入力してください。");
    answers(w, "received_on", "2/30",
            "受付日を読み取れません。「R6.11.30」「令和6年11月30日」「2024-11-30」のように入力してください。");
    answers(w, "time", "25:00", "時刻を読み取れません。「14:03」のように、24時間制で入力してください。");
    answers(w, "at", "明日 9:00", "対応日時が未来の日付です。今日以前の日付を入力してください。");
    answers(w, "at", "11/29", "対応日時の時刻がありません。「R6.11.29 14:03」のように、時刻も入力してください。");
    answers(w, "at", "9:15", "対応日時の日付がありません。「今日 09:15」のように、日付も入力してください。");
    answers(w, "at", "さきほど", "対応日時を読み取れません。「R6.11.30 14:03」「今日 9:15」のように入力してください。");
}

static void codes_must_be_in_their_list(void **state)
{
    struct world *w = *state;
    stores(w, "sex", "female", "female");
    pairs_set(&w->in, "sex", "");
    answers(w, "sex", "女性", "性別に一覧にない値があります。一覧から選んでください。");
    answers(w, "topics", "female robot", "相談内容に一覧にない値があります。一覧から選んでください。");
    answers(w, "topics", "male female other unknown", "相談内容は3つまで選べます。1つ減らしてください。");
    pairs_set(&w->in, "topics", "unknown");
    pairs_add(&w->in, "topics", "male");
    pairs_add(&w->in, "topics", "male");
    assert_true(parse(w));
    assert_string_equal(w->sheet.topics, "male unknown");
}

static void references_are_ids(void **state)
{
    struct world *w = *state;
    stores(w, "facility", "01937ae3-9b53-7001-8000-000000000000", "01937ae3-9b53-7001-8000-000000000000");
    stores(w, "facility", "270008", "270008");
    stores(w, "members", "b a b", "b a");
    pairs_set(&w->in, "members", "");
    answers(w, "facility", "見本病院", "資源を読み取れません。候補の一覧から選んでください。");
    answers(w, "facility", "a b", "資源を読み取れません。候補の一覧から選んでください。");
    answers(w, "members", "a <b>", "参加者を読み取れません。候補の一覧から選んでください。");
    answers(w, "members", "a b c", "参加者は2つまで選べます。1つ減らしてください。");
}

static void computed_fields_ignore_what_is_typed(void **state)
{
    struct world *w = *state;
    pairs_set(&w->in, "number", "forged");
    assert_true(parse(w));
    assert_string_equal(w->sheet.number, "");
    w->sheet.number = "2024-001";
    assert_true(field_parse(&sheet_set, &w->in, today, &w->sheet, w->a, &w->problems));
    assert_string_equal(w->sheet.number, "2024-001");
}

static void rules_across_fields_are_asked_too(void **state)
{
    struct world *w = *state;
    answers(w, "closed_on", "11/29", "終了日が受付日より前です。日付を見直してください。");
}

static void rows_are_read_from_dotted_names_and_blank_ones_dropped(void **state)
{
    struct world *w = *state;
    pairs_add(&w->in, "people.0.name", "見本 \"花子\"");
    pairs_add(&w->in, "people.0.sexes", "other");
    pairs_add(&w->in, "people.0.sexes", "male");
    pairs_add(&w->in, "people.0.computed", "7");
    pairs_add(&w->in, "people.1.name", " ");
    pairs_add(&w->in, "people.1.computed", "7");
    pairs_add(&w->in, "people.10.name", "架空 太郎");
    pairs_add(&w->in, "people.10.age", "８２");
    assert_true(parse(w));
    size_t count;
    const struct field *f = field_find(&sheet_set, "people");
    const struct person *people = field_rows(f, &w->sheet, w->a, &count);
    assert_int_equal(count, 2);
    assert_string_equal(people[0].name, "見本 \"花子\"");
    assert_string_equal(people[0].sexes, "male other");
    assert_int_equal(people[0].age, FIELD_BLANK);
    assert_int_equal(people[0].computed, FIELD_BLANK);
    assert_string_equal(people[1].name, "架空 太郎");
    assert_int_equal(people[1].age, 82);
    assert_string_equal(field_rows_text(&person_set, people, count, w->a), w->sheet.people);
    assert_string_equal(field_display(f, &w->sheet, w->a), "見本 \"花子\"／男性、その他\n架空 太郎／82");

    /* Stored text given under the field's own name reads back the same. */
    const char *stored = w->sheet.people;
    struct pairs again;
    pairs_init(&again, w->a);
    pairs_add(&again, "people", stored);
    struct sheet copy = {0};
    assert_true(field_parse_partial(&sheet_set, &again, today, &copy, w->a, &w->problems));
    assert_string_equal(copy.people, stored);
}

static void what_is_wrong_in_a_row_says_which_row(void **state)
{
    struct world *w = *state;
    pairs_add(&w->in, "people.0.name", "見本");
    pairs_add(&w->in, "people.2.role", "robot");
    pairs_add(&w->in, "people.3.name", "だれか");
    assert_false(parse(w));
    assert_int_equal(w->problems.count, 3);
    assert_string_equal(problem_of(&w->problems, "people.2.name"), "3行目の氏名を入力してください。");
    assert_string_equal(problem_of(&w->problems, "people.2.role"),
                        "3行目の性別に一覧にない値があります。一覧から選んでください。");
    assert_string_equal(problem_of(&w->problems, "people.3.name"), "4行目の名前をはっきり入力してください。");
}

static void a_row_far_beyond_the_form_is_refused(void **state)
{
    static const char *const names[] = {"people.1000.name", "people.99999999999999999999.name", "people.0000.name"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct world *w = *state;
        pairs_add(&w->in, names[i], "見本");
        assert_false(parse(w));
        assert_string_equal(problem_of(&w->problems, "people"), "出席者が多すぎます。3行以内にしてください。");
    }
}

static void rows_in_excess_of_the_limit_are_told(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 4; i++)
        pairs_add(&w->in, arena_printf(w->a, "people.%d.name", i), "見本");
    assert_false(parse(w));
    assert_string_equal(problem_of(&w->problems, "people"), "出席者が多すぎます。3行以内にしてください。");
}

static void names_that_only_look_like_rows_are_ignored(void **state)
{
    struct world *w = *state;
    pairs_add(&w->in, "people.x.name", "見本");
    pairs_add(&w->in, "people..name", "見本");
    pairs_add(&w->in, "people.-1.name", "見本");
    pairs_add(&w->in, "people.0", "見本");
    pairs_add(&w->in, "people.0.unknown", "見本");
    pairs_add(&w->in, "peoples.0.name", "見本");
    assert_true(parse(w));
    assert_string_equal(w->sheet.people, "[]");
    answers(w, "people", "[{\"name\":", "出席者を読み取れません。もう一度入力してください。");
}

static void json_fills_the_same_rows_as_a_form(void **state)
{
    struct world *w = *state;
    static const char body[] =
        "{\"title\":\"退院\",\"received_on\":\"2024-11-30\",\"topics\":[\"male\",\"female\"],\"minutes\":30,"
        "\"people\":[{\"name\":\"見本\",\"age\":82,\"sexes\":[\"male\"]},{\"name\":\"\"}]}";
    pairs_init(&w->in, w->a);
    assert_true(pairs_parse_json(&w->in, body, strlen(body), 100, NULL));
    assert_true(parse(w));
    assert_string_equal(w->sheet.topics, "male female");
    assert_int_equal(w->sheet.minutes, 30);
    assert_string_equal(w->sheet.people,
                        "[{\"name\":\"見本\",\"role\":\"\",\"sexes\":\"male\",\"age\":\"82\",\"computed\":\"\"}]");
}

static void a_partial_input_touches_only_what_it_names(void **state)
{
    struct world *w = *state;
    pairs_add(&w->in, "people.0.name", "見本");
    pairs_add(&w->in, "minutes", "30");
    assert_true(parse(w));
    struct pairs change;
    pairs_init(&change, w->a);
    pairs_add(&change, "minutes", "");
    pairs_add(&change, "note", "変更");
    assert_true(field_parse_partial(&sheet_set, &change, today, &w->sheet, w->a, &w->problems));
    assert_int_equal(w->sheet.minutes, FIELD_BLANK);
    assert_string_equal(w->sheet.note, "変更");
    assert_string_equal(w->sheet.title, "退院の相談");
    assert_string_not_equal(w->sheet.people, "[]");
    pairs_add(&change, "title", "");
    assert_false(field_parse_partial(&sheet_set, &change, today, &w->sheet, w->a, &w->problems));
    assert_string_equal(problem_of(&w->problems, "title"), "件名を入力してください。");

    struct pairs rows;
    pairs_init(&rows, w->a);
    pairs_add(&rows, "people.0.name", "架空");
    assert_true(field_parse_partial(&sheet_set, &rows, today, &w->sheet, w->a, &w->problems));
    assert_non_null(strstr(w->sheet.people, "架空"));
    assert_null(strstr(w->sheet.people, "見本"));
}

static void values_are_shown_for_people(void **state)
{
    struct world *w = *state;
    pairs_add(&w->in, "at", "11/30 14:03");
    pairs_add(&w->in, "topics", "male");
    pairs_add(&w->in, "visits", "1234567");
    pairs_add(&w->in, "balance", "-100");
    assert_true(parse(w));
    static const char *const shown[][2] = {
        {"title", "退院の相談"},
        {"received_on", "令和6年11月30日(土)"},
        {"at", "令和6年11月30日(土) 14:03"},
        {"topics", "男性、女性"},
        {"visits", "1,234,567"},
        {"balance", "-100"},
        {"minutes", ""},
        {"sex", ""},
        {"people", ""},
        {"closed_on", ""},
        {"time", ""},
    };
    for (size_t i = 0; i < COUNT(shown); i++)
        assert_string_equal(field_display(field_find(&sheet_set, shown[i][0]), &w->sheet, w->a), shown[i][1]);
}

static void stored_text_reads_back_into_the_same_row(void **state)
{
    struct world *w = *state;
    pairs_add(&w->in, "minutes", "30");
    pairs_add(&w->in, "people.0.name", "見本");
    assert_true(parse(w));
    struct sheet copy;
    memset(&copy, 0, sizeof copy);
    field_clear(&sheet_set, &copy);
    assert_int_equal(copy.minutes, FIELD_BLANK);
    assert_string_equal(copy.title, "");
    for (size_t i = 0; i < sheet_set.count; i++)
        field_set_text(&sheet_set.fields[i], &copy, field_text(&sheet_set.fields[i], &w->sheet, w->a), w->a);
    for (size_t i = 0; i < sheet_set.count; i++)
        assert_string_equal(field_text(&sheet_set.fields[i], &copy, w->a), field_text(&sheet_set.fields[i], &w->sheet, w->a));
    field_set_text(field_find(&sheet_set, "minutes"), &copy, "x", w->a);
    assert_int_equal(copy.minutes, FIELD_BLANK);
    field_set_text(field_find(&sheet_set, "title"), &copy, NULL, w->a);
    assert_string_equal(copy.title, "");
    assert_null(field_find(&sheet_set, "nothing"));
}

static void rows_that_are_no_json_are_no_rows(void **state)
{
    struct world *w = *state;
    static const char *const broken[] = {"", "x", "{}", "[", "[1,\"a\",null]"};
    const struct field *f = field_find(&sheet_set, "people");
    for (size_t i = 0; i < COUNT(broken); i++) {
        size_t count = 9;
        w->sheet.people = broken[i];
        const struct person *people = field_rows(f, &w->sheet, w->a, &count);
        assert_int_equal(count, i == 4 ? 3 : 0);
        assert_true(!count || !strcmp(people[0].name, ""));
    }
}

static void lists_of_codes_are_walked_word_by_word(void **state)
{
    struct world *w = *state;
    assert_true(codes_has("a bc d", "bc"));
    assert_true(codes_has("a bc d", "d"));
    assert_false(codes_has("a bc d", "b"));
    assert_false(codes_has("a bc d", ""));
    assert_false(codes_has("", "a"));
    const char *list = " a  bc ";
    assert_string_equal(codes_next(&list, w->a), "a");
    assert_string_equal(codes_next(&list, w->a), "bc");
    assert_null(codes_next(&list, w->a));
    assert_null(codes_next(&list, w->a));
}

int main(void)
{
#define SPEC(name) cmocka_unit_test_setup_teardown(name, new_world, end_world)
    const struct CMUnitTest tests[] = {
        SPEC(a_complete_sheet_is_taken_and_nothing_is_null),
        SPEC(everything_missing_is_said_at_once),
        SPEC(text_is_cleaned_and_its_length_told),
        SPEC(kana_becomes_katakana),
        SPEC(a_phone_number_becomes_plain),
        SPEC(numbers_keep_to_their_limits),
        SPEC(days_and_times_are_read_as_typed),
        SPEC(codes_must_be_in_their_list),
        SPEC(references_are_ids),
        SPEC(computed_fields_ignore_what_is_typed),
        SPEC(rules_across_fields_are_asked_too),
        SPEC(rows_are_read_from_dotted_names_and_blank_ones_dropped),
        SPEC(what_is_wrong_in_a_row_says_which_row),
        SPEC(a_row_far_beyond_the_form_is_refused),
        SPEC(rows_in_excess_of_the_limit_are_told),
        SPEC(names_that_only_look_like_rows_are_ignored),
        SPEC(json_fills_the_same_rows_as_a_form),
        SPEC(a_partial_input_touches_only_what_it_names),
        SPEC(values_are_shown_for_people),
        SPEC(stored_text_reads_back_into_the_same_row),
        SPEC(rows_that_are_no_json_are_no_rows),
        SPEC(lists_of_codes_are_walked_word_by_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
