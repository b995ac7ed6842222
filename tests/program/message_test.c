/* message_test.c -- every error key written in the sources has a Japanese sentence that ends as a sentence. */
#include "tests/support/spec.h"

#include "base/arena.h"
#include "base/buf.h"
#include "features/feature_list.h"
#include "web/app_private.h"

#include <dirent.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct keys {
    struct app *app;
    regex_t pattern;
    int found, unknown;
};

static char *read_file(const char *path)
{
    auto_buf text = {0};
    char piece[8192];
    FILE *in = fopen(path, "r");
    for (size_t n; in && (n = fread(piece, 1, sizeof piece, in)) > 0;)
        buf_bytes(&text, piece, n);
    if (in)
        fclose(in);
    return xstrdup(text.data ? text.data : "");
}

static void look_at_file(struct keys *k, const char *path)
{
    char *text = read_file(path), key[128];
    regmatch_t at[3];
    for (const char *from = text; !regexec(&k->pattern, from, 3, at, 0); from += at[0].rm_eo) {
        snprintf(key, sizeof key, "%.*s", (int)(at[2].rm_eo - at[2].rm_so), from + at[2].rm_so);
        k->found++;
        if (!app_knows_message(k->app, key)) {
            fprintf(stderr, "%s: no sentence for \"%s\"\n", path, key);
            k->unknown++;
        }
    }
    free(text);
}

static bool is_source(const char *name)
{
    size_t size = strlen(name);
    return size > 2 && !strcmp(name + size - 2, ".c") && !(size > 7 && !strcmp(name + size - 7, "_test.c"));
}

static void look_under(struct keys *k, const char *folder)
{
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        char *path = NULL;
        struct stat about;
        if (e->d_name[0] == '.' || asprintf(&path, "%s/%s", folder, e->d_name) < 0)
            continue;
        if (!stat(path, &about) && S_ISDIR(about.st_mode))
            look_under(k, path);
        else if (is_source(e->d_name))
            look_at_file(k, path);
        free(path);
    }
    closedir(d);
}

static struct config config = {.data = "", .listen = "", .base_url = "", .workers = 1, .secret_key_file = ""};

static void every_error_has_its_sentence(void **state)
{
    (void)state;
    struct err err = {0};
    struct keys k = {.app = app_new(&config, NULL, features, &err)};
    assert_non_null(k.app);
    assert_int_equal(regcomp(&k.pattern, "err_(set|field)\\([^\";]*\"([a-z_]+\\.[a-z_]+)\"", REG_EXTENDED), 0);
    look_under(&k, SOURCE_ROOT "/src");
    regfree(&k.pattern);
    assert_true(k.found > 30);
    assert_int_equal(k.unknown, 0);
    app_free(k.app);
}

static void every_sentence_is_polite_japanese(void **state)
{
    (void)state;
    struct err err = {0};
    struct app *app = app_new(&config, NULL, features, &err);
    for (size_t i = 0; i < app->message_count; i++) {
        const char *s = app->messages[i].sentence;
        size_t size = strlen(s);
        if (size < 6 || (strcmp(s + size - 3, "。") && strcmp(s + size - 3, "）")))
            fail_msg("%s: %s", app->messages[i].key, s);
    }
    app_free(app);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_error_has_its_sentence),
                                       cmocka_unit_test(every_sentence_is_polite_japanese)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
