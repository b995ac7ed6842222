/* consultation_save.c -- what a save does beside the row itself: the number, the person, new or continuing, the days of contact.
 *
 * A write may run again, so everything made here has an id that follows from the sheet's own. */
#include "features/consultation/consultation_pages.h"

#include "features/consultation/consultation_person.h"
#include "features/facility/facility.h"
#include "features/numbering/numbering.h"
#include "features/patient/patient.h"

#include <string.h>

static bool is_case(const struct consultation *c)
{
    return !strcmp(c->subject_kind, "individual_case");
}

static bool give_number(struct db *db, struct consultation *c, const struct consultation *old, struct arena *a, struct err *err)
{
    c->consultation_no = numbering_keep(db, "6", c->head.area_code, old ? old->consultation_no : "", old ? old->received_on : "", c->received_on, a, err);
    return c->consultation_no != NULL;
}

static const char *or_else(const char *text, const char *other)
{
    return *text ? text : other;
}

static struct scope office_of(const struct consultation *c)
{
    return (struct scope){.kind = SCOPE_OFFICE, .office_id = c->head.office_id, .area_code = c->head.area_code,
                          .area_path = "", .user_id = "", .sees_personal = true};
}

/* The person chosen in the picker: must be this office's; what the sheet leaves blank is filled from what is known. */
static bool take_known_person(struct db *db, struct consultation *c, struct arena *a, struct err *err)
{
    struct patient p = {0};
    const struct scope office = office_of(c);
    if (!record_find(db, &patient_record, &office, c->patient_id, &p, a, err))
        return err && err->kind == ERR_NOT_FOUND ? err_field(err, "patient_id", "consultation.unknown_patient") : false;
    c->patient_kana = or_else(c->patient_kana, p.kana);
    c->patient_name = or_else(c->patient_name, p.name);
    c->patient_pseudonym = or_else(c->patient_pseudonym, p.pseudonym);
    c->sex = or_else(c->sex, p.sex);
    c->age_band = or_else(c->age_band, p.age_band);
    c->care_level = or_else(c->care_level, p.care_level);
    c->living = or_else(c->living, p.living);
    return true;
}

static bool is_called_as(const struct patient *p, const struct consultation *c)
{
    return !strcmp(p->kana, c->patient_kana) && !strcmp(p->name, c->patient_name) && !strcmp(p->pseudonym, c->patient_pseudonym);
}

/* A name corrected on the sheet that registered the person is corrected there too, unless the person's own page was changed. */
static bool correct_person(struct db *db, const struct consultation *c, const struct consultation *old, const char *user_id,
                           struct arena *a, struct err *err)
{
    struct patient before = {0};
    const struct scope office = office_of(c);
    struct err gone = {0};
    if (!old || !record_find(db, &patient_record, &office, c->head.id, &before, a, &gone))
        return gone.kind == ERR_NONE || gone.kind == ERR_NOT_FOUND || err_set(err, gone.kind, gone.message, "%s", gone.detail);
    bool is_named = *c->patient_kana || *c->patient_name || *c->patient_pseudonym;
    if (!is_named || !is_called_as(&before, old) || is_called_as(&before, c))
        return true;
    struct patient p = before;
    p.kana = c->patient_kana;
    p.name = c->patient_name;
    p.pseudonym = c->patient_pseudonym;
    struct save s = {.resource = &patient_resource, .row = &p, .old = &before, .arena = a};
    return resource_save(db, &s, user_id, err);
}

/* Somebody named for the first time is registered under the sheet's own id. */
static bool take_new_person(struct db *db, struct consultation *c, const struct consultation *old, const char *user_id, struct arena *a,
                            struct err *err)
{
    struct patient p = {0};
    const bool is_unknown = !old && !*c->patient_id;
    field_clear(patient_record.set, &p);
    p.head.id = c->head.id;
    p.head.office_id = c->head.office_id;
    p.head.area_code = c->head.area_code;
    p.head.deleted_at = "";
    p.kana = c->patient_kana;
    p.name = c->patient_name;
    p.pseudonym = c->patient_pseudonym;
    p.sex = c->sex;
    p.age_band = c->age_band;
    p.care_level = c->care_level;
    p.living = c->living;
    c->patient_id = c->head.id;
    if (is_unknown)
        return patient_register(db, &p, user_id, a, err);
    return patient_ensure(db, &p, user_id, a, err) && correct_person(db, c, old, user_id, a, err);
}

