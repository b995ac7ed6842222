#include "features/keeping/keeping_commands.h"

#include "features/feature_list.h"
#include "features/keeping/check.h"
#include "features/keeping/data_words.h"
#include "features/keeping/generation.h"
#include "features/keeping/keeping_run.h"
#include "features/keeping/passphrase.h"
#include "web/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int keeping_failed(const struct err *err)
{
    fprintf(stderr, "renkei: %s (%s)\n", feature_message(features, err->message), err->detail);
    /* Data that cannot be reached is 3; a file that cannot be written is a refusal. */
    return strncmp(err->message, "backup.", 7) == 0 ? 1 : err_exit_code(err->kind);
}

/* --- the command line --- */

static const char backup_usage[] = "backup FILE|FOLDER/ [--keep N] [--passphrase-file FILE]";
static const char restore_usage[] = "restore FILE [--replace] [--passphrase-file FILE]\n       renkei restore --from-export FOLDER [--replace]";
static const char export_usage[] = "export --out FOLDER";
static const char verify_usage[] = "verify [--recount] | verify --export FOLDER";

static int usage(const char *line)
{
    fprintf(stderr, "usage: renkei %s\n合い言葉は --passphrase-file か環境変数 RENKEI_PASSPHRASE で渡します。コマンドの行には書けません。\n", line);
    return 2;
}

struct options {
    const char *file, *out, *from_export, *export, *passphrase_file, *keep;
    bool replace, recount;
};
struct option {
    const char *name;
    const char **value;
    bool *flag;
};

static bool read_option(const struct option *known, int argc, char **argv, int *i)
{
    for (; known->name; known++) {
        if (strcmp(argv[*i], known->name) != 0)
            continue;
        if (known->flag)
            *known->flag = true;
        else if (++*i < argc)
            *known->value = argv[*i];
        else
            return false;
        return true;
    }
    return false;
}

/* `file` takes the one word without dashes, when the command has one. */
static bool read_options(const struct option *known, const char **file, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0 && file && !*file)
            *file = argv[i];
        else if (!read_option(known, argc, argv, &i))
            return false;
    }
    return true;
}

/* --- the store --- */

/* The file of "sqlite:FILE", or NULL. */
static const char *file_of(const struct config *config)
{
    const char *data = config->data;
    return strncmp(data, "sqlite:", 7) == 0 && strcmp(data + 7, ":memory:") != 0 ? data + 7 : NULL;
}

/* SQLite would make an empty file of a mistyped name. */
static struct store *open_existing(const struct config *config, struct err *err)
{
    const char *file = file_of(config);
    if (file && access(file, F_OK) != 0) {
        err_set(err, ERR_STORE_AWAY, "keeping.no_store", "no such file");
        return NULL;
    }
    return store_open(config->data, err);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* What was done is done, also when it cannot be noted: an older store has no table for it. */
static void note(struct store *s, const struct keeping_run *run)
{
    struct err err = {0};
    if (!keeping_run_save(s, run, &err))
        fprintf(stderr, "renkei: この作業をデータベースに記録できませんでした。作業そのものは終わっています。(%s)\n", err.detail);
}

static void print_result(const struct backup_result *r)
{
    printf("tables %lld\nrows %lld\n", r->tables, r->rows);
    if (r->bytes) /* not counted when an export comes back */
        printf("bytes %lld\n", r->bytes);
    printf("fingerprint %s\n", r->fingerprint);
}

/* --- backup --- */

/* "FOLDER/" keeps generations: a name by the clock in it. */
static bool is_folder(const char *path)
{
    size_t size = strlen(path);
    return size > 0 && path[size - 1] == '/';
}

static bool read_keep(const char *text, long *ret)
{
    char *end;
    *ret = text ? strtol(text, &end, 10) : 0;
    return !text || (*text && !*end && *ret >= 1 && *ret <= 10000);
}

static int backup(const struct config *config, const char *path, const char *passphrase)
{
    struct err err = {0};
    struct backup_result result;
    struct store *s = open_existing(config, &err);
    int code = 0;
    if (!s || !backup_write(s, path, passphrase, &result, &err)) {
        code = keeping_failed(&err);
    } else {
        printf("file %s\n", path);
        print_result(&result);
        note(s, &(struct keeping_run){.kind = "backup", .file_name = base_name(path), .rows = result.rows, .bytes = result.bytes,
                                      .fingerprint = result.fingerprint, .is_sealed = passphrase != NULL, .is_good = true});
    }
    store_close(s);
    return code;
}

int backup_command(const struct config *config, int argc, char **argv)
{
    struct options o = {0};
    const struct option known[] = {{"--keep", &o.keep, NULL}, {"--passphrase-file", &o.passphrase_file, NULL}, {0}};
    auto_arena *a = arena_new();
    const char *passphrase = NULL;
    struct err err = {0};
    long keep;
    if (!read_options(known, &o.file, argc, argv) || !o.file || !read_keep(o.keep, &keep) || (o.keep && !is_folder(o.file)))
        return usage(backup_usage);
    if (!passphrase_read(o.passphrase_file, a, &passphrase, &err) || (passphrase && !passphrase_check(passphrase, &err)))
        return keeping_failed(&err);
    if (!passphrase)
        fprintf(stderr, "renkei: 合い言葉がないため、暗号化せずに書き出します。個人情報が含まれます。置き場所に注意してください。\n");
    if (!is_folder(o.file))
        return backup(config, o.file, passphrase);
    mkdir(o.file, 0700);
    int code = backup(config, arena_printf(a, "%s%s", o.file, generation_name(a)), passphrase);
    if (code == 0 && keep)
        printf("removed %ld\n", generation_prune(o.file, keep));
    return code;
}

/* --- restore --- */

/* A new file that stays empty would only mislead. */
static void remove_new(const char *file)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    auto_arena *a = arena_new();
    for (size_t i = 0; file && i < sizeof ends / sizeof *ends; i++)
        unlink(arena_printf(a, "%s%s", file, ends[i]));
}

