/* direct_writer.c -- PostgreSQL.  Until its engine stands, such an address is refused when the store is opened. */
#include "store/store_inside.h"

struct direct_writer *direct_writer_start(struct store *s, struct err *err)
{
    (void)s;
    err_set(err, ERR_STORE_AWAY, "store.away", "no PostgreSQL engine in this build");
    return NULL;
}

struct db *db_postgresql_open(struct store *s, const char *url, struct err *err)
{
    (void)s, (void)url;
    err_set(err, ERR_STORE_AWAY, "store.away", "no PostgreSQL engine in this build");
    return NULL;
}

void direct_writer_stop(struct direct_writer *w)
{
    (void)w;
}

bool direct_write(struct store *s, store_write_fn *fn, void *arg, bool alone, struct err *err)
{
    (void)s, (void)fn, (void)arg, (void)alone;
    return err_set(err, ERR_STORE_AWAY, "store.away", "no PostgreSQL engine in this build");
}

void direct_write_later(struct direct_writer *w, store_write_fn *fn, void *arg)
{
    (void)w, (void)fn, (void)arg;
}

void direct_audit_later(struct direct_writer *w, struct audit_waiting *entry)
{
    (void)w;
    audit_waiting_free(entry);
}
