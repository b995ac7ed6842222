#include "features/fhir/fhir_type.h"

#include "base/count.h"
#include "features/fhir/fhir_param.h"

#include <string.h>

#define PROFILE "http://jpfhir.jp/fhir/core/StructureDefinition/"
#define AT(member) offsetof(struct fhir_entry, member)
#define ALWAYS AT(id)
#define ITEM(member) offsetof(struct fhir_item, member)
#define TABLE(array, type) {array, COUNT(array), sizeof(type)}

/* ---- data types ---- */

static const struct fhir_row coding_rows[] = {
    {"system", FHIR_TEXT, ITEM(system)},
    {"code", FHIR_TEXT, ITEM(value)},
    {"display", FHIR_TEXT, ITEM(display)},
};
static const struct fhir_table coding = TABLE(coding_rows, struct fhir_item);

/* A department whose words are in no list has words only. */
static const struct fhir_row concept_rows[] = {
    {"coding[].system", FHIR_TEXT, ITEM(system)},
    {"coding[].code", FHIR_TEXT, ITEM(value)},
    {"text", FHIR_TEXT, ITEM(display)},
};
static const struct fhir_table concept = TABLE(concept_rows, struct fhir_item);

static const struct fhir_row identifier_rows[] = {
    {"system", FHIR_TEXT, ITEM(system)},
    {"value", FHIR_TEXT, ITEM(value)},
};
static const struct fhir_table identifier = TABLE(identifier_rows, struct fhir_item);

static const struct fhir_row contact_rows[] = {
    {"system", FHIR_TEXT, ITEM(system)},
    {"value", FHIR_TEXT, ITEM(value)},
    {"use", FHIR_FIXED, ITEM(value), "work"},
};
static const struct fhir_table contact = TABLE(contact_rows, struct fhir_item);

static const struct fhir_row extension_rows[] = {
    {"url", FHIR_TEXT, offsetof(struct fhir_extension, url)},
    {"valueCoding.system", FHIR_TEXT, offsetof(struct fhir_extension, coding_system)},
    {"valueCoding.code", FHIR_TEXT, offsetof(struct fhir_extension, coding)},
    {"valueIdentifier.system", FHIR_TEXT, offsetof(struct fhir_extension, identifier_system)},
    {"valueIdentifier.value", FHIR_TEXT, offsetof(struct fhir_extension, identifier)},
};
static const struct fhir_table extension = TABLE(extension_rows, struct fhir_extension);

#define PART(member) offsetof(struct fhir_part, member)
static const struct fhir_row part_rows[] = {
    {"url", FHIR_TEXT, PART(url)},
    {"valueCoding.system", FHIR_TEXT, PART(coding_system)},
    {"valueCoding.code", FHIR_TEXT, PART(coding)},
    {"valueCoding.display", FHIR_TEXT, PART(coding_display)},
    {"valueInteger", FHIR_NUMBER, PART(integer)},
    {"valueString", FHIR_TEXT, PART(text)},
    {"valueDate", FHIR_TEXT, PART(date)},
    {"valueDateTime", FHIR_TEXT, PART(moment)},
};
static const struct fhir_table part = TABLE(part_rows, struct fhir_part);

/* Kanji and kana are two names, told apart by an extension.  Source: standards.md §1.2, JP_HumanName. */
#define NAME(member) offsetof(struct fhir_name, member)
static const struct fhir_row name_rows[] = {
    {"extension[].url", FHIR_FIXED, NAME(representation), "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"},
    {"extension[].valueCode", FHIR_TEXT, NAME(representation)},
    {"use", FHIR_FIXED, NAME(text), "usual"},
    {"text", FHIR_TEXT, NAME(text)},
    {"family", FHIR_TEXT, NAME(family)},
    {"given[]", FHIR_TEXT, NAME(given)},
};
static const struct fhir_table human_name = TABLE(name_rows, struct fhir_name);

