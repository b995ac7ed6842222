/* fhir_local.c -- what people here know of an entry, as FHIR says it. */
#include "base/code_list.h"
#include "base/count.h"
#include "features/fhir/fhir_parts.h"
#include "features/vacancy/vacancy.h"

#include <string.h>

void fhir_add(struct fhir_list *list, struct arena *a, struct fhir_item item)
{
    struct fhir_item *items = list->count ? (struct fhir_item *)(uintptr_t)list->items : NEW_ARRAY(a, FHIR_ITEMS_MOST, struct fhir_item);
    list->items = items;
    if (list->count < FHIR_ITEMS_MOST)
        items[list->count++] = item;
}

const char *fhir_own(const struct fhir_source *s, const char *below)
{
    return arena_printf(s->arena, "%s%s", s->base, below);
}

const char *const fhir_characteristics[] = {"home_visits", "round_the_clock", "end_of_life_care"};
const size_t fhir_characteristic_count = COUNT(fhir_characteristics);

static bool read_facts(const struct fhir_source *s, const char *const *members, size_t count, struct fhir_entry *e, struct err *err)
{
    struct facility_local l = {.head.id = ""};
    for (size_t i = 0; i < count && !*l.head.id; i++)
        if (!facility_local_find(s->db, members[i], s->arena, &l, err))
            return false;
    audience_apply(&s->who, NULL, &l);
    for (size_t i = 0; i < COUNT(fhir_characteristics); i++) {
        const struct field *f = field_find(&facility_local_set, fhir_characteristics[i]);
        if (!strcmp(field_text(f, &l, s->arena), "yes"))
            fhir_add(&e->characteristics, s->arena, (struct fhir_item){fhir_own(s, FHIR_OWN_CHARACTERISTIC), f->name, f->label});
    }
    e->details = l.public_note;
    e->accepts = l.new_patient_acceptance;
    e->accepts_label = *e->accepts ? code_label("new_patient_acceptance", e->accepts) : "";
    e->accepts_system = *e->accepts ? fhir_own(s, FHIR_OWN_ACCEPTANCE) : "";
    e->accepts_if = l.acceptance_condition;
    return true;
}

/* ---- vacancies: R4 has no place for them, so they are an extension.  Source: standards.md §1.1 ---- */

enum { PARTS = 8 };
struct parts {
    struct fhir_part items[PARTS];
    size_t count;
};

static void add_part(struct parts *p, struct fhir_part part)
{
    const char **const members[] = {&part.coding_system, &part.coding, &part.coding_display, &part.integer, &part.text, &part.date, &part.moment};
    bool is_said = false;
    for (size_t i = 0; i < COUNT(members); i++) {
        *members[i] = *members[i] ? *members[i] : "";
        is_said |= **members[i] != '\0';
    }
    if (is_said)
        p->items[p->count++] = part;
}

static struct fhir_part status_part(const struct fhir_source *s, const char *url, const char *code)
{
    if (!*code)
        return (struct fhir_part){.url = url};
    return (struct fhir_part){.url = url, .coding_system = fhir_own(s, FHIR_OWN_VACANCY_STATUS), .coding = code,
                              .coding_display = code_label("vacancy_status", code)};
}

/* Japan's wall clock, "2024-11-30T09:15". */
static const char *moment_of(struct arena *a, const char *local)
{
    return *local ? arena_printf(a, "%s:00+09:00", local) : "";
}

static bool read_vacancy(const struct fhir_source *s, const char *id, struct fhir_entry *e, struct err *err)
{
    struct arena *a = s->arena;
    struct vacancy v;
    bool known;
    if (!vacancy_find(s->db, id, a, &v, &known, err))
        return false;
    if (!*v.status)
        return true;
    struct parts *p = NEW(a, struct parts);
    add_part(p, status_part(s, "status", v.status));
    add_part(p, status_part(s, "night", v.night));
    add_part(p, status_part(s, "weekend", v.weekend));
    add_part(p, (struct fhir_part){.url = "slots", .integer = v.slots == FIELD_BLANK ? "" : arena_printf(a, "%ld", v.slots)});
    add_part(p, (struct fhir_part){.url = "conditions", .text = v.conditions});
    add_part(p, (struct fhir_part){.url = "from", .date = v.from_on});
    add_part(p, (struct fhir_part){.url = "asOf", .moment = moment_of(a, v.as_of)});
    add_part(p, (struct fhir_part){.url = "validUntil", .moment = moment_of(a, v.valid_until)});
    e->vacancy = fhir_own(s, FHIR_OWN_VACANCY);
    e->vacancy_parts = (struct fhir_list){p->items, p->count};
    return true;
}

bool fhir_read_local(const struct fhir_source *s, const char *const *members, size_t count, struct fhir_entry *e, struct err *err)
{
    return read_facts(s, members, count, e, err) && (!audience_sees(&s->who, "vacancy") || read_vacancy(s, members[0], e, err));
}
