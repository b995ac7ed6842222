#include "web/command.h"

#include "web/serve.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* Takes "--data URL" or "--data=URL" out of the arguments, wherever it stands before "--". */
static const char *take_data(int *argc, char **argv)
{
    const char *data = NULL;
    int kept = 1;
    bool rest = false;
    for (int i = 1; i < *argc; i++) {
        rest = rest || !strcmp(argv[i], "--");
        if (!rest && !strcmp(argv[i], "--data") && i + 1 < *argc)
            data = argv[++i];
        else if (!rest && !strncmp(argv[i], "--data=", 7))
            data = argv[i] + 7;
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    *argc = kept;
    return data;
}

/* How many words of the arguments are this command's name; 0 when it is another. */
static int words_matched(const char *name, int argc, char **argv)
{
    int words = 0;
    while (*name && words < argc) {
        size_t size = strcspn(name, " ");
        if (strlen(argv[words]) != size || strncmp(argv[words], name, size))
            return 0;
        words++;
        name += size;
        name += *name == ' ';
    }
    return *name ? 0 : words;
}

/* The longest name wins: "user add" before "user". */
static const struct command *find(const struct feature *const *features, int argc, char **argv, int *ret_words)
{
    const struct command *found = NULL;
    *ret_words = 0;
    for (; *features; features++)
        for (size_t i = 0; i < (*features)->command_count; i++) {
            int words = words_matched((*features)->commands[i].name, argc, argv);
            if (words > *ret_words) {
                *ret_words = words;
                found = &(*features)->commands[i];
            }
        }
    return found;
}

static void usage_line(const char *name, const char *arguments, const char *help)
{
    printf("  renkei %s%s%s\n      %s\n", name, *arguments ? " " : "", arguments, help);
}

static int usage(const struct feature *const *features)
{
    printf("renkei %s -- records and reports of home care coordination\n\n", RENKEI_VERSION);
    usage_line("serve", "", "serves the pages and the API until SIGTERM");
    for (; *features; features++)
        for (size_t i = 0; i < (*features)->command_count; i++) {
            const struct command *c = &(*features)->commands[i];
            usage_line(c->name, c->arguments ? c->arguments : "", c->help);
        }
    printf("\nEvery command takes --data URL (sqlite:FILE or postgresql://...).\n"
           "Exit codes: 0 done, 1 refused, 2 usage, 3 could not reach the data.\n\n");
    config_help();
    return 0;
}

static bool asks_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--"); i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
            return true;
    return false;
}

static int run(const struct config *config, const struct feature *const *features, int argc, char **argv)
{
    int words;
    const struct command *c = find(features, argc, argv, &words);
    bool is_serve = !strcmp(argv[0], "serve");
    if (!c && !is_serve) {
        fprintf(stderr, "renkei: no such command: %s; renkei --help lists them\n", argv[0]);
        return 2;
    }
    if (is_serve && argc > 1) {
        fprintf(stderr, "renkei serve takes no arguments; its settings are in renkei --help\n");
        return 2;
    }
    if (is_serve)
        return serve(config, features);
    if (!asks_help(argc - words, argv + words))
        return c->run(config, argc - words, argv + words);
    usage_line(c->name, c->arguments ? c->arguments : "", c->help);
    return 0;
}

int command_main(int argc, char **argv, const struct feature *const *features)
{
    const char *data = take_data(&argc, argv);
    if (argc < 2) {
        usage(features);
        return 2;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help") ||
        (!strcmp(argv[1], "serve") && asks_help(argc, argv)))
        return usage(features);
    if (!strcmp(argv[1], "--version")) {
        printf("renkei %s\n", RENKEI_VERSION);
        return 0;
    }
    auto_arena *a = arena_new();
    struct config config;
    struct err err = {0};
    if (sodium_init() < 0 || !config_read(&config, data, a, &err)) {
        fprintf(stderr, "%s\n%s\n", feature_message(features, err.message), err.detail);
        return 2;
    }
    return run(&config, features, argc - 1, argv + 1);
}
