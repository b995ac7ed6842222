/* campaign_values.c -- what an office is asked, put together from the fields of the entry and of the local facts. */
#include "base/count.h"
#include "base/text.h"
#include "features/campaign/campaign.h"

#include <string.h>

/* Of the local facts those that an office itself can say; the rest is the room's. */
static const char *const asked[] = {"home_visits", "round_the_clock", "end_of_life_care", "new_patient_acceptance", "acceptance_condition", "medical_procedures",
                                    "visiting_note", "languages", "public_note", "direct_line", "doctor_call_times", "contact_habits"};

static const struct field remark_field = {.name = "remark", .label = "そのほか変わったこと", .help = "サービスの休止、これからの移転など。個人のことは書かないでください。",
                                          .type = FIELD_LONG_TEXT, .max = 500, .offset = offsetof(struct campaign_values, remark), .source = "programme.md §11"};

static void check(const void *row, struct date today, struct problems *p)
{
    const struct campaign_values *v = row;
    facility_corrected_set.check(&v->facility, today, p);
    facility_local_set.check(&v->local, today, p);
}

const struct field_set *campaign_value_set(struct arena *a)
{
    struct field_set *set = NEW(a, struct field_set);
    struct field *fields = NEW_ARRAY(a, facility_corrected_set.count + COUNT(asked) + 1, struct field);
    size_t n = 0;
    for (size_t i = 0; i < facility_corrected_set.count; i++, n++) {
        fields[n] = facility_corrected_set.fields[i];
        fields[n].offset += offsetof(struct campaign_values, facility);
    }
    for (size_t i = 0; i < COUNT(asked); i++, n++) {
        fields[n] = *field_find(&facility_local_set, asked[i]);
        fields[n].offset += offsetof(struct campaign_values, local);
        fields[n].required = false;
    }
    fields[n++] = remark_field;
    *set = (struct field_set){.name = "campaign_answer", .label = "事業所の情報", .fields = fields, .count = n, .size = sizeof(struct campaign_values), .check = check};
    return set;
}

bool campaign_values_read(struct db *db, const char *facility_id, struct arena *a, struct campaign_values *ret_values, struct err *err)
{
    struct campaign_values v = {.remark = ""};
    if (!facility_find(db, facility_id, a, &v.facility, err) || !facility_local_find(db, facility_id, a, &v.local, err))
        return false;
    *ret_values = v;
    return true;
}

bool campaign_values_said(const struct field_set *set, const struct pairs *sent, struct date today, const struct campaign_values *now, struct arena *a,
                          struct campaign_values *ret_said, struct problems *problems)
{
    *ret_said = *now;
    field_clear(set, ret_said);
    if (!field_parse(set, sent, today, ret_said, a, problems))
        return false;
    facility_corrected_tidy(&ret_said->facility, a);
    return true;
}

/* What a form sends back of a value that nobody touched. */
static bool is_same(const struct field *f, const char *before, const char *after, struct arena *a)
{
    return !strcmp(before, after) || !strcmp(text_clean(a, before, strlen(before), f->type != FIELD_LONG_TEXT), after);
}

void campaign_values_compare(const struct field_set *set, const struct campaign_values *now, const struct campaign_values *said, struct arena *a,
                             struct campaign_answer **ret_answers, size_t *ret_count)
{
    *ret_answers = NEW_ARRAY(a, set->count, struct campaign_answer);
    *ret_count = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct field *f = &set->fields[i];
        const char *before = field_text(f, now, a), *after = field_text(f, said, a);
        if (strcmp(f->name, remark_field.name) && !is_same(f, before, after, a))
            (*ret_answers)[(*ret_count)++] = (struct campaign_answer){f->name, before, after, ""};
    }
}