static bool find_person(struct db *db, struct consultation *c, const struct consultation *old, const char *user_id, struct arena *a,
                        struct err *err)
{
    if (!is_case(c) && !*c->patient_id)
        return true;
    if (*c->patient_id && strcmp(c->patient_id, c->head.id) != 0)
        return take_known_person(db, c, a, err);
    if (*c->patient_id || *c->patient_kana || *c->patient_name || *c->patient_pseudonym)
        return take_new_person(db, c, old, user_id, a, err);
    return true;
}

/* What the sheet points at must exist, and an earlier sheet must be this office's; what stood there before is left alone. */
static bool check_references(struct db *db, const struct consultation *c, const struct consultation *old, struct arena *a, struct err *err)
{
    if (*c->previous_id && (!old || strcmp(old->previous_id, c->previous_id)) &&
        !db_int(db, err, 0, "SELECT 1 FROM consultation WHERE id = $1 AND office_id = $2", TEXT(c->previous_id), TEXT(c->head.office_id)))
        return err->kind != ERR_NONE ? false : err_field(err, "previous_id", "consultation.unknown_previous");
    struct facility organisation;
    if (*c->consulter_org_id && (!old || strcmp(old->consulter_org_id, c->consulter_org_id)) &&
        !facility_find(db, c->consulter_org_id, a, &organisation, err))
        return err->kind == ERR_NOT_FOUND ? err_field(err, "consulter_org_id", "consultation.unknown_organisation") : false;
    return true;
}

bool consultation_compute(struct db *db, struct save *s, struct err *err)
{
    struct consultation *c = s->row;
    const struct consultation *old = s->old;
    if (old && (!*c->reopenings || !strcmp(c->reopenings, "[]")))
        c->reopenings = old->reopenings;
    if (!check_references(db, c, old, s->arena, err) || !find_person(db, c, old, s->user_id, s->arena, err))
        return false;
    consultation_derive(c, s->arena);
    /* The number first: its row is the lock that keeps two sheets of one ward from both being the person's first. */
    if (!give_number(db, c, old, s->arena, err))
        return false;
    return person_place(db, s, err);
}

/* -- after the row is written -------------------------------------------------------------------------------------------- */

static bool write_contacts(struct db *db, const struct consultation *c, struct arena *a, struct err *err)
{
    size_t count;
    const struct progress_entry *entries = field_rows(field_find(&consultation_set, "progress"), c, a, &count);
    for (size_t i = 0; i < count; i++)
        if (!db_post(db, err,
                     "INSERT INTO consultation_contact (consultation_id, seq, office_id, area_code, contact_on)"
                     " VALUES ($1, $2, $3, $4, $5)",
                     TEXT(c->head.id), INT((long long)i), TEXT(c->head.office_id), TEXT(c->head.area_code), TEXT(entries[i].contact_on)))
            return false;
    return true;
}

static bool keep_contacts(struct db *db, const struct save *s, struct err *err)
{
    const struct consultation *c = s->row, *old = s->old;
    if (old && !s->is_delete && !s->is_undelete && !strcmp(old->progress, c->progress))
        return true;
    if (old && !db_post(db, err, "DELETE FROM consultation_contact WHERE consultation_id = $1", TEXT(c->head.id)))
        return false;
    return s->is_delete || write_contacts(db, c, s->arena, err);
}

bool consultation_after_save(struct db *db, struct save *s, struct err *err)
{
    return keep_contacts(db, s, err) && person_correct(db, s, err);
}
