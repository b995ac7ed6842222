/* office_mail.c -- the outbox: what waits to be sent, and the program that sends it.
 *
 * The program is named by RENKEI_SENDMAIL and called as `PROGRAM -i -- ADDRESS` with the message on standard input, as every sendmail takes it.  The
 * secret of a link is made for each try; of a try that failed nobody can have seen it. */
#include "base/id.h"
#include "base/log.h"
#include "features/office_link/office_link.h"
#include "web/session.h"

#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECRET_BYTES = 24, TRIES = 5, BATCH = 50, RETRY_MINUTES = 15, TIMEOUT_MS = 60000, LINE_BYTES = 54 /* 72 characters of base64 */ };

bool office_mail_queue(struct db *db, const struct office_mail *m, struct arena *a, struct err *err)
{
    const char *now = now_utc(a);
    return db_run(db, err,
                  "INSERT INTO office_mail (id, facility_id, link_id, prefix, address, subject, body, state, tries, next_at, created_at) "
                  "VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8, $8)",
                  TEXT(id_new(a)), TEXT(m->facility_id), TEXT(m->link_id), TEXT(m->prefix), TEXT(m->to), TEXT(m->subject), TEXT(m->body),
                  TEXT(now)) >= 0;
}

/* ---- the message ---- */

