/* fhir_reply.h -- replies of /fhir: resources with ETag, OperationOutcome, and which form the client takes. */
#pragma once
#include "base/json.h"
#include "web/request.h"

/* What was written to req->out is a resource.  `updated` (UTC) becomes Last-Modified; "" without. */
bool fhir_reply(struct request *req, int status, const char *updated);
/* `code` of the value set issue-type; the sentence is printf-like, in Japanese. */
bool fhir_refuse(struct request *req, int status, const char *code, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The members of an OperationOutcome; the caller opens and closes the object. */
void fhir_write_outcome(struct json *j, const char *severity, const char *code, const char *sentence);
/* False with the refusal as reply when the client asks for something other than JSON. */
bool fhir_takes_json(struct request *req);
extern const struct error_shape fhir_errors;
