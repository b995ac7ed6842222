#include "base/config.h"

#include "base/count.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum setting_type { SETTING_TEXT, SETTING_FLAG, SETTING_NUMBER, SETTING_OPTIONAL /* "required" or "optional" */, SETTING_ELSEWHERE /* read where it is used */ };

struct setting {
    const char *name, *fallback, *meaning;
    enum setting_type type;
    size_t offset;
    int min, max;
};

#define AT(member) offsetof(struct config, member)
static const struct setting settings[] = {
    {"RENKEI_DATA", "sqlite:var/renkei.db", "where the data is: sqlite:FILE or postgresql://...", SETTING_TEXT, AT(data)},
    {"RENKEI_LISTEN", "127.0.0.1:8080", "address and port to serve on", SETTING_TEXT, AT(listen)},
    {"RENKEI_DEMO", "0", "1: demo banner and one-click sign-in", SETTING_FLAG, AT(demo)},
    {"RENKEI_BASE_URL", "", "address people use, printed in QR codes; http://LISTEN when empty", SETTING_TEXT, AT(base_url)},
    {"RENKEI_SECURE_COOKIE", "0", "1: cookies over TLS only", SETTING_FLAG, AT(secure_cookie)},
    {"RENKEI_WORKERS", "64", "request threads at most", SETTING_NUMBER, AT(workers), 1, 1024},
    {"RENKEI_IDLE_MINUTES", "10", "minutes before the screen locks", SETTING_NUMBER, AT(idle_minutes), 1, 120},
    {"RENKEI_SESSION_HOURS", "12", "hours before signing in again", SETTING_NUMBER, AT(session_hours), 1, 24},
    {"RENKEI_SECOND_FACTOR", "required", "required, or optional: passwords of 13 characters may do without", SETTING_OPTIONAL,
     AT(second_factor_optional)},
    {"RENKEI_SECRET_KEY_FILE", "", "32 random bytes; secret.key beside the database when empty", SETTING_TEXT,
     AT(secret_key_file)},
    {"RENKEI_TILE_HOST", "https://cyberjapandata.gsi.go.jp", "https://HOST that pictures of maps come from; none when empty", SETTING_TEXT, AT(tile_host)},
    {"RENKEI_TILE_PATH", "/xyz/pale/{z}/{x}/{y}.png", "path of a picture there", SETTING_TEXT, AT(tile_path)},
    {"RENKEI_TILE_SOURCE", "地理院タイル", "whose pictures they are, shown on the map", SETTING_TEXT, AT(tile_source)},
    {"RENKEI_SENDMAIL", "", "program that takes mail on standard input, /usr/sbin/sendmail; none is sent when empty", SETTING_TEXT, AT(sendmail)},
    {"RENKEI_MAIL_FROM", "", "sender of mails to offices, renkei@example.jp", SETTING_TEXT, AT(mail_from)},
    {"RENKEI_LOG_REQUESTS", "0", "1: a log line for each request", SETTING_FLAG, AT(log_requests)},
    {"RENKEI_LOG_DEBUG", "0", "set: debug lines too", SETTING_ELSEWHERE},
    {"RENKEI_NOW", "", "2024-11-30T09:15: freezes the clock, for tests and pictures", SETTING_ELSEWHERE},
};

/* The value stays out of the detail: an address of a database may hold a password. */
static bool refuse(struct err *err, const char *name, const char *want)
{
    err_set(err, ERR_INPUT, "config.invalid", "%s: %s", name, want);
    if (err)
        err->field = name;
    return false;
}

static bool read_flag(const struct setting *s, const char *text, bool *ret_flag, struct err *err)
{
    if (strcmp(text, "0") && strcmp(text, "1"))
        return refuse(err, s->name, "want 0 or 1");
    *ret_flag = *text == '1';
    return true;
}

static bool read_optional(const struct setting *s, const char *text, bool *ret_optional, struct err *err)
{
    if (strcmp(text, "required") && strcmp(text, "optional"))
        return refuse(err, s->name, "want required or optional");
    *ret_optional = *text == 'o';
    return true;
}

