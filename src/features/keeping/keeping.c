#include "features/keeping/keeping.h"

#include "base/count.h"
#include "features/feature_list.h"
#include "features/keeping/keeping_commands.h"
#include "features/keeping/keeping_pages.h"
#include "features/keeping/keeping_run.h"
#include "web/app.h"

#include <stdio.h>
#include <string.h>

/* Opens and brings up to date; NULL with the exit code.  app_new makes the key file when there is none. */
static struct store *open_migrated(const struct config *config, int *ret_code)
{
    struct err err = {0};
    struct store *store = store_open(config->data, &err);
    if (store && app_migrate(store, features, &err)) {
        struct app *app = app_new(config, store, features, &err);
        if (app) {
            app_free(app);
            return store;
        }
    }
    *ret_code = keeping_failed(&err);
    store_close(store);
    return NULL;
}

static bool make_demo(struct store *store, struct err *err)
{
    for (const struct feature *const *f = features; *f; f++) {
        if (!(*f)->demo)
            continue;
        fprintf(stderr, "renkei: demo data of %s\n", (*f)->name);
        if (!(*f)->demo(store, err))
            return false;
    }
    return true;
}

static int run_init(const struct config *config, int argc, char **argv)
{
    struct err err = {0};
    int code = 0;
    bool demo = argc == 1 && !strcmp(argv[0], "--demo");
    if (argc > 1 || (argc == 1 && !demo)) {
        fprintf(stderr, "usage: renkei init [--demo]\n");
        return 2;
    }
    struct store *store = open_migrated(config, &code);
    if (!store)
        return code;
    if (demo && !make_demo(store, &err))
        code = keeping_failed(&err);
    else
        printf("%s\n", store_url_masked(store));
    store_close(store);
    return code;
}

static int run_migrate(const struct config *config, int argc, char **argv)
{
    int code = 0;
    (void)argv;
    if (argc) {
        fprintf(stderr, "usage: renkei migrate\n");
        return 2;
    }
    store_close(open_migrated(config, &code));
    return code;
}

static const struct command commands[] = {
    {"init", "[--demo]", "make the store and the key file; with --demo fill it with invented records", run_init},
    {"migrate", "", "bring the store up to this program's version", run_migrate},
    {"backup", "FILE|FOLDER/ [--keep N] [--passphrase-file F]",
     "write a backup while the program runs; encrypted with the passphrase of F or of RENKEI_PASSPHRASE; FOLDER/ keeps N generations",
     backup_command},
    {"restore", "FILE [--replace] [--passphrase-file F] | --from-export FOLDER [--replace]",
     "fill an empty store from a backup or an export; --replace throws away what is there", restore_command},
    {"export", "--out FOLDER", "write everything as documented CSV files that restore --from-export takes back", export_command},
    {"verify", "[--recount] | --export FOLDER",
     "check the audit trail's chain from its first entry to its last; --recount compares the maintained figures with the records",
     verify_command},
};
static const struct route routes[] = {
    {GET, "/settings/keeping", PERM_SYSTEM, keeping_page, NULL, ROUTE_API, "データの保管", NULL},
    {POST, "/settings/keeping/backups", PERM_SYSTEM, keeping_backup_post, "keeping.take_out", ROUTE_API, "暗号化したバックアップを作る",
     &keeping_backup_fields},
    {POST, "/settings/keeping/verifications", PERM_SYSTEM, keeping_verify_post, "keeping.verify_start", ROUTE_API, "操作の記録と集計を検証する", NULL},
};
static const struct job_kind jobs[] = {
    {"keeping_backup", "バックアップの作成", keeping_backup_job},
    {"keeping_verify", "操作の記録と集計の検証", keeping_verify_job},
};
static const struct message messages[] = {
    {"keeping.no_store", "データベースがありません。--data で指定した場所を確かめてください。"},
    {"keeping.passphrase_file", "合い言葉のファイルを読めません。場所、読む権限、1行目に合い言葉があることを確かめてください。"},
    {"keeping.passphrase_open", "合い言葉のファイルを、だれでも読める状態です。chmod 600 で自分だけが読めるようにしてください。"},
    {"keeping.passphrase_short", "合い言葉が短すぎます。12文字以上にしてください。"},
    {"keeping.passphrase_long", "合い言葉が長すぎます。もっと短いものにしてください。"},
    {"keeping.passphrase_gone", "合い言葉が残っていないため、続けられません。はじめからやり直してください。"},
};

const struct feature keeping_feature = {
    .name = "keeping",
    .migrations = keeping_migrations, .migration_count = COUNT(keeping_migrations),
    .routes = routes, .route_count = COUNT(routes),
    .jobs = jobs, .job_count = COUNT(jobs),
    .today = keeping_today,
    .commands = commands, .command_count = COUNT(commands),
    .messages = messages, .message_count = COUNT(messages),
};
