/* fhir_param.h -- inside the feature: the conditions of search parameters. */
#pragma once
#include "features/fhir/fhir_type.h"

fhir_condition_fn fhir_by_id, fhir_by_update, fhir_by_identifier, fhir_by_name, fhir_by_address, fhir_by_city, fhir_by_state, fhir_by_postal,
    fhir_by_type, fhir_by_corporation, fhir_by_prefecture, fhir_by_fee_table, fhir_by_number_7, fhir_by_office, fhir_by_place, fhir_by_kind,
    fhir_by_service, fhir_by_speciality, fhir_by_characteristic,
    fhir_by_offer, fhir_by_role, fhir_by_country, fhir_by_use, fhir_by_distance, fhir_by_vacancy, fhir_by_person_name, fhir_by_practitioner;
enum { FHIR_VALUES_MOST = 14 }; /* bound by one condition for one value: fhir_by_distance */

/* A FHIR date as a span of UTC: [*ret_from, *ret_before), both "2024-11-30T05:03:27.000Z".  Without a zone it is Japan's.  False when it is
 * none. */
bool fhir_date_span(const char *text, struct arena *a, const char **ret_from, const char **ret_before);
