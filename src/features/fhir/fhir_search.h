/* fhir_search.h -- a search as the address says it, and its answer: a Bundle. */
#pragma once
#include "features/fhir/fhir_type.h"
#include "web/request.h"

/* Answers GET /fhir/TYPE.  What cannot be answered is an OperationOutcome; false only when the store failed. */
bool fhir_search(struct request *req, const struct fhir_type *type, const struct fhir_source *source, struct err *err);
