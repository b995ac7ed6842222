#include "features/keeping/passphrase.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST = 1024, NONCE = crypto_secretbox_NONCEBYTES, MAC = crypto_secretbox_MACBYTES };

static bool read_first_line(int fd, struct arena *a, const char **ret, struct err *err)
{
    char line[LONGEST + 1];
    ssize_t size = read(fd, line, LONGEST);
    line[size > 0 ? size : 0] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    *ret = arena_strdup(a, line);
    sodium_memzero(line, sizeof line);
    return **ret || err_set(err, ERR_INPUT, "keeping.passphrase_file", "the file is empty");
}

bool passphrase_read(const char *file, struct arena *a, const char **ret, struct err *err)
{
    struct stat about;
    if (!file) {
        const char *set = getenv("RENKEI_PASSPHRASE");
        *ret = set && *set ? arena_strdup(a, set) : NULL;
        return true;
    }
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0) {
        if (fd >= 0)
            close(fd);
        return err_set(err, ERR_INPUT, "keeping.passphrase_file", "errno %d", errno);
    }
    bool ok = about.st_mode & S_IRWXO ? err_set(err, ERR_INPUT, "keeping.passphrase_open", "mode %o", about.st_mode & 0777U)
                                      : read_first_line(fd, a, ret, err);
    close(fd);
    return ok;
}

bool passphrase_check(const char *passphrase, struct err *err)
{
    return text_length(passphrase) >= PASSPHRASE_SHORTEST || err_set(err, ERR_INPUT, "keeping.passphrase_short", "too short");
}

bool passphrase_seal(const char *path, const char *passphrase, const unsigned char *app_key, struct err *err)
{
    unsigned char sealed[NONCE + MAC + LONGEST];
    size_t size = strlen(passphrase);
    if (size > LONGEST)
        return err_set(err, ERR_INPUT, "keeping.passphrase_long", "%zu bytes", size);
    randombytes_buf(sealed, NONCE);
    crypto_secretbox_easy(sealed + NONCE, (const unsigned char *)passphrase, size, sealed, app_key);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ssize_t whole = (ssize_t)(NONCE + MAC + size);
    bool ok = fd >= 0 && write(fd, sealed, (size_t)whole) == whole && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (!ok && fd >= 0)
        unlink(path);
    return ok || err_set(err, ERR_STORE_AWAY, why == ENOSPC ? "store.full" : "job.folder", "errno %d", why);
}

bool passphrase_open(const char *path, const unsigned char *app_key, struct arena *a, const char **ret, struct err *err)
{
    unsigned char sealed[NONCE + MAC + LONGEST];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd >= 0 ? read(fd, sealed, sizeof sealed) : -1;
    if (fd >= 0)
        close(fd);
    if (size <= NONCE + MAC)
        return err_set(err, ERR_NOT_FOUND, "keeping.passphrase_gone", "no sealed passphrase");
    char *text = arena_alloc(a, (size_t)size - NONCE - MAC + 1);
    if (crypto_secretbox_open_easy((unsigned char *)text, sealed + NONCE, (unsigned long long)size - NONCE, sealed, app_key) != 0)
        return err_set(err, ERR_NOT_FOUND, "keeping.passphrase_gone", "sealed with another key");
    text[size - NONCE - MAC] = '\0';
    *ret = text;
    return true;
}
