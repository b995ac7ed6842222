#include "features/account/account_commands.h"

#include "base/date.h"
#include "base/id.h"
#include "base/text.h"
#include "features/account/password.h"
#include "features/account/user.h"
#include "features/area/area.h"
#include "features/feature_list.h"
#include "features/organization/organization.h"
#include "store/audit.h"
#include "web/app.h"

#include <stdio.h>
#include <string.h>

/* What the command line says, and what one write does with it. */
struct order {
    struct arena *arena;
    const char *login, *role, *office_code, *area_code, *office_name, *name, *kana, *label, *days;
    const char *password, *hash, *token;
    const char *action;
    bool (*act)(struct db *db, struct order *o, const struct user *u, struct err *err); /* NULL: add */
};

static int usage(const char *line)
{
    fprintf(stderr, "usage: renkei %s\n", line);
    return 2;
}

static bool read_options(struct order *o, int argc, char **argv)
{
    const struct {
        const char *name, **value;
    } options[] = {{"--role", &o->role},   {"--office", &o->office_code}, {"--name", &o->name}, {"--kana", &o->kana},
                   {"--area", &o->area_code}, {"--office-name", &o->office_name}, {"--label", &o->label}, {"--days", &o->days}};
    for (int i = 0; i < argc; i++) {
        size_t k = 0, count = sizeof options / sizeof *options;
        if (strncmp(argv[i], "--", 2) != 0 && !o->login) {
            o->login = argv[i];
            continue;
        }
        while (k < count && strcmp(argv[i], options[k].name) != 0)
            k++;
        if (k == count || ++i == argc)
            return false;
        *options[k].value = text_clean(o->arena, argv[i], strlen(argv[i]), true);
    }
    return o->login && login_name_refusal(o->login) == NULL;
}

static bool note(struct db *db, const struct order *o, const char *user_id, struct err *err)
{
    struct audit_entry e = {.user_id = "", .office_id = "", .action = o->action, .object_kind = "user_account", .object_id = user_id,
                            .detail = "command"};
    return audit_append(db, &e, err);
}

/* The first administrator comes before any office exists: --area and --office-name make one of the role "system". */
static bool find_or_make_office(struct db *db, const struct order *o, struct office *ret_office, struct err *err)
{
    struct err unknown = {0};
    if (office_find_by_code(db, o->office_code, o->arena, ret_office, &unknown))
        return true;
    if (!o->area_code || unknown.kind != ERR_NOT_FOUND) {
        if (err)
            *err = unknown;
        return false;
    }
    struct area area;
    const char *name = o->office_name ? o->office_name : "システム管理";
    struct organization org = {.id = id_new(o->arena), .name = name, .kana = "", .kind = "other", .corporate_number = "", .phone = "",
                               .address = ""};
    *ret_office = (struct office){.id = id_new(o->arena), .organization_id = org.id, .area_code = o->area_code, .role = "system", .name = name,
                                  .short_name = "管理", .code = o->office_code, .phone = "", .fax = "", .address = "", .active_from = "",
                                  .active_to = ""};
    return area_find(db, o->area_code, o->arena, &area, err) && organization_save(db, &org, "", o->arena, err) &&
           office_save(db, ret_office, "", o->arena, err);
}

static bool write_add(struct db *db, void *arg, struct err *err)
{
    const struct order *o = arg;
    struct office office;
    struct user u = {.id = id_new(o->arena), .login_name = o->login, .display_name = o->name ? o->name : o->login,
                     .kana = o->kana ? text_katakana(o->arena, o->kana) : "", .profession = "", .password_hash = o->hash, .must_change = true,
                     .password_is_long = true};
    if (!find_or_make_office(db, o, &office, err))
        return false;
    struct membership m = {.id = id_new(o->arena), .user_id = u.id, .office_id = office.id, .role = role_from_name(o->role),
                           .from_on = date_iso(o->arena, date_today()), .to_on = ""};
    return user_insert(db, &u, "", o->arena, err) && membership_add(db, &m, "", o->arena, err) && note(db, o, u.id, err);
}

static bool write_act(struct db *db, void *arg, struct err *err)
{
    struct order *o = arg;
    struct user u;
    return user_find_by_login(db, o->login, o->arena, &u, err) && o->act(db, o, &u, err) && note(db, o, u.id, err);
}

