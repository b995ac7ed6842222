/* facility_archive.c -- .zip as published: one or several CSV files or workbooks. */
#include "features/facility/facility_import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

enum { MOST_ENTRIES = 200, MOST_RATIO = 400, PLAIN_BYTES = 16 << 20 };
static const zip_uint64_t most_bytes = (zip_uint64_t)1 << 30; /* all national files of one release unpack to less */

static bool starts_as_zip(const char *path)
{
    char head[4] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof head);
    if (fd >= 0)
        close(fd);
    return n == 4 && (!memcmp(head, "PK\x03\x04", 4) || !memcmp(head, "PK\x05\x06", 4));
}

bool facility_is_archive(const char *path)
{
    int code;
    zip_t *z = starts_as_zip(path) ? zip_open(path, ZIP_RDONLY, &code) : NULL;
    bool workbook = z && zip_name_locate(z, "[Content_Types].xml", 0) >= 0;
    if (z)
        zip_discard(z);
    return z && !workbook;
}

static bool is_table(const char *name)
{
    size_t n = strlen(name);
    bool hidden = strstr(name, "__MACOSX/") || (strrchr(name, '/') ? strrchr(name, '/')[1] : *name) == '.';
    return n > 4 && !hidden && (!strcasecmp(name + n - 4, ".csv") || (n > 5 && !strcasecmp(name + n - 5, ".xlsx")));
}

static bool copy_entry(zip_t *z, zip_uint64_t i, int fd, zip_uint64_t size, struct err *err)
{
    char chunk[65536];
    zip_uint64_t done = 0;
    zip_int64_t n = -1;
    zip_file_t *in = zip_fopen_index(z, i, 0);
    if (!in)
        return err_set(err, ERR_INPUT, "facility.zip_broken", "%s", zip_strerror(z));
    while ((n = zip_fread(in, chunk, sizeof chunk)) > 0 && (done += (zip_uint64_t)n) <= size)
        if (write(fd, chunk, (size_t)n) != n) {
            zip_fclose(in);
            return err_set(err, ERR_STORE_AWAY, "store.away", "unpack: %s", strerror(errno));
        }
    zip_fclose(in);
    return (n == 0 && done == size) || err_set(err, ERR_INPUT, "facility.zip_broken", "entry of %llu bytes", (unsigned long long)size);
}

static bool is_within_bounds(const zip_stat_t *s, zip_uint64_t *total, struct err *err)
{
    bool known = (s->valid & ZIP_STAT_SIZE) && (s->valid & ZIP_STAT_COMP_SIZE);
    if (!known || (s->valid & ZIP_STAT_ENCRYPTION_METHOD && s->encryption_method != ZIP_EM_NONE))
        return err_set(err, ERR_INPUT, known ? "facility.zip_password" : "facility.zip_broken", "entry");
    *total += s->size;
    if (s->size > most_bytes || *total > most_bytes || (s->size > PLAIN_BYTES && s->size / (s->comp_size + 1) > MOST_RATIO))
        return err_set(err, ERR_TOO_LARGE, "facility.zip_bomb", "%llu bytes", (unsigned long long)s->size);
    return true;
}

static bool take_entry(zip_t *z, const zip_stat_t *s, facility_entry_fn *each, void *arg, struct err *err)
{
    char path[] = "/tmp/renkei-open-data-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return err_set(err, ERR_STORE_AWAY, "store.away", "%s: %s", path, strerror(errno));
    bool done = copy_entry(z, s->index, fd, s->size, err) && each(path, s->name, arg, err);
    close(fd);
    unlink(path);
    return done;
}

static bool walk(zip_t *z, facility_entry_fn *each, void *arg, struct err *err)
{
    zip_int64_t count = zip_get_num_entries(z, 0);
    zip_uint64_t total = 0;
    long taken = 0;
    if (count > MOST_ENTRIES)
        return err_set(err, ERR_TOO_LARGE, "facility.zip_bomb", "%lld entries", (long long)count);
    for (zip_uint64_t i = 0; i < (zip_uint64_t)count; i++) {
        zip_stat_t s;
        if (zip_stat_index(z, i, 0, &s) != 0)
            return err_set(err, ERR_INPUT, "facility.zip_broken", "%s", zip_strerror(z));
        if (!is_table(s.name))
            continue;
        taken++;
        if (!is_within_bounds(&s, &total, err) || !take_entry(z, &s, each, arg, err))
            return false;
    }
    return taken || err_set(err, ERR_INPUT, "facility.zip_empty", "%lld entries", (long long)count);
}

bool facility_archive_each(const char *path, facility_entry_fn *each, void *arg, struct err *err)
{
    int code = 0;
    zip_t *z = zip_open(path, ZIP_RDONLY, &code);
    if (!z)
        return err_set(err, ERR_INPUT, "facility.zip_broken", "libzip %d", code);
    bool done = walk(z, each, arg, err);
    zip_discard(z);
    return done;
}
