/* facility_import_command.c -- renkei import facilities. */
#include "base/buf.h"
#include "features/facility/facility_import.h"
#include "features/feature_list.h"
#include "web/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_changes(const struct facility_report *r)
{
    for (size_t i = 0; i < r->change_count; i++) {
        const struct facility_change *c = &r->changes[i];
        printf("  %s %s %s\n", c->kind == '+' ? "追加" : c->kind == '*' ? "変更" : "最新のファイルにない", c->key, c->name);
    }
    if (r->change_count == REPORT_CHANGES)
        printf("  （ほかは省きました）\n");
}

static void print_report(const struct facility_report *r, void *arg)
{
    bool *refused = arg;
    *refused |= r->refused > 0 || *r->problem;
    if (*r->problem) {
        printf("%s: %s%s\n", r->file, feature_message(features, r->problem), r->said);
        fprintf(stderr, "renkei: %s\n", feature_message(features, r->problem));
        return;
    }
    printf("%s: %s%s%s（%s）\n", r->file, r->label, *r->release ? " " : "", r->release, r->encoding);
    if (r->is_part)
        printf("%s: 一部だけのファイルとして取り込みました。ここにない機関の印は付けていません。\n", r->file);
    printf("%s: %ld行を読み、%ld行を取り込みました。取り込めなかった行%ld行。追加%ld件、変更%ld件、書き方の違いや補足だけ%ld件、変更なし%ld件、最新のファイルにない%ld件。\n", r->file, r->rows,
           r->rows - r->refused, r->refused, r->added, r->changed, r->filled, r->unchanged, r->unlisted);
    if (r->padded)
        printf("%s: %ld行で、失われていた先頭の0を補いました。\n", r->file, r->padded);
    if (r->proposed)
        printf("%s: ほかの資料の機関と同じかもしれない組が%ldあります。\n", r->file, r->proposed);
    print_changes(r);
    for (size_t i = 0; i < r->note_count; i++)
        printf("%s: %ld行目 %s: %s%s\n", r->file, r->notes[i].row, r->notes[i].column, r->notes[i].refused ? "取り込めません。" : "",
               r->notes[i].reason);
    if (r->notes_left_out)
        printf("%s: ほかに%ld件のお知らせがあります。\n", r->file, r->notes_left_out);
}

static bool read_text(const char *path, struct arena *a, const char **ret_text, struct err *err)
{
    char chunk[4096];
    auto_buf out = {0};
    FILE *f = fopen(path, "r");
    for (size_t n; f && out.size < 1 << 20 && (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
        buf_bytes(&out, chunk, n);
    if (f)
        fclose(f);
    *ret_text = arena_strdup(a, out.data);
    return f || err_set(err, ERR_INPUT, "facility.mapping", "%.100s", path);
}

static const char *option(int argc, char **argv, int *at, const char *name)
{
    if (*at + 1 >= argc || strcmp(argv[*at], name) != 0)
        return NULL;
    *at += 2;
    return argv[*at - 1];
}

static bool import_files(struct store *store, const struct facility_given *given, int count, char **paths, bool *refused, struct err *err)
{
    bool all = true;
    for (int i = 0; i < count; i++) {
        struct err mine = {0};
        if (facility_import_any(store, paths[i], given, print_report, refused, &mine))
            continue;
        printf("%s: %s\n", paths[i], feature_message(features, mine.message));
        fprintf(stderr, "renkei: %s (%s)\n", feature_message(features, mine.message), mine.detail);
        if (all && err)
            *err = mine;
        all = false;
    }
    return all;
}

int import_facilities_command(const struct config *config, int argc, char **argv)
{
    struct err err = {0};
    struct facility_mapping mapping;
    struct facility_given given = {.format = "auto", .tells_problems = true};
    bool refused = false, wants_mapping = false;
    auto_arena *a = arena_new();
    int first = 0;
    for (const char *value; first < argc && argv[first][0] == '-';)
        if ((value = option(argc, argv, &first, "--format")))
            given.format = value;
        else if ((value = option(argc, argv, &first, "--mapping")) && (wants_mapping = true)) {
            if (!read_text(value, a, &given.mapping_json, &err) || !facility_mapping_read(given.mapping_json, a, &mapping, &err))
                break;
            given.mapping = &mapping;
        } else
            break;
    if (err.kind == ERR_NONE && (first >= argc || argv[first][0] == '-')) {
        fprintf(stderr, "usage: renkei import facilities [--format auto|kaigo|navii|municipal-care|municipal-medical|kouseikyoku|mapped] "
                        "[--mapping FILE.json] FILE...\n");
        return 2;
    }
    struct store *store = err.kind == ERR_NONE && (given.mapping || !wants_mapping) ? store_open(config->data, &err) : NULL;
    bool ready = store && app_migrate(store, features, &err);
    if (!ready)
        fprintf(stderr, "renkei: %s (%s)\n", feature_message(features, err.message), err.detail);
    bool done = ready && import_files(store, &given, argc - first, argv + first, &refused, &err);
    store_close(store);
    return done ? refused : err_exit_code(err.kind);
}
