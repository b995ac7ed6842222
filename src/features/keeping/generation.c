#include "features/keeping/generation.h"

#include "base/buf.h"
#include "base/date.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PART_AGE = 86400 }; /* seconds; a backup of a city takes minutes */
static const char shape[] = "renkei-########-####.backup"; /* #: a digit */

const char *generation_name(struct arena *a)
{
    const char *now = now_local(a);
    return arena_printf(a, "renkei-%.4s%.2s%.2s-%.2s%.2s.backup", now, now + 5, now + 8, now + 11, now + 14);
}

/* The first `size` characters have our shape. */
static bool has_shape(const char *name, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (shape[i] == '#' ? !isdigit((unsigned char)name[i]) : shape[i] != name[i])
            return false;
    return true;
}

bool generation_is_name(const char *file_name)
{
    return strlen(file_name) == sizeof shape - 1 && has_shape(file_name, sizeof shape - 1);
}

static bool is_old_part(int folder, const char *name)
{
    struct stat about;
    return strlen(name) == sizeof shape - 1 + 5 && has_shape(name, sizeof shape - 1) && strcmp(name + sizeof shape - 1, ".part") == 0 &&
           fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) == 0 && time(NULL) - about.st_mtime > PART_AGE;
}

static int is_wanted(const struct dirent *e)
{
    return generation_is_name(e->d_name);
}

static void prune_parts(const char *folder)
{
    DIR *d = opendir(folder);
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d));)
        if (is_old_part(dirfd(d), e->d_name))
            unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
}

long generation_prune(const char *folder, long keep)
{
    struct dirent **found;
    long gone = 0;
    prune_parts(folder);
    int count = scandir(folder, &found, is_wanted, alphasort), fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < count; i++) {
        if (fd >= 0 && i < count - keep && unlinkat(fd, found[i]->d_name, 0) == 0)
            gone++;
        free(found[i]);
    }
    if (count >= 0)
        free(found);
    if (fd >= 0)
        close(fd);
    return gone;
}
