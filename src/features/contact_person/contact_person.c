/* contact_person.c -- the record: fields, rules, and the people of an entry. */
#include "features/contact_person/contact_person.h"

#include "base/count.h"
#include "features/facility/facility.h"

#include <string.h>

#define AT(member) offsetof(struct contact_person, member)
#define MET_AT(member) offsetof(struct encounter, member)

static const struct field encounter_fields[] = {
    {.name = "met_on",
     .label = "会った日",
     .type = FIELD_DATE,
     .required = true,
     .offset = MET_AT(met_on),
     .flags = FIELD_PAST,
     .source = "programme.md §9.4 visit log"},
    {.name = "meeting_id",
     .label = "会議",
     .type = FIELD_REF,
     .picker = "meeting",
     .or_text = "occasion",
     .offset = MET_AT(meeting_id),
     .source = "programme.md §9.4 visit log"},
    {.name = "occasion",
     .label = "どこで（会議のほか）",
     .type = FIELD_TEXT,
     .max = 100,
     .offset = MET_AT(occasion),
     .source = "programme.md §9.4 visit log"},
    {.name = "staff_id",
     .label = "会った人",
     .type = FIELD_REF,
     .picker = "staff",
     .offset = MET_AT(staff_id),
     .source = "programme.md §9.4 visit log"},
};
const struct field_set encounter_set = {
    .name = "encounter",
    .label = "会った記録",
    .fields = encounter_fields,
    .count = COUNT(encounter_fields),
    .size = sizeof(struct encounter),
};

static const struct field fields[] = {
    {.name = "facility_id",
     .label = "事業所",
     .type = FIELD_REF,
     .picker = "facility",
     .required = true,
     .section = "だれか",
     .offset = AT(facility_id),
     .source = "programme.md §9.4"},
    {.name = "name",
     .label = "お名前",
     .type = FIELD_TEXT,
     .max = 60,
     .required = true,
     .offset = AT(name),
     .flags = FIELD_SEARCHED | FIELD_NO_COPY,
     .source = "programme.md §9.4"},
    {.name = "kana",
     .label = "フリガナ",
     .type = FIELD_KANA,
     .max = 60,
     .offset = AT(kana),
     .flags = FIELD_SEARCHED | FIELD_NO_COPY,
     .source = "programme.md §9.4"},
    {.name = "profession",
     .label = "職種",
     .type = FIELD_CODE,
     .codes = "profession",
     .offset = AT(profession),
     .source = "programme.md §9.4 role"},
    {.name = "post",
     .label = "役割・所属",
     .help = "例：地域連携室、訪問の受付",
     .type = FIELD_TEXT,
     .max = 60,
     .offset = AT(post),
     .flags = FIELD_SEARCHED,
     .source = "programme.md §9.4 role"},
    {.name = "is_first_contact",
     .label = "まず連絡する人",
     .type = FIELD_CODE,
     .codes = "yes_no",
     .offset = AT(is_first_contact),
     .source = "programme.md §9.4 know the key person"},

    {.name = "reach_by",
     .label = "連絡の方法",
     .type = FIELD_CODES,
     .codes = "contact_way",
     .section = "連絡のしかた",
     .offset = AT(reach_by),
     .source = "programme.md §9.4 easy to contact"},
    {.name = "reach_times",
     .label = "連絡のよい時間",
     .help = "例：平日 12時半から13時半",
     .type = FIELD_TEXT,
     .max = 100,
     .offset = AT(reach_times),
     .source = "programme.md §9.1 calling hours of doctors"},
    {.name = "phone",
     .label = "電話",
     .type = FIELD_TEXT,
     .max = 40,
     .flags = FIELD_PHONE | FIELD_NO_COPY,
     .offset = AT(phone),
     .source = "programme.md §9.4"},
    {.name = "mail",
     .label = "メール",
     .type = FIELD_TEXT,
     .max = 120,
     .flags = FIELD_NO_COPY,
     .offset = AT(mail),
     .source = "programme.md §9.4"},
    {.name = "habits",
     .label = "連絡のこつ",
     .type = FIELD_LONG_TEXT,
     .max = 500,
     .offset = AT(habits),
     .source = "programme.md §9.4 adapt"},

    {.name = "audience",
     .label = "見せる範囲",
     .help = "ご本人が承知した範囲を選んでください。",
     .type = FIELD_CODE,
     .codes = "audience_level",
     .required = true,
     .section = "見せる範囲と確認",
     .offset = AT(audience),
     .source = "programme.md §11: three levels of fields"},
    {.name = "confirmed_on",
     .label = "確認した日",
     .type = FIELD_DATE,
     .required = true,
     .offset = AT(confirmed_on),
     .flags = FIELD_PAST | FIELD_NO_COPY,
     .source = "programme.md §10 fact 4"},
    {.name = "left_on",
     .label = "異動・退職した日",
     .help = "入れると、事業所のページに出なくなります。",
     .type = FIELD_DATE,
     .offset = AT(left_on),
     .flags = FIELD_NO_COPY,
     .source = "programme.md §10 fact 4"},

    {.name = "encounters",
     .label = "会った記録",
     .type = FIELD_ROWS,
     .rows = &encounter_set,
     .max = 100,
     .section = "顔の見える関係",
     .offset = AT(encounters),
     .flags = FIELD_NO_COPY,
     .source = "programme.md §9.4 visit log"},
    {.name = "memo",
     .label = "内部の覚え書き",
     .help = "相談支援室と行政だけが見ます。",
     .type = FIELD_LONG_TEXT,
     .max = 1000,
     .offset = AT(memo),
     .flags = FIELD_NO_COPY,
     .source = "programme.md §9.4"},
};