static int run(const struct config *config, store_write_fn *write, struct order *o)
{
    struct err err = {0};
    struct store *store = store_open(config->data, &err);
    bool done = store && app_migrate(store, features, &err) && store_write(store, write, o, &err);
    store_close(store);
    if (done)
        return 0;
    fprintf(stderr, "renkei: %s (%s)\n", feature_message(features, err.message), err.detail);
    return err_exit_code(err.kind);
}

static int new_password(struct order *o)
{
    struct err err = {0};
    o->password = password_new(o->arena);
    if (password_hash(o->password, o->arena, &o->hash, &err))
        return 0;
    fprintf(stderr, "renkei: %s\n", feature_message(features, err.message));
    return 1;
}

static int print_password(int code, const struct order *o)
{
    if (code == 0)
        printf("login %s\npassword %s\n", o->login, o->password);
    if (code == 0)
        fprintf(stderr, "renkei: this password works for 7 days and must be changed at the first sign-in\n");
    return code;
}

int user_add_command(const struct config *config, int argc, char **argv)
{
    auto_arena *a = arena_new();
    struct order o = {.arena = a, .action = "account.add"};
    if (!read_options(&o, argc, argv) || !o.role || !o.office_code || role_from_name(o.role) == ROLE_NONE)
        return usage("user add LOGIN --role coordinator|contractor_manager|ward_officer|health_bureau|system_administrator|viewer|professional "
                     "--office CODE [--name NAME] [--kana KANA] [--area CODE [--office-name NAME]]");
    int code = new_password(&o);
    return code ? code : print_password(run(config, write_add, &o), &o);
}

static bool disable(struct db *db, struct order *o, const struct user *u, struct err *err)
{
    return user_set_disabled(db, u->id, true, "", o->arena, err);
}

int user_disable_command(const struct config *config, int argc, char **argv)
{
    auto_arena *a = arena_new();
    struct order o = {.arena = a, .action = "account.disable", .act = disable};
    return read_options(&o, argc, argv) ? run(config, write_act, &o) : usage("user disable LOGIN");
}

static bool reset(struct db *db, struct order *o, const struct user *u, struct err *err)
{
    return user_reset(db, u->id, o->hash, "", o->arena, err);
}

int user_reset_command(const struct config *config, int argc, char **argv)
{
    auto_arena *a = arena_new();
    struct order o = {.arena = a, .action = "account.reset", .act = reset};
    if (!read_options(&o, argc, argv))
        return usage("user reset LOGIN");
    int code = new_password(&o);
    return code ? code : print_password(run(config, write_act, &o), &o);
}

/* Days of a token as minutes; 0 when it is not a number of days from 1 to 3650. */
static int minutes_of(const char *days)
{
    long n = 0;
    if (!days || strlen(days) > 4 || sscanf(days, "%ld", &n) != 1 || n < 1 || n > 3650)
        return 0;
    return (int)(n * 24 * 60);
}

static bool make_token(struct db *db, struct order *o, const struct user *u, struct err *err)
{
    struct membership *list;
    size_t count;
    const char *token;
    if (!membership_list(db, u->id, date_iso(o->arena, date_today()), o->arena, &list, &count, err))
        return false;
    if (!count || u->disabled)
        return err_set(err, ERR_FORBIDDEN, "account.no_membership", "user=%s", u->id);
    struct session s = user_session(u, &list[0], 1, o->arena);
    s.ends_at = utc_in_minutes(o->arena, minutes_of(o->days));
    if (!token_create(db, &s, o->label ? o->label : "", o->arena, &token, err))
        return false;
    o->token = token;
    return true;
}

int token_create_command(const struct config *config, int argc, char **argv)
{
    auto_arena *a = arena_new();
    struct order o = {.arena = a, .action = "account.token", .act = make_token, .days = "365"};
    if (!read_options(&o, argc, argv) || !minutes_of(o.days))
        return usage("token create LOGIN [--label TEXT] [--days 1..3650]");
    int code = run(config, write_act, &o);
    if (code == 0)
        printf("%s\n", o.token);
    return code;
}
