/* consultation_facts.c -- what one sheet counts for (doc/measures.md). */
#include "features/consultation/consultation.h"

#include <string.h>

struct counting {
    struct facts *f;
    const char *month, *basis;
};

static void count(const struct counting *k, const char *dimension, const char *value)
{
    facts_add(k->f, k->month, "consultation.cases", k->basis, fact_code(k->f->arena, dimension, value), 1);
}

static void count_each(const struct counting *k, const char *dimension, const char *values)
{
    for (const char *value; (value = codes_next(&values, k->f->arena));)
        count(k, dimension, value);
}

static const char *or_unknown(const char *code)
{
    return *code ? code : "unknown";
}

static void count_contents(const struct counting *k, const struct consultation *c)
{
    long long selections = 0;
    const char *contents = c->content;
    for (const char *content; (content = codes_next(&contents, k->f->arena)); selections++) {
        count(k, "content", content);
        count(k, "consulter_content", arena_printf(k->f->arena, "%s.%s", c->consulter_type, content));
    }
    if (selections)
        facts_add(k->f, k->month, "consultation.content_selections", k->basis, "", selections);
}

static void count_contacts(const struct counting *k, const struct consultation *c)
{
    size_t entries;
    const struct progress_entry *progress =
        field_rows(field_find(&consultation_set, "progress"), c, k->f->arena, &entries);
    for (size_t i = 0; i < entries; i++)
        facts_add(k->f, arena_strndup(k->f->arena, progress[i].contact_on, 7), "consultation.contacts", k->basis, "", 1);
}

/* `within`: the smallest period in which the person was counted before. */
static void count_repeat(const struct counting *k, const char *within)
{
    if (*within)
        facts_add(k->f, k->month, "consultation.repeats", k->basis, fact_code(k->f->arena, "within", within), 1);
}

static void count_case(const struct counting *k, const struct consultation *c)
{
    facts_add(k->f, k->month, "consultation.cases", k->basis, "", 1);
    count(k, "consulter_type", c->consulter_type);
    count(k, "channel", c->channel);
    count(k, "outcome", c->outcome);
    count(k, "visit_kind", *c->visit_kind ? c->visit_kind : "new");
    count(k, "care_level", or_unknown(c->care_level));
    count(k, "residence", or_unknown(c->residence));
    count_each(k, "response", c->response);
    count_each(k, "scene", c->scene);
    count_each(k, "reason_unresolved", c->reason_unresolved);
    if (!strcmp(c->is_difficult_case, "yes"))
        count(k, "difficult_case", "yes");
    count_contents(k, c);
    count_contacts(k, c);
}

void consultation_facts(const void *row, struct facts *f)
{
    const struct consultation *c = row;
    const char *month = arena_strndup(f->arena, c->received_at, 7);
    facts_add(f, month, "consultation.sheets", "", "", 1);
    facts_add(f, month, "consultation.sheets", "", fact_code(f->arena, "subject_kind", c->subject_kind), 1);
    if (strcmp(c->subject_kind, "individual_case"))
        return;
    size_t first = f->count;
    count_case(&(struct counting){f, month, "all"}, c);
    if (!strcmp(c->is_ltci_subject, "yes")) {
        for (size_t i = first, end = f->count; i < end; i++)
            facts_add(f, f->items[i].month, f->items[i].measure, "ltci", f->items[i].code, f->items[i].n);
        count_repeat(&(struct counting){f, month, "ltci"}, c->repeat_within_ltci);
    }
    count_repeat(&(struct counting){f, month, "all"}, c->repeat_within);
}
