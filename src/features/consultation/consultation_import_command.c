/* consultation_import_command.c -- renkei import consultations FILE... */
#include "features/consultation/consultation_import.h"

#include "base/code_list.h"
#include "base/id.h"
#include "features/feature_list.h"
#include "features/organization/organization.h"

#include <stdlib.h>
#include <string.h>

enum { FILES_MOST = 64 };

struct options {
    const char *files[FILES_MOST];
    int file_count;
    const char *office, *mapping, *refused;
    const char *defaults[32];
    int default_count;
    long fiscal_year;
    bool all_or_nothing, dry_run;
};

static int usage(void)
{
    fputs("usage: renkei import consultations FILE... --office CODE [--mapping NAME] [--default ITEM=CODE]... [--fiscal-year "
          "YYYY]\n"
          "           [--all-or-nothing] [--refused OUT.csv|OUT.xlsx] [--dry-run]\n"
          "FILE is .xlsx or CSV (UTF-8 or CP932).  --refused takes one FILE.  Items for --default:\n",
          stderr);
    for (size_t i = 0; i < import_default_field_count; i++)
        fprintf(stderr, "  %s\n", import_default_fields[i]);
    return 2;
}

static bool is_default(const char *text)
{
    for (size_t i = 0; i < import_default_field_count; i++) {
        size_t n = strlen(import_default_fields[i]);
        const struct field *f = field_find(&consultation_set, import_default_fields[i]);
        if (!strncmp(text, import_default_fields[i], n) && text[n] == '=')
            return code_find(code_list_find(f->codes), text + n + 1);
    }
    return false;
}

static bool take_year(struct options *o, const char *text)
{
    char *end;
    o->fiscal_year = strtol(text, &end, 10);
    return !*end && o->fiscal_year >= 1989 && o->fiscal_year <= 2200;
}

static bool take_value(struct options *o, const char *name, const char *value)
{
    if (!strcmp(name, "--office"))
        return (o->office = value);
    if (!strcmp(name, "--mapping"))
        return (o->mapping = value);
    if (!strcmp(name, "--refused"))
        return (o->refused = value);
    if (!strcmp(name, "--fiscal-year"))
        return take_year(o, value);
    if (strcmp(name, "--default") != 0 || !is_default(value) || o->default_count == 32)
        return false;
    o->defaults[o->default_count++] = value;
    return true;
}

static bool options_read(struct options *o, int argc, char **argv)
{
    bool rest = false;
    *o = (struct options){0};
    for (int i = 0; i < argc; i++) {
        if (!rest && !strcmp(argv[i], "--"))
            rest = true;
        else if (!rest && !strcmp(argv[i], "--all-or-nothing"))
            o->all_or_nothing = true;
        else if (!rest && !strcmp(argv[i], "--dry-run"))
            o->dry_run = true;
        else if (rest || argv[i][0] != '-') {
            if (o->file_count == FILES_MOST)
                return false;
            o->files[o->file_count++] = argv[i];
        } else if (i + 1 == argc || !take_value(o, argv[i], argv[i + 1]))
            return false;
        else
            i++;
    }
    return o->file_count && o->office && (!o->refused || o->file_count == 1);
}

static int failed(const char *file, const struct err *err)
{
    printf("%s: %s\n", file, feature_message(features, err->message));
    fprintf(stderr, "renkei: %s (%s)\n", err->message, err->detail);
    return err_exit_code(err->kind);
}

static void print_refused(void *arg, const struct import_row *row, const char *reason)
{
    printf("%s %ld行目: %s\n", (const char *)arg, row->number, reason);
}