static const struct fhir_row times_rows[] = {
    {"daysOfWeek", FHIR_CODES, offsetof(struct fhir_times, days)},
    {"allDay", FHIR_TRUE, offsetof(struct fhir_times, all_day)},
    {"availableStartTime", FHIR_TEXT, offsetof(struct fhir_times, start)},
    {"availableEndTime", FHIR_TEXT, offsetof(struct fhir_times, end)},
};
static const struct fhir_table times = TABLE(times_rows, struct fhir_times);

/* As JP Core asks: the whole in text without the postal code, and its parts; no district.  Source: standards.md §1.2. */
static const struct fhir_row address_rows[] = {
    {"use", FHIR_FIXED, AT(address), "work"},
    {"text", FHIR_TEXT, AT(address)},
    {"line[]", FHIR_TEXT, AT(line)},
    {"city", FHIR_TEXT, AT(city)},
    {"state", FHIR_TEXT, AT(state)},
    {"postalCode", FHIR_TEXT, AT(postal)},
    {"country", FHIR_FIXED, AT(address), "JP"},
};
static const struct fhir_table address = TABLE(address_rows, struct fhir_entry);

/* ---- resources ---- */

static const struct fhir_row organization_rows[] = {
    {"resourceType", FHIR_FIXED, ALWAYS, "Organization"},
    {"id", FHIR_TEXT, AT(id)},
    {"meta.lastUpdated", FHIR_TEXT, AT(updated)},
    {"meta.profile[]", FHIR_FIXED, ALWAYS, PROFILE "JP_Organization"},
    {"meta.tag", FHIR_LIST, AT(tags), NULL, &coding},
    {"extension", FHIR_LIST, AT(extensions), NULL, &extension},
    {"identifier", FHIR_LIST, AT(identifiers), NULL, &identifier},
    {"active", FHIR_TRUE, AT(active)},
    {"type", FHIR_LIST, AT(kinds), NULL, &concept},
    {"name", FHIR_TEXT, AT(name)},
    {"alias[]", FHIR_TEXT, AT(kana)},
    {"telecom", FHIR_LIST, AT(telecom), NULL, &contact},
    {"address[]", FHIR_GROUP, AT(address), NULL, &address},
    {"partOf.reference", FHIR_TEXT, AT(corporation)},
    {"partOf.display", FHIR_TEXT, AT(corporation_name)},
};
static const struct fhir_table organization = TABLE(organization_rows, struct fhir_entry);

static const struct fhir_row location_rows[] = {
    {"resourceType", FHIR_FIXED, ALWAYS, "Location"},
    {"id", FHIR_TEXT, AT(id)},
    {"meta.lastUpdated", FHIR_TEXT, AT(updated)},
    {"meta.profile[]", FHIR_FIXED, ALWAYS, PROFILE "JP_Location"},
    {"meta.tag", FHIR_LIST, AT(tags), NULL, &coding},
    {"identifier", FHIR_LIST, AT(identifiers), NULL, &identifier},
    {"status", FHIR_FIXED, AT(active), "active"},
    {"name", FHIR_TEXT, AT(name)},
    {"alias[]", FHIR_TEXT, AT(kana)},
    {"mode", FHIR_FIXED, ALWAYS, "instance"},
    {"telecom", FHIR_LIST, AT(telecom), NULL, &contact},
    {"address", FHIR_GROUP, AT(address), NULL, &address},
    {"position.longitude", FHIR_NUMBER, AT(longitude)},
    {"position.latitude", FHIR_NUMBER, AT(latitude)},
    {"managingOrganization.reference", FHIR_TEXT, AT(organization)},
};
static const struct fhir_table location = TABLE(location_rows, struct fhir_entry);

