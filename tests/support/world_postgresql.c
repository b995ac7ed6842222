/* world_postgresql.c -- a fresh database of the server named by RENKEI_TEST_POSTGRESQL for one spec. */
#include "world_postgresql.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *maintenance_url(void)
{
    const char *url = getenv("RENKEI_TEST_POSTGRESQL");
    return url ? url : "";
}

static bool run(const char *sql)
{
    PGconn *conn = PQconnectdb(maintenance_url());
    PGresult *result = PQexec(conn, sql);
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!ok)
        fprintf(stderr, "world: %s", PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
    return ok;
}

/* The folder's random end names the database too. */
static char *name_of(struct world *w)
{
    char *name = arena_printf(w->arena, "renkei_%s_%ld", w->folder + strlen(w->folder) - 6, (long)getpid());
    for (char *c = name; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c += 'a' - 'A';
    return name;
}

/* The maintenance address with another database name. */
static const char *url_of(struct world *w, const char *name)
{
    const char *url = maintenance_url();
    const char *slash = strrchr(url, '/');
    const char *query = strchr(slash ? slash : url, '?');
    return arena_printf(w->arena, "%.*s/%s%s", (int)(slash ? slash - url : 0), url, name, query ? query : "");
}

const char *world_postgresql_create(struct world *w)
{
    const char *name = name_of(w);
    if (!run(arena_printf(w->arena, "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", name)))
        return NULL;
    return url_of(w, name);
}

void world_postgresql_drop(struct world *w)
{
    run(arena_printf(w->arena, "DROP DATABASE %s WITH (FORCE)", name_of(w)));
}
