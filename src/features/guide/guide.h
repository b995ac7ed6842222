/* guide.h -- 資源の冊子: an area guide printed from the directory, in editions that can be printed again byte for byte.
 *
 * A guide says what goes in: area, sections in their order, for whom.  An edition is what was made from the directory on one day: a booklet, a
 * map on one page, address labels and cards for the wallet, kept as the PDFs they were.
 * Source: programme.md §9.1 (藤井寺市医療介護ネットワークガイド, おたすけマップ); issue 3 §8. */
#pragma once
#include "store/record.h"
#include "web/feature.h"
#include "web/resource.h"

struct guide {
    struct record_head head;
    const char *title, *subtitle, *publisher;
    const char *covers;    /* area code: this area and below */
    const char *audience;  /* audience_level: public or professional */
    const char *sections;  /* rows of struct guide_section, in the order of the book */
    const char *how_to;    /* the page on how to use it */
    const char *has_maps;  /* yes_no: a map after each section */
};
struct guide_section {
    const char *service;   /* code of care_service, or */
    const char *kind;      /* code of facility_kind */
    const char *heading;   /* "": the service's own name */
};
extern const struct field_set guide_set, guide_section_set;
extern const struct record guide_record;
extern const struct resource guide_resource;

extern const struct feature guide_feature;