static const struct fhir_row service_rows[] = {
    {"resourceType", FHIR_FIXED, ALWAYS, "HealthcareService"},
    {"id", FHIR_TEXT, AT(id)},
    {"meta.lastUpdated", FHIR_TEXT, AT(updated)},
    {"meta.tag", FHIR_LIST, AT(tags), NULL, &coding},
    {"extension[].url", FHIR_TEXT, AT(vacancy)},
    {"extension[].extension", FHIR_LIST, AT(vacancy_parts), NULL, &part},
    {"identifier", FHIR_LIST, AT(identifiers), NULL, &identifier},
    {"active", FHIR_TRUE, AT(active)},
    {"providedBy.reference", FHIR_TEXT, AT(organization)},
    {"category", FHIR_LIST, AT(categories), NULL, &concept},
    {"type", FHIR_LIST, AT(services), NULL, &concept},
    {"specialty", FHIR_LIST, AT(specialities), NULL, &concept},
    {"location[].reference", FHIR_TEXT, AT(location)},
    {"name", FHIR_TEXT, AT(name)},
    {"comment", FHIR_TEXT, AT(comment)},
    {"extraDetails", FHIR_TEXT, AT(details)},
    {"telecom", FHIR_LIST, AT(telecom), NULL, &contact},
    {"eligibility[].code.coding[].system", FHIR_TEXT, AT(accepts_system)},
    {"eligibility[].code.coding[].code", FHIR_TEXT, AT(accepts)},
    {"eligibility[].code.text", FHIR_TEXT, AT(accepts_label)},
    {"eligibility[].comment", FHIR_TEXT, AT(accepts_if)},
    {"characteristic", FHIR_LIST, AT(characteristics), NULL, &concept},
    {"availableTime", FHIR_LIST, AT(times), NULL, &times},
    {"availabilityExceptions", FHIR_TEXT, AT(exceptions)},
};
static const struct fhir_table service = TABLE(service_rows, struct fhir_entry);

static const struct fhir_row practitioner_rows[] = {
    {"resourceType", FHIR_FIXED, ALWAYS, "Practitioner"},
    {"id", FHIR_TEXT, AT(id)},
    {"meta.lastUpdated", FHIR_TEXT, AT(updated)},
    {"meta.profile[]", FHIR_FIXED, ALWAYS, PROFILE "JP_Practitioner"},
    {"identifier", FHIR_LIST, AT(identifiers), NULL, &identifier},
    {"active", FHIR_TRUE, AT(active)},
    {"name", FHIR_LIST, AT(names), NULL, &human_name},
};
static const struct fhir_table practitioner = TABLE(practitioner_rows, struct fhir_entry);

static const struct fhir_row person_rows[] = {
    {"resourceType", FHIR_FIXED, ALWAYS, "PractitionerRole"},
    {"id", FHIR_TEXT, AT(id)},
    {"meta.lastUpdated", FHIR_TEXT, AT(updated)},
    {"meta.profile[]", FHIR_FIXED, ALWAYS, PROFILE "JP_PractitionerRole"},
    {"identifier", FHIR_LIST, AT(identifiers), NULL, &identifier},
    {"active", FHIR_TRUE, AT(active)},
    {"practitioner.reference", FHIR_TEXT, AT(practitioner)},
    {"practitioner.display", FHIR_TEXT, AT(person)},
    {"organization.reference", FHIR_TEXT, AT(organization)},
    {"code", FHIR_LIST, AT(roles), NULL, &concept},
    {"location[].reference", FHIR_TEXT, AT(location)},
    {"healthcareService[].reference", FHIR_TEXT, AT(service)},
    {"telecom", FHIR_LIST, AT(telecom), NULL, &contact},
    {"availabilityExceptions", FHIR_TEXT, AT(exceptions)},
};
static const struct fhir_table person = TABLE(person_rows, struct fhir_entry);

/* ---- searching; standards.md §1.4 ---- */

