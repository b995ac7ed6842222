/* fhir.h -- the directory as FHIR R4, read-only, under /fhir, without sign-in.
 *
 * Source: HL7 FHIR R4 (4.0.1), JP Core 1.2; ../shared/domain/standards.md §1.  For programs: doc/fhir.md. */
#pragma once
#include "web/feature.h"

extern const struct feature fhir_feature;
