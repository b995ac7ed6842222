/* consultation_facts.c -- what one sheet counts for (doc/measures.md), and the one figure that is asked by query. */
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
    count_case(&(struct counting){f, month, "all"}, c);
    if (!strcmp(c->is_ltci_subject, "yes"))
        count_case(&(struct counting){f, month, "ltci"}, c);
}

static void add_persons_of(struct query *q, const struct scope *scope, const char *area_path, struct period period, const char *basis)
{
    query_add(q,
              " FROM consultation c WHERE c.deleted_at = '' AND c.subject_kind = 'individual_case'"
              " AND c.received_on >= ? AND c.received_on <= ?",
              TEXT(date_iso(q->arena, period.first)), TEXT(date_iso(q->arena, period.last)));
    if (!strcmp(basis, "ltci"))
        query_add(q, " AND c.is_ltci_subject = 'yes'");
    if (area_path)
        query_add(q, " AND c.area_code IN (SELECT code FROM area WHERE path LIKE ?)", TEXT(arena_printf(q->arena, "%s%%", area_path)));
    query_scope(q, scope, "c");
}

long long consultation_unique_persons(struct db *db, const struct scope *scope, const char *area_path, struct period period,
                                      const char *basis, struct arena *a, struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT COUNT(DISTINCT c.person_key)");
    add_persons_of(&q, scope, area_path, period, basis);
    auto_rows *rows = query_run(&q, db, a, err);
    return rows && rows_next(rows) ? rows_int(rows, 0) : -1;
}

bool consultation_unique_persons_by_month(struct db *db, const struct scope *scope, const char *area_path, struct period period,
                                          const char *basis, struct arena *a, long long counts[12], struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT SUBSTR(c.received_on, 1, 7), COUNT(DISTINCT c.person_key)");
    add_persons_of(&q, scope, area_path, period, basis);
    query_add(&q, " GROUP BY 1");
    auto_rows *rows = query_run(&q, db, a, err);
    while (rows && rows_next(rows)) {
        struct date month = date_from_iso(arena_printf(a, "%s-01", rows_text(rows, 0)));
        int at = (month.year - period.first.year) * 12 + month.month - period.first.month;
        if (at >= 0 && at < 12)
            counts[at] = rows_int(rows, 1);
    }
    return rows && !rows_failed(rows);
}