static void remind_of_key(const struct config *config)
{
    if (config->secret_key_file && *config->secret_key_file && access(config->secret_key_file, F_OK) != 0)
        fprintf(stderr, "renkei: 鍵のファイル（%s）がありません。二要素認証を続けて使うには、バックアップしたときの鍵のファイルを戻してください。\n",
                config->secret_key_file);
}

static bool restore_into(struct store *s, const struct options *o, const char *passphrase, struct backup_result *ret, struct err *err)
{
    auto_arena *a = arena_new();
    struct migration_list m = app_migrations(features, a);
    struct stat about;
    if (o->from_export)
        return export_restore(s, o->from_export, o->replace, &m, ret, err);
    if (!backup_restore(s, o->file, passphrase, o->replace, &m, ret, err))
        return false;
    ret->bytes = stat(o->file, &about) == 0 ? about.st_size : 0;
    return true;
}

static int restore(const struct config *config, const struct options *o, const char *passphrase)
{
    struct err err = {0};
    struct backup_result result = {0};
    const char *file = file_of(config), *from = o->file ? o->file : o->from_export;
    bool is_new = file && access(file, F_OK) != 0;
    struct store *s = store_open(config->data, &err);
    bool ok = s && restore_into(s, o, passphrase, &result, &err);
    if (ok) {
        print_result(&result);
        note(s, &(struct keeping_run){.kind = "restore", .file_name = base_name(from), .rows = result.rows, .bytes = result.bytes,
                                      .fingerprint = result.fingerprint, .is_sealed = passphrase != NULL && o->file, .is_good = true});
        remind_of_key(config);
    }
    store_close(s);
    if (!ok && is_new)
        remove_new(file);
    return ok ? 0 : keeping_failed(&err);
}

int restore_command(const struct config *config, int argc, char **argv)
{
    struct options o = {0};
    const struct option known[] = {{"--from-export", &o.from_export, NULL}, {"--passphrase-file", &o.passphrase_file, NULL},
                                   {"--replace", NULL, &o.replace}, {0}};
    auto_arena *a = arena_new();
    const char *passphrase = NULL;
    struct err err = {0};
    if (!read_options(known, &o.file, argc, argv) || !o.file == !o.from_export)
        return usage(restore_usage);
    if (!passphrase_read(o.passphrase_file, a, &passphrase, &err))
        return keeping_failed(&err);
    return restore(config, &o, passphrase);
}

/* --- export --- */

int export_command(const struct config *config, int argc, char **argv)
{
    struct options o = {0};
    const struct option known[] = {{"--out", &o.out, NULL}, {0}};
    auto_arena *a = arena_new();
    struct err err = {0};
    struct backup_result result;
    int code = 0;
    if (!read_options(known, NULL, argc, argv) || !o.out || !*o.out)
        return usage(export_usage);
    struct migration_list m = app_migrations(features, a);
    const struct export_words words = data_words(features);
    struct store *s = open_existing(config, &err);
    if (!s || !export_write(s, o.out, &m, &words, &result, &err)) {
        code = keeping_failed(&err);
    } else {
        printf("folder %s\n", o.out);
        print_result(&result);
        note(s, &(struct keeping_run){.kind = "export", .rows = result.rows, .bytes = result.bytes, .fingerprint = result.fingerprint,
                                      .is_good = true});
    }
    store_close(s);
    return code;
}

/* --- verify --- */

static int verify_export(const char *folder)
{
    struct err err = {0};
    auto_arena *a = arena_new();
    if (!export_verify(folder, a, &err)) {
        int code = keeping_failed(&err);
        printf("BROKEN: %s\n", err.detail);
        return code;
    }
    printf("OK\n");
    return 0;
}

static void print_recount(const struct recount *r)
{
    printf("records %lld\nfigures %lld\ndifferent %lld\n", r->records, r->figures, r->different);
    for (size_t i = 0; i < r->shown_count; i++) {
        const struct recount_difference *d = &r->shown[i];
        printf("DIFFERENT %s basis=%s month=%s code=%s area=%s office=%s: kept %lld, counted %lld\n", d->measure, d->basis, d->month, d->code,
               d->area_code, d->office_id, d->kept, d->counted);
    }
}

static int print_check(const struct check *c)
{
    printf("entries %lld\nhead %s\n", c->chain.entries, c->chain.head);
    if (c->with_recount)
        print_recount(&c->recount);
    if (c->is_good) {
        printf("OK\n");
        return 0;
    }
    if (c->chain.broken_seq)
        printf("BROKEN at %lld: %s\n", c->chain.broken_seq, c->chain.reason);
    else
        printf("BROKEN: %s\n", c->finding);
    return 1;
}

int verify_command(const struct config *config, int argc, char **argv)
{
    struct options o = {0};
    const struct option known[] = {{"--export", &o.export, NULL}, {"--recount", NULL, &o.recount}, {0}};
    auto_arena *a = arena_new();
    struct err err = {0};
    struct check check;
    if (!read_options(known, NULL, argc, argv) || (o.export && o.recount))
        return usage(verify_usage);
    if (o.export)
        return verify_export(o.export);
    struct store *s = open_existing(config, &err);
    const struct check_order order = {.with_recount = o.recount};
    bool ok = s && check_store(s, features, &order, a, &check, &err);
    store_close(s);
    return ok ? print_check(&check) : keeping_failed(&err);
}
