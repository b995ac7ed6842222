/* fhir_entry.h -- what the resources are made of: one entry of the directory, every value as FHIR writes it.
 *
 * Which is what: a corporation (法人番号) and an office (事業所, 医療機関) are Organizations, the office part of the corporation; the
 * place of an office is a Location; each entry of the directory (a service of an office, an institution) is a HealthcareService.
 * Entries of one source with one number are one office; the entry with the smallest id speaks for it.  Entries that a person put together
 * are one, as everywhere (facility.h).  A person who is to be called at an entry and agreed that everybody sees it is a Practitioner and a PractitionerRole of the same id.  Only what the installation shows to everybody is there (audience.h). */
#pragma once
#include "features/audience/audience.h"
#include "features/fhir/fhir_write.h"
#include "store/db.h"

struct fhir_item { /* an Identifier, a ContactPoint or a Coding */
    const char *system, *value, *display;
};
struct fhir_extension {
    const char *url, *coding_system, *coding, *identifier_system, *identifier;
};
struct fhir_times {
    const char *days; /* mon tue ... */
    const char *all_day, *start, *end;
};

struct fhir_name {
    const char *representation; /* IDE written, SYL kana */
    const char *text, *family, *given;
};
/* A part of an extension: its url and one value of one kind. */
struct fhir_part {
    const char *url;
    const char *coding_system, *coding, *coding_display;
    const char *integer, *text, *date, *moment;
};

/* Texts are "", never NULL. */
struct fhir_entry {
    const char *id, *updated;
    const char *name, *kana, *active, *comment, *details, *exceptions;
    const char *address, *state, *city, *line, *postal, *latitude, *longitude;
    const char *organization, *location, *corporation, *corporation_name, *service; /* references */
    const char *practitioner; /* reference */
    const char *person;
    const char *accepts, *accepts_system, *accepts_label, *accepts_if; /* the standing rule about new patients */
    const char *vacancy; /* url of the extension */
    struct fhir_list names, vacancy_parts;
    struct fhir_list tags, identifiers, extensions, kinds, categories, services, specialities, characteristics, roles, telecom, times;
};

struct fhir_source {
    struct db *db;
    struct arena *arena;
    const char *base; /* "https://renkei.example/fhir" */
    struct audience who;
};

/* Where resources come from; each has ids of its own. */
enum fhir_set { FHIR_SERVICES, FHIR_OFFICES, FHIR_PLACES, FHIR_CORPORATIONS, FHIR_PEOPLE };

/* ERR_NOT_FOUND "fhir.unknown". */
bool fhir_entry_read(const struct fhir_source *s, enum fhir_set set, const char *id, struct fhir_entry *ret, struct err *err);

/* The systems of identifiers and codes.  Source: standards.md §1.3; what JP Core has no system for stands below the server's own base. */
#define FHIR_MEDICAL_NUMBER "http://jpfhir.jp/fhir/core/IdSystem/insurance-medical-institution-no"
#define FHIR_MEDICAL_NUMBER_7 "http://jpfhir.jp/fhir/core/mhlw/IdSystem/MedicalOrganizationID"
#define FHIR_FEE_TABLE "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/MedicationFeeScoreType"
#define FHIR_PREFECTURE "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/PrefectureNo-2digits"
#define FHIR_ORGANIZATION_TYPE "http://terminology.hl7.org/CodeSystem/organization-type"
#define FHIR_OWN_CARE_NUMBER "/IdSystem/ltci-provider-number"
#define FHIR_OWN_CORPORATE_NUMBER "/IdSystem/corporate-number"
#define FHIR_OWN_CARE_SERVICE "/CodeSystem/care-service"
#define FHIR_OWN_SPECIALITY "/CodeSystem/speciality"
#define FHIR_OWN_KIND "/CodeSystem/facility-kind"
#define FHIR_OWN_CHARACTERISTIC "/CodeSystem/characteristic"
#define FHIR_OWN_ACCEPTANCE "/CodeSystem/new-patient-acceptance"
#define FHIR_OWN_VACANCY_STATUS "/CodeSystem/vacancy-status"
#define FHIR_OWN_VACANCY "/StructureDefinition/vacancy"
#define FHIR_OWN_PROFESSION "/CodeSystem/profession"
#define FHIR_INSTANCE "http://jpfhir.jp/fhir/core/IdSystem/resourceInstance-identifier"
#define FHIR_OWN_SOURCE "/CodeSystem/data-source"
#define FHIR_OWN_LISTING "/CodeSystem/listing"
#define FHIR_CORPORATION "corp-" /* begins the id of a corporation; its number follows */

/* Conditions on a shown `facility c`: it speaks for its office, for its place; its corporate number is one. */
#define FHIR_SPEAKS(same) \
    " NOT EXISTS (SELECT 1 FROM facility h WHERE h.office_number = c.office_number AND c.office_number <> '' AND h.source = c.source AND" \
    FACILITY_IS_SHOWN("h") same "AND h.id < c.id)"
#define FHIR_SPEAKS_FOR_OFFICE FHIR_SPEAKS("")
#define FHIR_SPEAKS_FOR_PLACE FHIR_SPEAKS("AND h.address = c.address ")
#define FHIR_HAS_CORPORATION " LENGTH(c.corporation_number) = 13 AND LTRIM(c.corporation_number, '0123456789') = ''"
/* People `p` of a shown `facility c` whom everybody may see. */
#define FHIR_PUBLIC_PEOPLE \
    " FROM contact_person p JOIN facility m ON m.id = p.facility_id JOIN facility c ON c.id =" FACILITY_SHOWN_ID("m") \
    "WHERE p.audience = 'public' AND p.left_on = '' AND p.deleted_at = ''"
/* Local facts that are characteristics of a service: a code and a yes_no member of facility_local. */
extern const char *const fhir_characteristics[];
extern const size_t fhir_characteristic_count;