static bool find_mapping(struct db *db, const struct options *o, const struct office *office, struct import_mapping *m,
                         struct arena *a, struct err *err)
{
    struct import_mapping saved;
    const char *key = o->mapping ? "" : import_headers_key(m, a);
    if (import_mapping_find(db, office->id, o->mapping, key, &saved, a, err))
        import_mapping_take(m, &saved);
    else if (err->kind)
        return false;
    else if (o->mapping)
        return err_set(err, ERR_NOT_FOUND, "import.unknown_mapping", "office=%s", office->id);
    for (int i = 0; i < o->default_count; i++) {
        const char *mark = strchr(o->defaults[i], '=');
        pairs_set(&m->defaults, arena_strndup(a, o->defaults[i], (size_t)(mark - o->defaults[i])), mark + 1);
    }
    if (o->fiscal_year)
        m->fiscal_year = o->fiscal_year;
    return true;
}

static bool import_file(struct store *store, const struct options *o, const struct office *office, struct import_task *t,
                        struct arena *a, struct err *err)
{
    struct import_mapping mapping;
    struct importing im;
    const char *const *samples;
    struct db *db = store_reader(store, err);
    if (!db || !import_look(t->path, a, &mapping, &samples, err) || !find_mapping(db, o, office, &mapping, a, err))
        return false;
    importing_init(&im, &mapping, office->id, office->area_code, a);
    t->im = &im;
    if (!importing_read_staff(&im, db, err))
        return false;
    const struct import_record record = {.id = t->run_id,
                                         .office_id = office->id,
                                         .area_code = office->area_code,
                                         .user_id = "",
                                         .name_hash = secret_hash(a, t->path),
                                         .file_hash = import_file_hash(t->path, a),
                                         .mapping = mapping.name,
                                         .folder = "",
                                         .all_or_nothing = t->all_or_nothing};
    if (t->dry_run)
        return import_run(t, err);
    if (!import_record_begin(store, &record, a, err))
        return false;
    bool done = import_run(t, err);
    const char *state = !done ? "failed" : t->all_or_nothing && t->counts.refused ? "refused" : "done";
    return import_record_end(store, t->run_id, state, &t->counts, a, done ? err : NULL) && done;
}

static int import_one(struct store *store, const struct options *o, const struct office *office, const char *file)
{
    auto_arena *a = arena_new();
    struct err err = {0};
    struct import_task t = {.store = store,
                            .path = file,
                            .run_id = id_new(a),
                            .user_id = "",
                            .all_or_nothing = o->all_or_nothing,
                            .dry_run = o->dry_run,
                            .refused_path = o->refused,
                            .refused = print_refused,
                            .arg = (void *)(uintptr_t)file};
    if (!import_file(store, o, office, &t, a, &err))
        return failed(file, &err);
    if (o->dry_run)
        printf("%s: 読み取り%ld行、取り込める行%ld件、取り込めない行%ld件（確認だけです。何も保存していません）\n", file, t.counts.rows,
               t.counts.rows - t.counts.refused, t.counts.refused);
    else
        printf("%s: 読み取り%ld行、取り込み%ld件、取り込み済み%ld件、取り込めない行%ld件%s\n", file, t.counts.rows, t.counts.imported,
               t.counts.already, t.counts.refused,
               o->all_or_nothing && t.counts.refused ? "（取り込めない行があるため、何も保存していません）" : "");
    return t.counts.refused ? 1 : 0;
}

int import_command(const struct config *config, int argc, char **argv)
{
    struct options o;
    struct err err = {0};
    struct office office;
    auto_arena *a = arena_new();
    if (!options_read(&o, argc, argv))
        return usage();
    struct store *store = store_open(config->data, &err);
    struct db *db = store ? store_reader(store, &err) : NULL;
    int code = 0;
    if (!db || !office_find_by_code(db, o.office, a, &office, &err))
        code = failed(o.office, &err);
    for (int i = 0; !err.kind && i < o.file_count; i++) {
        int one = import_one(store, &o, &office, o.files[i]);
        code = one > code ? one : code;
    }
    if (store) {
        store_reader_done(store);
        store_close(store);
    }
    return fflush(stdout) ? 1 : code;
}
