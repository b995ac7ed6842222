#include "features/facility/facility_demo.h"

#include "features/facility/facility_import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* demo/NAME.csv, made by tools/pack.c */
extern const unsigned char osaka_care_offices[], invented_offices[];
extern const unsigned long osaka_care_offices_size, osaka_care_offices_full_size, invented_offices_size, invented_offices_full_size;

struct packed {
    const unsigned char *data;
    unsigned long size, full_size;
};

/* The importer reads files; a built-in one goes through the same door. */
static bool unpack(const struct packed *p, int fd, struct err *err)
{
    uLongf size = p->full_size;
    unsigned char *text = xmalloc(size);
    bool ok = uncompress(text, &size, p->data, p->size) == Z_OK;
    for (size_t done = 0; ok && done < size;) {
        ssize_t n = write(fd, text + done, size - done);
        ok = n > 0;
        done += ok ? (size_t)n : 0;
    }
    free(text);
    return ok || err_set(err, ERR_STORE_AWAY, "store.away", "demo file: %s", strerror(errno));
}

static void ignore_report(const struct facility_report *report, void *arg)
{
    (void)report;
    (void)arg;
}

static bool import_packed(struct store *store, const struct packed *p, const char *format, const char *name, struct err *err)
{
    char path[] = "/tmp/renkei-care-offices-XXXXXX";
    const struct facility_given given = {.format = format, .shown_name = name};
    int fd = mkstemp(path);
    if (fd < 0)
        return err_set(err, ERR_STORE_AWAY, "store.away", "%s: %s", path, strerror(errno));
    bool done = unpack(p, fd, err) && facility_import_any(store, path, &given, ignore_report, NULL, err);
    close(fd);
    unlink(path);
    return done;
}

bool facility_demo(struct store *store, struct err *err)
{
    const struct packed p = {osaka_care_offices, osaka_care_offices_size, osaka_care_offices_full_size};
    return import_packed(store, &p, "kaigo", "osaka_care_offices_20251231.csv", err);
}

bool facility_demo_invented(struct store *store, struct err *err)
{
    const struct packed p = {invented_offices, invented_offices_size, invented_offices_full_size};
    return import_packed(store, &p, "municipal-care", "invented_offices.csv", err);
}