static void base64_lines(struct buf *out, const char *text)
{
    char line[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    size_t size = strlen(text);
    for (size_t i = 0; i < size; i += LINE_BYTES) {
        size_t n = size - i < LINE_BYTES ? size - i : LINE_BYTES;
        buf_text(out, sodium_bin2base64(line, sizeof line, (const unsigned char *)text + i, n, sodium_base64_VARIANT_ORIGINAL));
        buf_text(out, "\n");
    }
}

/* RFC 2047: each encoded word at most 75 characters and never cutting a character in two. */
static void subject_words(struct buf *out, const char *subject)
{
    enum { WORD_BYTES = 39 };
    char word[sodium_base64_ENCODED_LEN(WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    for (const char *at = subject; *at;) {
        size_t n = strnlen(at, WORD_BYTES);
        while (n && ((unsigned char)at[n] & 0xc0) == 0x80)
            n--;
        buf_printf(out, "%s=?UTF-8?B?%s?=", at == subject ? "" : "\n ",
                   sodium_bin2base64(word, sizeof word, (const unsigned char *)at, n, sodium_base64_VARIANT_ORIGINAL));
        at += n;
    }
}

static const char *with_link(struct arena *a, const char *body, const char *url)
{
    const char *at = strstr(body, "{link}");
    return at ? arena_printf(a, "%.*s%s%s", (int)(at - body), body, url, at + strlen("{link}")) : body;
}

static void write_message(struct buf *out, const struct config *c, const struct office_mail *m, const char *text)
{
    buf_printf(out, "From: %s\nTo: %s\nSubject: ", c->mail_from, m->to);
    subject_words(out, m->subject);
    buf_text(out, "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64\nAuto-Submitted: auto-generated\n\n");
    base64_lines(out, text);
}

/* ---- the program ---- */

static bool wait_for(pid_t child)
{
    int status = 0;
    for (int waited = 0; waited < TIMEOUT_MS; waited += 20, usleep(20000))
        if (waitpid(child, &status, WNOHANG) == child)
            return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return false;
}

/* It gets the message, an address and nothing else of ours: no environment, no open files. */
static bool run_program(const char *program, const char *address, int message)
{
    char *const argv[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)"-i", (char *)(uintptr_t)"--", (char *)(uintptr_t)address, NULL};
    char *const env[] = {(char *)(uintptr_t)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, message, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    bool started = !posix_spawn(&child, program, &actions, NULL, argv, env);
    posix_spawn_file_actions_destroy(&actions);
    return started && wait_for(child);
}

static bool hand_over(const struct config *c, const struct office_mail *m, const char *text)
{
    auto_buf message = {0};
    write_message(&message, c, m, text);
    int fd = memfd_create("mail", MFD_CLOEXEC);
    bool ok = fd >= 0 && write(fd, message.data, message.size) == (ssize_t)message.size && lseek(fd, 0, SEEK_SET) == 0 &&
              run_program(c->sendmail, m->to, fd);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* ---- the outbox ---- */

struct sending {
    const char *id, *link_id, *next_at, *hash, *later, *now;
    bool taken, sent;
};

/* Two nodes may see the same mail: the one whose UPDATE finds it sends it. */
static bool take_mail(struct db *db, void *arg, struct err *err)
{
    struct sending *s = arg;
    long long changed = db_run(db, err, "UPDATE office_mail SET tries = tries + 1, next_at = $3 WHERE id = $1 AND next_at = $2 AND state = 'waiting'",
                               TEXT(s->id), TEXT(s->next_at), TEXT(s->later));
    s->taken = changed == 1;
    return changed >= 0 && (!s->taken || db_run(db, err, "UPDATE office_link SET secret_hash = $2 WHERE id = $1", TEXT(s->link_id), TEXT(s->hash)) >= 0);
}

static bool note_outcome(struct db *db, void *arg, struct err *err)
{
    const struct sending *s = arg;
    if (s->sent)
        return db_run(db, err, "UPDATE office_mail SET state = 'sent', sent_at = $2 WHERE id = $1", TEXT(s->id), TEXT(s->now)) >= 0;
    return db_run(db, err, "UPDATE office_mail SET state = 'failed' WHERE id = $1 AND tries >= $2", TEXT(s->id), INT(TRIES)) >= 0;
}

static bool send_one(struct app *app, struct sending *s, const struct office_mail *m, struct arena *a, struct err *err)
{
    const char *secret = secret_new(a, SECRET_BYTES);
    s->hash = secret_hash(a, secret);
    s->later = utc_in_minutes(a, RETRY_MINUTES);
    s->now = now_utc(a);
    if (!store_write(app_store(app), take_mail, s, err) || !s->taken)
        return !err->kind;
    s->sent = hand_over(app_config(app), m, with_link(a, m->body, office_link_url(app, m->prefix, secret, a)));
    log_event(s->sent ? LOG_INFO : LOG_WARN, "mail.handed_over", "id=%s sent=%d", s->id, s->sent);
    return store_write(app_store(app), note_outcome, s, err);
}

bool office_mail_is_set(const struct app *app)
{
    const char *program = app_config(app)->sendmail;
    return program && *program;
}

bool office_mail_send(struct app *app, struct arena *a, int *ret_sent, struct err *err)
{
    struct sending list[BATCH] = {0};
    struct office_mail mails[BATCH];
    size_t count = 0;
    int sent = 0;
    if (!office_mail_is_set(app))
        return true;
    struct db *db = store_reader(app_store(app), err);
    auto_rows *r = db ? db_query(db, a, err,
                                 "SELECT m.id, m.link_id, m.next_at, m.facility_id, m.prefix, m.address, m.subject, m.body FROM office_mail m "
                                 "WHERE m.state = 'waiting' AND m.next_at <= $1 ORDER BY m.next_at LIMIT 50",
                                 TEXT(now_utc(a)))
                      : NULL;
    for (; r && count < BATCH && rows_next(r); count++) {
        list[count] = (struct sending){.id = rows_text(r, 0), .link_id = rows_text(r, 1), .next_at = rows_text(r, 2)};
        mails[count] = (struct office_mail){rows_text(r, 3), rows_text(r, 1), rows_text(r, 4), rows_text(r, 5), rows_text(r, 6), rows_text(r, 7)};
    }
    if (!r || rows_failed(r))
        return false;
    for (size_t i = 0; i < count; sent += list[i++].sent)
        if (!send_one(app, &list[i], &mails[i], a, err))
            return false;
    if (ret_sent)
        *ret_sent = sent;
    return true;
}

bool office_mail_counts(struct db *db, struct arena *a, long long *ret_waiting, long long *ret_failed, struct err *err)
{
    auto_rows *r = db_query(db, a, err,
                            "SELECT COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'failed' THEN 1 "
                            "ELSE 0 END), 0) FROM office_mail WHERE state <> 'sent'");
    if (!r || !rows_next(r))
        return false;
    *ret_waiting = rows_int(r, 0);
    *ret_failed = rows_int(r, 1);
    return true;
}
