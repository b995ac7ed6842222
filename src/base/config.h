/* config.h -- settings, read once at start and passed down as const.
 *
 * Each setting is a row of config.c's table: environment variable, default, meaning.  Secrets come from the
 * environment or a file readable only by the service, never from the command line. */
#pragma once
#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

struct config {
    const char *data;      /* RENKEI_DATA, "sqlite:var/renkei.db" or "postgresql://..." */
    const char *listen;    /* RENKEI_LISTEN, "127.0.0.1:8080" */
    bool demo;             /* RENKEI_DEMO: demo banner and one-click sign-in */
    const char *base_url;  /* RENKEI_BASE_URL, printed in QR codes; default http://LISTEN */
    bool secure_cookie;    /* RENKEI_SECURE_COOKIE=1 behind TLS */
    int workers;           /* RENKEI_WORKERS, request threads at most, default 64, made when needed */
    int idle_minutes;      /* RENKEI_IDLE_MINUTES before the screen locks, default 10 (MHLW 6.0) */
    int session_hours;     /* RENKEI_SESSION_HOURS absolute limit, default 12 */
    bool second_factor_optional; /* RENKEI_SECOND_FACTOR=optional: 13 characters or more do without one; default required */
    const char *secret_key_file; /* RENKEI_SECRET_KEY_FILE: 32 random bytes, made beside the database when missing */
    const char *tile_host; /* RENKEI_TILE_HOST: pictures of maps may come from there; "" from nowhere */
    const char *tile_path; /* RENKEI_TILE_PATH, with {z}, {x} and {y}; NULL when there is no host */
    const char *tile_source; /* RENKEI_TILE_SOURCE, whose pictures they are */
    const char *sendmail;  /* RENKEI_SENDMAIL: program that takes a mail on standard input, "" sends none */
    const char *mail_from; /* RENKEI_MAIL_FROM: sender of mails to offices */
    bool log_requests;     /* RENKEI_LOG_REQUESTS */
};

/* Fills from the environment; `data_override` (--data) wins over RENKEI_DATA.  ERR_INPUT names the setting. */
bool config_read(struct config *c, const char *data_override, struct arena *a, struct err *err);
/* Prints the table of settings, for --help. */
void config_help(void);
