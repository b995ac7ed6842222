/* guide.c -- the record of a guide: fields and rules. */
#include "features/guide/guide.h"

#include "base/count.h"

#include <string.h>

#define AT(member) offsetof(struct guide, member)
#define SECTION_AT(member) offsetof(struct guide_section, member)

static const struct field section_fields[] = {
    {.name = "service", .label = "介護サービス", .type = FIELD_CODE, .codes = "care_service", .offset = SECTION_AT(service), .source = "issue 3 §8"},
    {.name = "kind", .label = "または機関の種類", .type = FIELD_CODE, .codes = "facility_kind", .offset = SECTION_AT(kind), .source = "issue 3 §8"},
    {.name = "heading", .label = "見出し（空欄なら名前どおり）", .type = FIELD_TEXT, .max = 60, .offset = SECTION_AT(heading),
     .source = "issue 3 §8"},
};
static void check_section(const void *row, struct date today, struct problems *p)
{
    const struct guide_section *s = row;
    (void)today;
    if (!*s->service == !*s->kind)
        problem_add(p, "service", "介護サービスか機関の種類の、どちらか一つを選んでください。");
}
const struct field_set guide_section_set = {
    .name = "guide_section", .label = "章", .fields = section_fields, .count = COUNT(section_fields), .size = sizeof(struct guide_section),
    .check = check_section,
};

static const struct field fields[] = {
    {.name = "title", .label = "題名", .help = "例：北区 在宅医療・介護ガイド", .type = FIELD_TEXT, .max = 60, .required = true, .section = "表紙",
     .offset = AT(title), .source = "issue 3 §8 cover"},
    {.name = "subtitle", .label = "副題", .type = FIELD_TEXT, .max = 60, .offset = AT(subtitle), .source = "issue 3 §8 cover"},
    {.name = "publisher", .label = "発行", .type = FIELD_TEXT, .max = 60, .offset = AT(publisher), .source = "issue 3 §8 cover"},
    {.name = "covers", .label = "地域", .type = FIELD_REF, .picker = "area", .required = true, .section = "のせるもの", .offset = AT(covers),
     .source = "issue 3 §8"},
    {.name = "audience", .label = "だれに配るか", .help = "選んだ人に見せてよい項目だけがのります。", .type = FIELD_CODE, .codes = "audience_level",
     .required = true, .offset = AT(audience), .source = "issue 3 §4"},
    {.name = "sections", .label = "章", .help = "上から順に章になります。", .type = FIELD_ROWS, .rows = &guide_section_set, .min = 1, .max = 40,
     .required = true, .offset = AT(sections), .source = "issue 3 §8 sections by service in the chosen order"},
    {.name = "has_maps", .label = "章ごとの地図", .type = FIELD_CODE, .codes = "yes_no", .offset = AT(has_maps), .source = "issue 3 §8 maps"},
    {.name = "how_to", .label = "この冊子の使い方", .type = FIELD_LONG_TEXT, .max = 2000, .offset = AT(how_to), .source = "issue 3 §8 how to use"},
};

static void check(const void *row, struct date today, struct problems *p)
{
    (void)today;
    if (!strcmp(((const struct guide *)row)->audience, "internal"))
        problem_add(p, "audience", "内部の項目は冊子にのせられません。「公開」か「専門職まで」を選んでください。");
}

const struct field_set guide_set = {
    .name = "guide", .label = "資源の冊子", .fields = fields, .count = COUNT(fields), .size = sizeof(struct guide), .check = check,
};
const struct record guide_record = {.table = "guide", .set = &guide_set, .search_kind = NULL};
