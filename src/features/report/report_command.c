#include "features/report/report_command.h"

#include "features/feature_list.h"
#include "features/report/report.h"
#include "web/app.h"

#include <stdio.h>
#include <string.h>

struct options {
    const char *id, *area, *period, *format;
};

static int usage(void)
{
    fputs("usage: renkei report ID --area CODE --period P --format html|csv|csv-cp932|xlsx|pdf|svg|json\n\nreports:\n", stderr);
    for (const struct feature *const *f = features; *f; f++)
        for (size_t i = 0; i < (*f)->report_count; i++)
            fprintf(stderr, "  %-16s %s\n", (*f)->reports[i].id, (*f)->reports[i].title);
    return 2;
}

static bool options_read(struct options *o, int argc, char **argv)
{
    *o = (struct options){.format = "csv"};
    for (int i = 0; i < argc; i++) {
        const char **target = !strcmp(argv[i], "--area")     ? &o->area
                              : !strcmp(argv[i], "--period") ? &o->period
                              : !strcmp(argv[i], "--format") ? &o->format
                              : argv[i][0] != '-' && !o->id  ? &o->id
                                                             : NULL;
        if (!target)
            return false;
        if (target == &o->id)
            o->id = argv[i];
        else if (++i < argc)
            *target = argv[i];
        else
            return false;
    }
    return o->id && o->area && o->period;
}

static int refuse(const struct err *err)
{
    fprintf(stderr, "%s (%s)\n", feature_message(features, err->message), err->detail);
    return err_exit_code(err->kind);
}

int report_command(const struct config *config, int argc, char **argv)
{
    struct options o;
    if (!options_read(&o, argc, argv))
        return usage();
    const struct report *report = report_find(features, o.id);
    enum table_format format = table_format_from(o.format);
    auto_arena *arena = arena_new();
    struct report_query q = {.arena = arena, .scope = SCOPE_EVERYTHING};
    if (!report || format == TABLE_FORMAT__COUNT || !period_parse(o.period, &q.period))
        return usage();
    struct err err = {0};
    struct store *store = store_open(config->data, &err);
    q.db = store ? store_reader(store, &err) : NULL;
    struct table *table;
    auto_buf out = {0};
    bool done = q.db && report_area_in_scope(q.db, &q.scope, o.area, arena, &q.area, &err) && report->build(&q, &table, &err) &&
                table_write(table, format, &out, &err);
    if (done)
        fwrite(out.data, 1, out.size, stdout);
    if (store) {
        store_reader_done(store);
        store_close(store);
    }
    return !done ? refuse(&err) : fflush(stdout) ? 1 : 0;
}
