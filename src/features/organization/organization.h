/* organization.h -- 法人・団体 and 事業所: an organization and the offices in which it plays a role of the programme.
 *
 * An office (相談支援室, 区役所, 健康局, 拠点, 医師会) has a role, an area and a period in which it is active; memberships of users and
 * all counted records hang from it.  Offices are public data within the installation and are read without a scope. */
#pragma once
#include "web/feature.h"
#include "web/picker.h"

struct organization {
    const char *id, *name, *kana;
    const char *kind;             /* code list organization_kind */
    const char *corporate_number; /* 法人番号, 13 digits or "" */
    const char *phone, *address;
    long revision;
};

struct office {
    const char *id, *organization_id, *organization_name;
    const char *area_code, *area_path;
    const char *role;        /* code list office_role */
    const char *name;        /* 北区在宅医療・介護連携相談支援室 */
    const char *short_name;  /* 北: in document numbers and narrow tables */
    const char *code;        /* what `renkei user add --office` names; unique */
    const char *phone, *fax, *address;
    const char *active_from, *active_to; /* ISO, both inclusive; "" open */
    long revision;
};

/* ERR_NOT_FOUND "office.unknown". */
bool office_find(struct db *db, const char *id, struct arena *a, struct office *ret_office, struct err *err);
bool office_find_by_code(struct db *db, const char *code, struct arena *a, struct office *ret_office, struct err *err);
/* Offices of a role ("" any) in the area with this path and below ("" everywhere), by area code and code; those not active on the day
 * `on` (ISO; "" any day) are left out. */
bool office_list(struct db *db, const char *role, const char *area_path, const char *on, struct arena *a, struct office **ret_offices,
                 size_t *ret_count, struct err *err);
/* "" when unknown. */
const char *office_label(struct db *db, const char *id, struct arena *a);

/* Insert (revision 0) or save with the optimistic lock; inside a write.  ERR_CONFLICT "record.stale"; ERR_INPUT "office.code_taken". */
bool organization_save(struct db *db, struct organization *o, const char *user_id, struct arena *a, struct err *err);
bool office_save(struct db *db, struct office *o, const char *user_id, struct arena *a, struct err *err);

/* The demo's offices have ids that follow from role and area: "consultation_room" of "271276" is 北区's room.  The organization of a role in
 * an area likewise.  Demo offices: health_bureau and system of 271004, ward_office and consultation_room of each of its 24 wards. */
const char *demo_office_id(struct arena *a, const char *role, const char *area_code);

extern const struct feature organization_feature;