#define HL7(name) "http://hl7.org/fhir/SearchParameter/" name
#define JP(name) "http://jpfhir.jp/fhir/core/SearchParameter/JP_Organization_" name "_SP"
#define COMMON(identifiers)     {"_id", "token", HL7("Resource-id"), "論理ID", fhir_by_id},     {"_lastUpdated", "date", HL7("Resource-lastUpdated"), "最後の取り込みで変わった日時。eq ne gt lt ge le", fhir_by_update},     {"identifier", "token", HL7(identifiers), "SYSTEM|番号、または番号だけ", fhir_by_identifier, "office_number"}
#define ADDRESSES(type)     {"address", "string", HL7(type "-address"), "住所の一部", fhir_by_address, "address"},     {"address-city", "string", HL7(type "-address-city"), "市区町村。前から一致（大阪市 は各区も）", fhir_by_city},     {"address-state", "string", HL7(type "-address-state"), "都道府県。前から一致", fhir_by_state},     {"address-postalcode", "string", HL7(type "-address-postalcode"), "郵便番号。前から一致", fhir_by_postal, "postal"},     {"address-country", "string", HL7(type "-address-country"), "国。JP だけです", fhir_by_country, "address"},     {"address-use", "token", HL7(type "-address-use"), "住所の使い方。work だけです", fhir_by_use, "address"}

static const struct fhir_param organization_params[] = {
    COMMON("Organization-identifier"),
    {"name", "string", HL7("Organization-name"), "名称かフリガナの一部", fhir_by_name},
    ADDRESSES("Organization"),
    {"type", "token", HL7("Organization-type"), "prov、機関の種類、または corporation（法人）", fhir_by_type},
    {"partof", "reference", HL7("Organization-partof"), "法人", fhir_by_corporation, "corporation_number"},
    {"jp-prefectureno", "token", JP("PrefectureNo"), "都道府県番号（医療機関コードから）", fhir_by_prefecture, "office_number"},
    {"jp-insurance-organizationcategory", "token", JP("InsuranceOrganizationCategory"), "点数表番号", fhir_by_fee_table, "office_number"},
    {"jp-insurance-organizationno", "token", JP("InsuranceOrganizationNo"), "医療機関コード7桁", fhir_by_number_7, "office_number"},
};
static const struct fhir_param location_params[] = {
    COMMON("Location-identifier"),
    {"name", "string", HL7("Location-name"), "名称かフリガナの一部", fhir_by_name},
    ADDRESSES("Location"),
    {"near", "special", HL7("Location-near"), "緯度|経度|距離|単位（km か m）。距離なしは 10km、最大 100km", fhir_by_distance, "place"},
    {"organization", "reference", HL7("Location-organization"), "機関", fhir_by_office},
};
static const struct fhir_param service_params[] = {
    COMMON("HealthcareService-identifier"),
    {"name", "string", HL7("HealthcareService-name"), "名称の一部（フリガナでも見つかります）", fhir_by_name},
    {"organization", "reference", HL7("HealthcareService-organization"), "機関", fhir_by_office},
    {"location", "reference", HL7("HealthcareService-location"), "場所", fhir_by_place},
    {"service-category", "token", HL7("HealthcareService-service-category"), "機関の種類", fhir_by_kind},
    {"service-type", "token", HL7("HealthcareService-service-type"), "介護サービスの種類（3桁）", fhir_by_service, "service"},
    {"specialty", "token", HL7("HealthcareService-specialty"), "診療科目（5桁）", fhir_by_speciality, "service"},
    {"characteristic", "token", HL7("HealthcareService-characteristic"), "地域で確かめたこと：home_visits, round_the_clock, end_of_life_care",
     fhir_by_characteristic},
    {"vacancy", "token", NULL, "いま有効な空き・新規受入の回答：yes, conditional, no（この製品の条件です）", fhir_by_vacancy, "vacancy"},
};

#define OF_PERSON(identifiers)     {"_id", "token", HL7("Resource-id"), "論理ID", fhir_by_id},     {"_lastUpdated", "date", HL7("Resource-lastUpdated"), "最後に変わった日時。eq ne gt lt ge le", fhir_by_update},     {"identifier", "token", HL7(identifiers), "リソースのID", fhir_by_identifier}

