#include "web/permission.h"

#include "base/count.h"

#include <string.h>

#define BIT(p) (1u << (p))
#define ENTRY                                                                                                                    \
    (BIT(PERM_RECORD_READ) | BIT(PERM_RECORD_WRITE) | BIT(PERM_RECORD_IMPORT) | BIT(PERM_REPORT_READ) | BIT(PERM_FORM_WRITE) |   \
     BIT(PERM_FORM_READ) | BIT(PERM_DIRECTORY_READ) | BIT(PERM_DIRECTORY_WRITE))
#define READING (BIT(PERM_RECORD_READ) | BIT(PERM_REPORT_READ) | BIT(PERM_FORM_READ) | BIT(PERM_DIRECTORY_READ))

/* Source: programme.md §3.  Whose rows these are is the scope's business: a contractor manager reads the audit trail of the own
 * office, ward officers and the health bureau read records without personal members. */
static const struct {
    const char *name, *label;
    unsigned may;
} roles[ROLE__COUNT] = {
    [ROLE_NONE] = {"", "", 0},
    [ROLE_COORDINATOR] = {"coordinator", "コーディネーター", ENTRY},
    [ROLE_CONTRACTOR_MANAGER] = {"contractor_manager", "受託法人責任者", ENTRY | BIT(PERM_FORM_CONFIRM) | BIT(PERM_AUDIT_READ) | BIT(PERM_DIRECTORY_IMPORT)},
    [ROLE_WARD_OFFICER] = {"ward_officer", "区役所担当者", READING | BIT(PERM_DIRECTORY_WRITE)},
    [ROLE_HEALTH_BUREAU] = {"health_bureau", "健康局", READING | BIT(PERM_FORM_RECEIVE) | BIT(PERM_AUDIT_READ) | BIT(PERM_DIRECTORY_IMPORT)},
    [ROLE_SYSTEM_ADMINISTRATOR] = {"system_administrator", "システム管理者",
                                   BIT(PERM_USER_ADMIN) | BIT(PERM_AUDIT_READ) | BIT(PERM_SYSTEM) | BIT(PERM_DIRECTORY_READ) |
                                       BIT(PERM_DIRECTORY_WRITE) | BIT(PERM_DIRECTORY_IMPORT)},
    [ROLE_VIEWER] = {"viewer", "閲覧のみ", READING},
    [ROLE_PROFESSIONAL] = {"professional", "登録専門職", BIT(PERM_DIRECTORY_READ)},
};

static bool is_role(enum role r)
{
    return (unsigned)r < ROLE__COUNT;
}

const char *role_name(enum role r)
{
    return is_role(r) ? roles[r].name : "";
}

const char *role_label(enum role r)
{
    return is_role(r) ? roles[r].label : "";
}

enum role role_from_name(const char *name)
{
    for (size_t i = ROLE_NONE + 1; name && i < COUNT(roles); i++)
        if (!strcmp(roles[i].name, name))
            return (enum role)i;
    return ROLE_NONE;
}

bool role_may(enum role r, enum permission p)
{
    if (p == PERM_PUBLIC)
        return true;
    if (!is_role(r) || r == ROLE_NONE || (unsigned)p >= PERM__COUNT)
        return false;
    return p == PERM_SIGNED_IN || (roles[r].may & BIT(p));
}
