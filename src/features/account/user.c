#include "features/account/user.h"

#include "base/date.h"
#include "base/id.h"
#include "base/text.h"
#include "features/account/totp.h"

#include <string.h>

enum { INITIAL_PASSWORD_MINUTES = 7 * 24 * 60 };

#define USER_SELECT \
    "SELECT c.id, c.login_name, c.display_name, c.kana, c.profession, c.password_hash, c.initial_ends_at, c.totp_sealed, " \
    "c.totp_candidate, c.signed_in_at, c.must_change, c.password_is_long, c.totp_last_step, c.disabled, c.revision FROM user_account c "

static void read_user(const struct rows *r, struct arena *a, struct user *u)
{
    const char **texts[] = {&u->id, &u->login_name, &u->display_name, &u->kana, &u->profession, &u->password_hash, &u->initial_ends_at,
                            &u->totp_sealed, &u->totp_candidate, &u->signed_in_at};
    for (int i = 0; i < 10; i++)
        *texts[i] = arena_strdup(a, rows_text(r, i));
    u->must_change = rows_int(r, 10);
    u->password_is_long = rows_int(r, 11);
    u->totp_last_step = rows_int(r, 12);
    u->disabled = rows_int(r, 13);
    u->revision = (long)rows_int(r, 14);
}

static bool read_one(struct rows *r, struct arena *a, struct user *ret_user, struct err *err)
{
    if (!r)
        return false;
    if (!rows_next(r))
        return !rows_failed(r) && err_set(err, ERR_NOT_FOUND, "account.unknown", "no such user");
    read_user(r, a, ret_user);
    return true;
}

bool user_find(struct db *db, const char *id, struct arena *a, struct user *ret_user, struct err *err)
{
    auto_rows *r = db_query(db, a, err, USER_SELECT "WHERE c.id = $1", TEXT(id));
    return read_one(r, a, ret_user, err);
}

bool user_find_by_login(struct db *db, const char *login_name, struct arena *a, struct user *ret_user, struct err *err)
{
    auto_rows *r = db_query(db, a, err, USER_SELECT "WHERE c.login_key = $1", TEXT(text_fold(a, login_name)));
    return read_one(r, a, ret_user, err);
}

bool user_list(struct db *db, const char *words, long limit, long offset, struct arena *a, struct user **ret_users, size_t *ret_count,
               struct err *err)
{
    struct user *users = NEW_ARRAY(a, (size_t)limit + 1, struct user);
    size_t count = 0;
    auto_rows *r = db_query(db, a, err,
                            USER_SELECT "WHERE $1 = '' OR c.display_name LIKE '%' || $1 || '%' OR c.kana LIKE '%' || $2 || '%' "
                            "OR c.login_key LIKE '%' || $3 || '%' ORDER BY c.kana, c.display_name, c.id LIMIT $4 OFFSET $5",
                            TEXT(words), TEXT(text_katakana(a, words)), TEXT(text_fold(a, words)), INT(limit), INT(offset));
    if (!r)
        return false;
    while (count < (size_t)limit && rows_next(r))
        read_user(r, a, &users[count++]);
    *ret_users = users;
    *ret_count = count;
    return !rows_failed(r);
}

bool membership_list(struct db *db, const char *user_id, const char *on, struct arena *a, struct membership **ret_memberships,
                     size_t *ret_count, struct err *err)
{
    enum { MOST = 100 };
    auto_rows *r = db_query(db, a, err,
                            "SELECT m.id, m.user_id, m.office_id, m.role, m.from_on, m.to_on, o.name, o.role, o.area_code,"
                            " CASE WHEN a.kind = 'ward' THEN p.name || a.name ELSE a.name END, a.path "
                            "FROM membership m JOIN office o ON o.id = m.office_id JOIN area a ON a.code = o.area_code "
                            "LEFT JOIN area p ON p.code = a.parent_code "
                            "WHERE m.user_id = $1 AND ($2 = '' OR (m.from_on <= $2 AND (m.to_on = '' OR m.to_on >= $2) "
                            "AND (o.active_to = '' OR o.active_to >= $2))) "
                            "ORDER BY m.from_on DESC, m.id LIMIT 100",
                            TEXT(user_id), TEXT(on));
    if (!r)
        return false;
    struct membership *list = NEW_ARRAY(a, MOST, struct membership);
    size_t count = 0;
    while (count < MOST && rows_next(r)) {
        struct membership *m = &list[count++];
        const char **texts[] = {&m->id, &m->user_id, &m->office_id, NULL, &m->from_on, &m->to_on, &m->office_name, &m->office_role,
                                &m->area_code, &m->area_name, &m->area_path};
        for (int i = 0; i < 11; i++)
            if (texts[i])
                *texts[i] = arena_strdup(a, rows_text(r, i));
        m->role = role_from_name(rows_text(r, 3));
    }
    if (rows_failed(r))
        return false;
    *ret_memberships = list;
    *ret_count = count;
    return true;
}