static const struct fhir_param practitioner_params[] = {
    OF_PERSON("Practitioner-identifier"),
    {"name", "string", HL7("Practitioner-name"), "名前かフリガナの一部（空白は数えません）", fhir_by_person_name},
};
/* `specialty` is not among them: nobody enters a department of a person. */
static const struct fhir_param person_params[] = {
    OF_PERSON("PractitionerRole-identifier"),
    {"practitioner", "reference", HL7("PractitionerRole-practitioner"), "人", fhir_by_practitioner},
    {"organization", "reference", HL7("PractitionerRole-organization"), "機関", fhir_by_office},
    {"location", "reference", HL7("PractitionerRole-location"), "場所", fhir_by_place},
    {"service", "reference", HL7("PractitionerRole-service"), "サービス", fhir_by_offer},
    {"role", "token", HL7("PractitionerRole-role"), "職種", fhir_by_role},
};

/* Each is also, the other way round, a _revinclude of its target. */
static const struct fhir_include organization_includes[] = {{"partof", "Organization", AT(corporation)}};
static const struct fhir_include location_includes[] = {{"organization", "Organization", AT(organization)}};
static const struct fhir_include service_includes[] = {{"organization", "Organization", AT(organization)}, {"location", "Location", AT(location)}};
static const struct fhir_include person_includes[] = {{"practitioner", "Practitioner", AT(practitioner)}, {"organization", "Organization", AT(organization)},
                                                      {"location", "Location", AT(location)}, {"service", "HealthcareService", AT(service)}};

const struct fhir_type fhir_types[] = {
    {"Organization", PROFILE "JP_Organization", "事業所・医療機関と、その法人（partOf）", &organization, organization_params,
     COUNT(organization_params), organization_includes, COUNT(organization_includes), {FHIR_OFFICES, FHIR_CORPORATIONS}, 2},
    {"Location", PROFILE "JP_Location", "事業所・医療機関の場所（緯度・経度は世界測地系）", &location, location_params, COUNT(location_params),
     location_includes, COUNT(location_includes), {FHIR_PLACES}, 1},
    {"HealthcareService", "", "事業所のサービス、医療機関の診療（診療時間を含む）", &service, service_params, COUNT(service_params),
     service_includes, COUNT(service_includes), {FHIR_SERVICES}, 1},
    {"Practitioner", PROFILE "JP_Practitioner", "連絡する人のうち、公開を承知した人の名前", &practitioner, practitioner_params, COUNT(practitioner_params),
     NULL, 0, {FHIR_PEOPLE}, 1},
    {"PractitionerRole", PROFILE "JP_PractitionerRole", "事業所で連絡する人のうち、公開を承知した人", &person, person_params, COUNT(person_params),
     person_includes, COUNT(person_includes), {FHIR_PEOPLE}, 1},
};
const size_t fhir_type_count = COUNT(fhir_types);

const struct fhir_type *fhir_type_find(const char *name)
{
    for (size_t i = 0; i < fhir_type_count; i++)
        if (!strcmp(fhir_types[i].name, name))
            return &fhir_types[i];
    return NULL;
}

bool fhir_param_shown(const struct fhir_param *param, const struct audience *who)
{
    return !param->field || audience_sees(who, param->field);
}

const struct fhir_param *fhir_param_find(const struct fhir_type *type, const char *name, const struct audience *who)
{
    for (size_t i = 0; i < type->param_count; i++)
        if (!strcmp(type->params[i].name, name))
            return fhir_param_shown(&type->params[i], who) ? &type->params[i] : NULL;
    return NULL;
}

enum fhir_set fhir_set_of(const struct fhir_type *type, const char *id)
{
    bool corporation = type->set_count > 1 && !strncmp(id, FHIR_CORPORATION, strlen(FHIR_CORPORATION));
    return corporation ? type->sets[1] : type->sets[0];
}
