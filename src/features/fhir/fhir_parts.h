/* fhir_parts.h -- inside the feature: putting an entry together. */
#pragma once
#include "features/fhir/fhir_entry.h"

enum { FHIR_ITEMS_MOST = 100 };

/* What is too much is left out. */
void fhir_add(struct fhir_list *list, struct arena *a, struct fhir_item item);
/* A system or a definition below the server's own base. */
const char *fhir_own(const struct fhir_source *s, const char *below);
/* What people here know of an entry and of those put together with it: characteristics, the standing rule about new patients, vacancies. */
bool fhir_read_local(const struct fhir_source *s, const char *const *members, size_t count, struct fhir_entry *e, struct err *err);