const char *login_name_refusal(const char *login_name)
{
    size_t n = strlen(login_name);
    if (n < 3 || n > 40 || login_name[strspn(login_name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@")])
        return "利用者IDは3〜40文字の半角の英数字と . _ - @ で入力してください。";
    return NULL;
}

bool user_insert(struct db *db, const struct user *u, const char *by, struct arena *a, struct err *err)
{
    struct err mine = {0};
    if (db_int(db, &mine, 0, "SELECT 1 FROM user_account WHERE login_key = $1", TEXT(text_fold(a, u->login_name))))
        return err_field(err, "login_name", "account.login_taken");
    return db_run(db, err,
                  "INSERT INTO user_account (id, login_name, login_key, display_name, kana, profession, password_hash, must_change, "
                  "initial_ends_at, password_is_long, created_at, created_by, changed_at, changed_by, revision) "
                  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, $12, 1)",
                  TEXT(u->id), TEXT(u->login_name), TEXT(text_fold(a, u->login_name)), TEXT(u->display_name), TEXT(u->kana),
                  TEXT(u->profession), TEXT(u->password_hash), INT(u->must_change),
                  TEXT(u->must_change ? utc_in_minutes(a, INITIAL_PASSWORD_MINUTES) : ""), INT(u->password_is_long), TEXT(now_utc(a)),
                  TEXT(by)) == 1;
}

bool user_save_name(struct db *db, const struct user *u, const char *by, struct arena *a, struct err *err)
{
    long long changed = db_run(db, err,
                               "UPDATE user_account SET display_name = $2, kana = $3, profession = $4, changed_at = $5, changed_by = $6, "
                               "revision = revision + 1 WHERE id = $1 AND revision = $7",
                               TEXT(u->id), TEXT(u->display_name), TEXT(u->kana), TEXT(u->profession), TEXT(now_utc(a)), TEXT(by),
                               INT(u->revision));
    if (changed < 0)
        return false;
    if (changed == 0)
        return err_set(err, ERR_CONFLICT, "record.stale", "user=%s", u->id);
    return db_run(db, err, "UPDATE session SET display_name = $2 WHERE user_id = $1", TEXT(u->id), TEXT(u->display_name)) >= 0;
}

static bool changed_one(long long changed, const char *id, struct err *err)
{
    return changed == 1 || (changed == 0 && err_set(err, ERR_NOT_FOUND, "account.unknown", "user=%s", id));
}

bool user_set_password(struct db *db, const char *id, const char *hash, bool is_long, bool must_change, const char *by, struct arena *a,
                       struct err *err)
{
    return changed_one(db_run(db, err,
                              "UPDATE user_account SET password_hash = $2, password_is_long = $3, must_change = $4, initial_ends_at = $5, "
                              "changed_at = $6, changed_by = $7, revision = revision + 1 WHERE id = $1",
                              TEXT(id), TEXT(hash), INT(is_long), INT(must_change),
                              TEXT(must_change ? utc_in_minutes(a, INITIAL_PASSWORD_MINUTES) : ""), TEXT(now_utc(a)), TEXT(by)),
                       id, err);
}

bool user_set_disabled(struct db *db, const char *id, bool disabled, const char *by, struct arena *a, struct err *err)
{
    long long changed = db_run(db, err,
                               "UPDATE user_account SET disabled = $2, changed_at = $3, changed_by = $4, revision = revision + 1 "
                               "WHERE id = $1",
                               TEXT(id), INT(disabled), TEXT(now_utc(a)), TEXT(by));
    return changed_one(changed, id, err) && (!disabled || (session_end_user(db, id, "", err) && token_end_user(db, id, err)));
}

bool user_reset(struct db *db, const char *id, const char *hash, const char *by, struct arena *a, struct err *err)
{
    return user_set_password(db, id, hash, true, true, by, a, err) && user_set_totp(db, id, "", 0, err) &&
           session_end_user(db, id, "", err);
}

bool user_set_candidate(struct db *db, const char *id, const char *sealed, struct err *err)
{
    return changed_one(db_run(db, err, "UPDATE user_account SET totp_candidate = $2 WHERE id = $1", TEXT(id), TEXT(sealed)), id, err);
}

bool user_set_totp(struct db *db, const char *id, const char *sealed, long long step, struct err *err)
{
    return changed_one(db_run(db, err,
                              "UPDATE user_account SET totp_sealed = $2, totp_last_step = $3, totp_candidate = '' WHERE id = $1", TEXT(id),
                              TEXT(sealed), INT(step)),
                       id, err) &&
           (*sealed || db_run(db, err, "DELETE FROM recovery_code WHERE user_id = $1", TEXT(id)) >= 0);
}

bool user_use_step(struct db *db, const char *id, long long step, struct err *err)
{
    long long changed = db_run(db, err, "UPDATE user_account SET totp_last_step = $2 WHERE id = $1 AND totp_last_step < $2", TEXT(id),
                               INT(step));
    return changed == 1 || (changed == 0 && err_field(err, "code", "account.code_wrong"));
}

bool user_signed_in(struct db *db, const char *id, struct arena *a, struct err *err)
{
    return changed_one(db_run(db, err, "UPDATE user_account SET signed_in_at = $2 WHERE id = $1", TEXT(id), TEXT(now_utc(a))), id, err);
}

bool membership_add(struct db *db, const struct membership *m, const char *by, struct arena *a, struct err *err)
{
    return db_run(db, err,
                  "INSERT INTO membership (id, user_id, office_id, role, from_on, to_on, created_at, created_by) "
                  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                  TEXT(m->id), TEXT(m->user_id), TEXT(m->office_id), TEXT(role_name(m->role)), TEXT(m->from_on), TEXT(m->to_on),
                  TEXT(now_utc(a)), TEXT(by)) == 1;
}

/* The first moment after a day in Japan, in UTC. */
static const char *day_ends_at(struct arena *a, const char *day)
{
    return arena_printf(a, "%sT15:00:00.000Z", day);
}

bool membership_end(struct db *db, const char *id, const char *user_id, const char *to_on, const char *today, const char *by,
                    struct arena *a, struct err *err)
{
    long long changed = db_run(db, err, "UPDATE membership SET to_on = $3, ended_at = $4, ended_by = $5 WHERE id = $1 AND user_id = $2",
                               TEXT(id), TEXT(user_id), TEXT(to_on), TEXT(now_utc(a)), TEXT(by));
    if (!changed_one(changed, id, err))
        return false;
    if (strcmp(to_on, today) < 0)
        return db_run(db, err, "DELETE FROM session WHERE membership_id = $1", TEXT(id)) >= 0;
    return db_run(db, err, "UPDATE session SET ends_at = $2 WHERE membership_id = $1 AND ends_at > $2", TEXT(id),
                  TEXT(day_ends_at(a, to_on))) >= 0;
}

bool recovery_codes_make(struct db *db, const char *user_id, struct arena *a, const char **ret_codes, struct err *err)
{
    if (db_run(db, err, "DELETE FROM recovery_code WHERE user_id = $1", TEXT(user_id)) < 0)
        return false;
    for (int i = 0; i < RECOVERY_CODES; i++) {
        ret_codes[i] = recovery_code_new(a);
        if (db_run(db, err, "INSERT INTO recovery_code (user_id, code_hash, created_at) VALUES ($1, $2, $3)", TEXT(user_id),
                   TEXT(recovery_code_hash(ret_codes[i], a)), TEXT(now_utc(a))) != 1)
            return false;
    }
    return true;
}

long recovery_codes_left(struct db *db, const char *user_id)
{
    struct err ignored = {0};
    return (long)db_int(db, &ignored, 0, "SELECT COUNT(*) FROM recovery_code WHERE user_id = $1", TEXT(user_id));
}

bool recovery_code_use(struct db *db, const char *user_id, const char *hash, struct err *err)
{
    long long gone = hash ? db_run(db, err, "DELETE FROM recovery_code WHERE user_id = $1 AND code_hash = $2", TEXT(user_id), TEXT(hash)) : 0;
    return gone == 1 || (gone == 0 && err_field(err, "code", "account.code_wrong"));
}

struct session user_session(const struct user *u, const struct membership *m, int hours, struct arena *a)
{
    const char *ends_at = utc_in_minutes(a, hours * 60);
    const char *last = *m->to_on ? day_ends_at(a, m->to_on) : "";
    return (struct session){
        .id = "", .csrf = "", .created_at = "", .seen_at = "",
        .user_id = u->id, .display_name = u->display_name, .membership_id = m->id, .role = m->role, .office_id = m->office_id,
        .office_name = m->office_name, .area_code = m->area_code, .area_name = m->area_name, .area_path = m->area_path,
        .sees_area = !strcmp(m->office_role, "ward_office") || !strcmp(m->office_role, "health_bureau"),
        .ends_at = *last && strcmp(last, ends_at) < 0 ? last : ends_at,
    };
}

const char *account_display_name(struct db *db, const char *user_id, struct arena *a)
{
    struct err ignored = {0};
    const char *name = db_text(db, a, &ignored, "SELECT display_name FROM user_account WHERE id = $1", TEXT(user_id));
    return name ? name : "";
}
