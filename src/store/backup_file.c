#include "store/backup_file.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STREAM(name) crypto_secretstream_xchacha20poly1305_##name
enum {
    FRAME_MAX = 256 * 1024 * 1024, /* one row must fit; more is no frame of ours */
    HASH = 32,
    MEMORY_MAX_KIB = 1024 * 1024,
    PASSES_MAX = 16,
};
static const char magic[] = "RENKEI-BACKUP 1\n";

struct seal {
    bool is_on;
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char hash[HASH]; /* plain: over everything so far */
};

struct backup_writer {
    FILE *file;
    char *path, *part;
    struct seal seal;
};

struct backup_reader {
    FILE *file;
    struct seal seal;
    struct buf raw, text;
    bool ended;
};

static void put_u32(unsigned char out[4], uint32_t n)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(n >> (8 * i));
}

static uint32_t get_u32(const unsigned char in[4])
{
    return in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
}

static void hash_on(struct seal *seal, const void *text, size_t size, bool last)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, HASH);
    crypto_generichash_update(&state, seal->hash, HASH);
    crypto_generichash_update(&state, (const unsigned char *)(last ? "E" : "F"), 1);
    crypto_generichash_update(&state, text, size);
    crypto_generichash_final(&state, seal->hash, HASH);
}

static bool make_key(unsigned char key[32], const char *passphrase, const unsigned char *salt, uint32_t passes, uint32_t kib,
                     struct err *err)
{
    if (crypto_pwhash(key, 32, passphrase, strlen(passphrase), salt, passes, (size_t)kib * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0)
        return true;
    return err_set(err, ERR_BROKEN, "backup.memory", "argon2id with %u KiB", kib);
}

/* --- writing --- */

static bool fail_write(struct err *err)
{
    return err_set(err, ERR_STORE_AWAY, errno == ENOSPC || errno == EFBIG ? "backup.full" : "backup.cannot_write", "errno %d", errno);
}

static bool put(struct backup_writer *w, const void *data, size_t size, struct err *err)
{
    return fwrite(data, 1, size, w->file) == size || fail_write(err);
}

static bool start_seal(struct backup_writer *w, const char *passphrase, struct err *err)
{
    unsigned char head[16 + 8 + STREAM(HEADERBYTES)], key[32];
    uint32_t passes = crypto_pwhash_OPSLIMIT_MODERATE, kib = crypto_pwhash_MEMLIMIT_MODERATE / 1024;
    randombytes_buf(head, 16);
    put_u32(head + 16, passes);
    put_u32(head + 20, kib);
    if (!make_key(key, passphrase, head, passes, kib, err))
        return false;
    STREAM(init_push)(&w->seal.state, head + 24, key);
    sodium_memzero(key, sizeof key);
    w->seal.is_on = true;
    return put(w, head, sizeof head, err);
}

struct backup_writer *backup_create(const char *path, const char *passphrase, struct err *err)
{
    struct backup_writer *w = xcalloc(1, sizeof *w);
    w->path = xstrdup(path);
    w->part = xcalloc(strlen(path) + 8, 1);
    sprintf(w->part, "%s.part", path);
    bool sealed = passphrase && *passphrase;
    int fd = open(w->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    w->file = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!w->file)
        fail_write(err);
    else if (put(w, magic, sizeof magic - 1, err) && put(w, sealed ? "S" : "P", 1, err) &&
             (!sealed || start_seal(w, passphrase, err)))
        return w;
    backup_abandon(w);
    return NULL;
}

static bool put_sealed(struct backup_writer *w, const struct buf *text, bool last, struct err *err)
{
    size_t size = text->size + STREAM(ABYTES);
    unsigned char *sealed = xmalloc(size + 4);
    put_u32(sealed, (uint32_t)size);
    STREAM(push)(&w->seal.state, sealed + 4, NULL, (const unsigned char *)text->data, text->size, NULL, 0,
                 last ? STREAM(TAG_FINAL) : STREAM(TAG_MESSAGE));
    bool ok = put(w, sealed, size + 4, err);
    free(sealed);
    return ok;
}

bool backup_frame(struct backup_writer *w, const struct buf *text, bool last, struct err *err)
{
    if (text->size > FRAME_MAX)
        return err_set(err, ERR_TOO_LARGE, "backup.row_too_large", "%zu bytes", text->size);
    if (w->seal.is_on)
        return put_sealed(w, text, last, err);
    unsigned char size[4];
    put_u32(size, (uint32_t)text->size);
    hash_on(&w->seal, text->data, text->size, last);
    return put(w, size, 4, err) && put(w, text->data, text->size, err) && put(w, w->seal.hash, HASH, err);
}

static void writer_free(struct backup_writer *w)
{
    if (w->file)
        fclose(w->file);
    sodium_memzero(&w->seal, sizeof w->seal);
    free(w->path);
    free(w->part);
    free(w);
}

static void flush_folder(const char *path)
{
    char *folder = xstrdup(path), *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0';
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

long long backup_finish(struct backup_writer *w, struct err *err)
{
    long long size = ftell(w->file);
    if (fflush(w->file) != 0 || fsync(fileno(w->file)) != 0 || rename(w->part, w->path) != 0) {
        fail_write(err);
        backup_abandon(w);
        return -1;
    }
    flush_folder(w->path);
    writer_free(w);
    return size;
}

void backup_abandon(struct backup_writer *w)
{
    if (!w)
        return;
    unlink(w->part);
    writer_free(w);
}

/* --- reading --- */

static bool damaged(struct err *err, const char *what)
{
    return err_set(err, ERR_INPUT, "backup.damaged", "%s", what);
}

static bool get(struct backup_reader *r, void *data, size_t size)
{
    return fread(data, 1, size, r->file) == size;
}

static bool open_seal(struct backup_reader *r, const char *passphrase, struct err *err)
{
    unsigned char head[16 + 8 + STREAM(HEADERBYTES)], key[32];
    if (!get(r, head, sizeof head))
        return damaged(err, "short head");
    if (!passphrase || !*passphrase)
        return err_set(err, ERR_INPUT, "backup.needs_passphrase", "sealed");
    uint32_t passes = get_u32(head + 16), kib = get_u32(head + 20);
    if (passes < 1 || passes > PASSES_MAX || kib < 8 || kib > MEMORY_MAX_KIB)
        return damaged(err, "unlikely key cost");
    if (!make_key(key, passphrase, head, passes, kib, err))
        return false;
    bool ok = STREAM(init_pull)(&r->seal.state, head + 24, key) == 0;
    sodium_memzero(key, sizeof key);
    r->seal.is_on = true;
    return ok || damaged(err, "head");
}

struct backup_reader *backup_open(const char *path, const char *passphrase, struct err *err)
{
    char start[sizeof magic];
    struct backup_reader *r = xcalloc(1, sizeof *r);
    r->file = fopen(path, "rbe");
    if (!r->file)
        err_set(err, ERR_INPUT, "backup.cannot_read", "errno %d", errno);
    else if (!get(r, start, sizeof start) || memcmp(start, magic, sizeof magic - 1) != 0 || !strchr("PS", start[sizeof magic - 1]))
        err_set(err, ERR_INPUT, "backup.not_a_backup", "no magic");
    else if (start[sizeof magic - 1] != 'S' || open_seal(r, passphrase, err))
        return r;
    backup_close(r);
    return NULL;
}

static bool open_frame(struct backup_reader *r, size_t size, struct err *err)
{
    unsigned char tag = 0;
    if (size < STREAM(ABYTES))
        return damaged(err, "short frame");
    buf_cut(&r->text, 0);
    buf_reserve(&r->text, size);
    if (STREAM(pull)(&r->seal.state, (unsigned char *)r->text.data, NULL, &tag, (const unsigned char *)r->raw.data, size, NULL, 0) != 0)
        return err_set(err, ERR_INPUT, "backup.wrong_passphrase", "the seal does not open");
    r->text.size = size - STREAM(ABYTES);
    r->ended = tag == STREAM(TAG_FINAL);
    return true;
}

static bool check_frame(struct backup_reader *r, size_t size, struct err *err)
{
    unsigned char hash[HASH];
    struct seal last = r->seal;
    if (!get(r, hash, HASH))
        return damaged(err, "cut off");
    hash_on(&r->seal, r->raw.data, size, false);
    hash_on(&last, r->raw.data, size, true);
    r->ended = memcmp(hash, last.hash, HASH) == 0;
    if (!r->ended && memcmp(hash, r->seal.hash, HASH) != 0)
        return damaged(err, "hash");
    buf_cut(&r->text, 0);
    buf_bytes(&r->text, r->raw.data, size);
    return true;
}

/* A stranger's size is believed only as far as the file goes. */
static bool read_raw(struct backup_reader *r, size_t size)
{
    buf_cut(&r->raw, 0);
    while (r->raw.size < size) {
        size_t piece = size - r->raw.size < 1 << 20 ? size - r->raw.size : 1 << 20;
        buf_reserve(&r->raw, piece);
        if (!get(r, r->raw.data + r->raw.size, piece))
            return false;
        r->raw.size += piece;
    }
    return true;
}

bool backup_next(struct backup_reader *r, const char **ret_text, size_t *ret_size, struct err *err)
{
    unsigned char size[4];
    if (r->ended) {
        if (fgetc(r->file) != EOF)
            return damaged(err, "something follows the end");
        return false;
    }
    if (!get(r, size, 4))
        return damaged(err, "cut off");
    size_t n = get_u32(size);
    if (n > FRAME_MAX + STREAM(ABYTES) || !read_raw(r, n))
        return damaged(err, "cut off");
    if (!(r->seal.is_on ? open_frame(r, n, err) : check_frame(r, n, err)))
        return false;
    *ret_text = r->text.data;
    *ret_size = r->text.size;
    return true;
}

void backup_close(struct backup_reader *r)
{
    if (!r)
        return;
    if (r->file)
        fclose(r->file);
    sodium_memzero(&r->seal, sizeof r->seal);
    buf_free(&r->raw);
    buf_free(&r->text);
    free(r);
}