static bool read_number(const struct setting *s, const char *text, int *ret_number, struct err *err)
{
    char *end, want[64];
    errno = 0;
    long n = strtol(text, &end, 10);
    if (end == text || *end || errno || n < s->min || n > s->max) {
        snprintf(want, sizeof want, "want a number from %d to %d", s->min, s->max);
        return refuse(err, s->name, want);
    }
    *ret_number = (int)n;
    return true;
}

static bool read_setting(struct config *c, const struct setting *s, struct arena *a, struct err *err)
{
    const char *text = getenv(s->name);
    if (!text || !*text)
        text = s->fallback;
    char *member = (char *)c + s->offset;
    switch (s->type) {
    case SETTING_TEXT: *(const char **)(void *)member = arena_strdup(a, text); return true;
    case SETTING_OPTIONAL: return read_optional(s, text, (bool *)(void *)member, err);
    case SETTING_FLAG: return read_flag(s, text, (bool *)(void *)member, err);
    case SETTING_NUMBER: return read_number(s, text, (int *)(void *)member, err);
    case SETTING_ELSEWHERE: break;
    }
    return true;
}

static bool starts(const char *s, const char *with)
{
    return !strncmp(s, with, strlen(with));
}

static bool check_listen(const char *listen, struct err *err)
{
    const char *colon = strrchr(listen, ':');
    char *end = NULL;
    long port = colon && colon[1] >= '0' && colon[1] <= '9' ? strtol(colon + 1, &end, 10) : -1;
    if (!colon || colon == listen || port < 0 || port > 65535 || *end)
        return refuse(err, "RENKEI_LISTEN", "want ADDRESS:PORT");
    return true;
}

/* secret.key in the directory of the database file; under var/ when the data lives on a server. */
static const char *key_beside(const char *data, struct arena *a)
{
    const char *path = starts(data, "sqlite:") ? data + strlen("sqlite:") : "var/";
    const char *slash = strrchr(path, '/');
    return arena_printf(a, "%.*ssecret.key", slash ? (int)(slash - path + 1) : 0, path);
}

bool config_read(struct config *c, const char *data_override, struct arena *a, struct err *err)
{
    struct config read = {0};
    for (size_t i = 0; i < COUNT(settings); i++)
        if (!read_setting(&read, &settings[i], a, err))
            return false;
    if (data_override && *data_override)
        read.data = arena_strdup(a, data_override);
    bool file = starts(read.data, "sqlite:") && read.data[strlen("sqlite:")];
    if (!file && !starts(read.data, "postgresql://") && !starts(read.data, "postgres://"))
        return refuse(err, "RENKEI_DATA", "want sqlite:FILE or postgresql://...");
    if (!check_listen(read.listen, err))
        return false;
    if (!*read.base_url)
        read.base_url = arena_printf(a, "http://%s", read.listen);
    else if (!starts(read.base_url, "http://") && !starts(read.base_url, "https://"))
        return refuse(err, "RENKEI_BASE_URL", "want http://... or https://...");
    if (*read.sendmail && *read.sendmail != '/')
        return refuse(err, "RENKEI_SENDMAIL", "want the whole path of a program");
    if (*read.sendmail && (!strchr(read.mail_from, '@') || strpbrk(read.mail_from, "\r\n")))
        return refuse(err, "RENKEI_MAIL_FROM", "want the address that mails come from");
    if (!*read.secret_key_file)
        read.secret_key_file = key_beside(read.data, a);
    *c = read;
    return true;
}

void config_help(void)
{
    puts("Settings (environment):");
    for (size_t i = 0; i < COUNT(settings); i++) {
        const struct setting *s = &settings[i];
        printf("  %-24s %s%s%s%s\n", s->name, s->meaning, *s->fallback ? " [" : "", s->fallback, *s->fallback ? "]" : "");
    }
}