static void check(const void *row, struct date today, struct problems *p)
{
    const struct contact_person *x = row;
    const char *at = strchr(x->mail, '@');
    (void)today;
    if (*x->mail && (!at || at == x->mail || !strchr(at, '.') || strpbrk(x->mail, " ,;<>\"")))
        problem_add(p, "mail", "メールアドレスの形ではありません。例のように入力してください：renkei@example.jp");
    if (!strcmp(x->audience, "public") && *x->left_on)
        problem_add(p, "audience", "異動・退職した人は公開できません。見せる範囲を「相談支援室・行政まで」にしてください。");
}

const struct field_set contact_person_set = {
    .name = "contact_person",
    .label = "連絡する人",
    .fields = fields,
    .count = COUNT(fields),
    .size = sizeof(struct contact_person),
    .check = check,
};
const struct record contact_person_record = {
    .table = "contact_person", .set = &contact_person_set, .search_kind = "contact_person"};

/* What nobody outside the programme sees, whatever the person's wish. */
static void keep_inside(struct contact_person *x, const char *level)
{
    if (!strcmp(level, "internal"))
        return;
    x->encounters = "[]";
    x->memo = "";
    if (!strcmp(level, "public"))
        x->habits = "";
}

bool contact_person_list(struct db *db, const char *facility_id, const char *level, struct arena *a,
                         struct contact_person **ret_people, size_t *ret_count, struct err *err)
{
    enum { MOST = 50 };
    struct query q;
    query_init(&q, a);
    record_select(&q, &contact_person_record);
    query_add(
        &q,
        " AND c.left_on = '' AND c.facility_id IN (SELECT m.id FROM facility m, facility s WHERE s.id = ? AND" FACILITY_IS_MEMBER(
            "m", "s") ")",
        TEXT(facility_id));
    if (!strcmp(level, "public"))
        query_add(&q, " AND c.audience = 'public'");
    else if (!strcmp(level, "professional"))
        query_add(&q, " AND c.audience IN ('public', 'professional')");
    query_add(&q, " ORDER BY CASE WHEN c.is_first_contact = 'yes' THEN 0 ELSE 1 END, c.kana, c.id LIMIT ?", INT(MOST));
    auto_rows *rows = query_run(&q, db, a, err);
    *ret_people = NEW_ARRAY(a, MOST, struct contact_person);
    *ret_count = 0;
    while (rows && *ret_count < MOST && rows_next(rows)) {
        struct contact_person *x = &(*ret_people)[(*ret_count)++];
        record_read(rows, &contact_person_record, x, a);
        keep_inside(x, level);
    }
    return rows && !rows_failed(rows);
}
