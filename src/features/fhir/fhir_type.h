/* fhir_type.h -- the resource types: one table that reading, searching and the CapabilityStatement are made from. */
#pragma once
#include "features/fhir/fhir_entry.h"
#include "store/query.h"

/* One search while its conditions are put together. */
struct fhir_question {
    const struct fhir_source *source;
    struct query *query;
    enum fhir_set set;
    bool bad; /* a value that cannot be one of this parameter */
};

/* Adds a condition on `facility c` for one value, without AND; "1 = 0" when the set has nothing of the kind. */
typedef void fhir_condition_fn(struct fhir_question *x, const char *value);
struct fhir_param {
    const char *name, *type; /* token, string, reference, date, special */
    const char *definition;  /* canonical; NULL for our own */
    const char *documentation;
    fhir_condition_fn *add;
    const char *field; /* of audience.h: who does not see it cannot ask for it; NULL always */
};

/* _include=TYPE:NAME brings what this reference of the entry names; _revinclude=TYPE:NAME of the target brings TYPEs whose reference names it, found by
 * the search parameter of this name. */
struct fhir_include {
    const char *name, *target;
    size_t reference; /* member of fhir_entry */
};

struct fhir_type {
    const char *name, *profile; /* profile "" without one */
    const char *documentation;
    const struct fhir_table *table;
    const struct fhir_param *params;
    size_t param_count;
    const struct fhir_include *includes;
    size_t include_count;
    enum fhir_set sets[2]; /* in the order they are searched */
    size_t set_count;
};
extern const struct fhir_type fhir_types[];
extern const size_t fhir_type_count;

/* NULL when there is none. */
const struct fhir_type *fhir_type_find(const char *name);
/* NULL also for one about a field that this viewer does not see. */
const struct fhir_param *fhir_param_find(const struct fhir_type *type, const char *name, const struct audience *who);
bool fhir_param_shown(const struct fhir_param *param, const struct audience *who);
/* The set an id belongs to. */
enum fhir_set fhir_set_of(const struct fhir_type *type, const char *id);
