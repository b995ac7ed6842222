/* given_file.h -- for specs: bytes as a file that goes at the end of the scope, and what another program says about it. */
#pragma once
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct given_file {
    char path[48];
};

static inline void given_file_remove(struct given_file *f)
{
    unlink(f->path);
}
#define auto_file __attribute__((cleanup(given_file_remove))) struct given_file

static inline struct given_file given_file(const void *bytes, size_t size)
{
    struct given_file f = {"/tmp/renkei-spec-XXXXXX"};
    int fd = mkstemp(f.path);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
        abort();
    close(fd);
    return f;
}

/* Everything the command prints; the file's path is put in the place of %s. */
static inline void output_of(struct buf *out, const char *command, const struct given_file *f)
{
    char line[256];
    size_t at = strcspn(command, "%");
    snprintf(line, sizeof line, "%.*s%s%s", (int)at, command, f->path, command[at] ? command + at + 2 : "");
    FILE *p = popen(line, "r");
    if (!p)
        abort();
    char chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, p)) > 0;)
        buf_bytes(out, chunk, n);
    if (pclose(p) != 0)
        abort();
    buf_bytes(out, "", 0);
}
