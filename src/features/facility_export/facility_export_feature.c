/* facility_export_feature.c -- tables of the feature: the command, the download and its menu on the list of the directory. */
#include "base/code_list.h"
#include "base/count.h"
#include "features/facility_export/export_format.h"
#include "features/feature_list.h"
#include "web/html.h"
#include "web/request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEMPORARY "/tmp/renkei-export-XXXXXX"

/* A private file of our own, removed at the end of the scope. */
struct spool {
    char path[sizeof TEMPORARY];
};

static bool spool_open(struct spool *s, struct err *err)
{
    memcpy(s->path, TEMPORARY, sizeof s->path);
    int file = mkstemp(s->path);
    if (file < 0) {
        *s->path = '\0';
        return err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno);
    }
    close(file);
    return true;
}

static void spool_remove(struct spool *s)
{
    if (*s->path)
        unlink(s->path);
}
#define auto_spool __attribute__((cleanup(spool_remove))) struct spool

/* ---- the page ---- */

/* What the list is narrowed to, the file is; a layout of one service wants to know it besides. */
static bool download(struct request *req, struct err *err)
{
    struct directory_query asked;
    struct export_request x = {.db = req->db, .arena = req->arena, .format = request_query(req, "format"), .words = "", .service_code = "", .kind = "",
                               .publisher = "", .asked = &asked};
    struct export_result result;
    auto_spool spool = {""};
    if (!directory_asked(req, "/facilities", &x.who, &asked, err))
        return false;
    x.area_code = asked.area_code;
    x.service_code = code_find(code_list_find("care_service"), asked.service) ? asked.service : "";
    return spool_open(&spool, err) && facility_export(&x, spool.path, req->arena, &result, err) &&
           reply_file(req, result.content_type, result.file_name, spool.path, err);
}

static bool show_menu(struct buf *out, struct request *req, const char *id, struct err *err)
{
    (void)id;
    (void)err;
    const char *filter = directory_asked_address(req);
    html_raw(out, "<details class=\"menu export-menu\"><summary class=\"button\">書き出し</summary><ul class=\"menu-items\">");
    for (size_t i = 0; i < export_format_count; i++) {
        html_raw(out, "<li><a href=\"/facilities/export?format=");
        html_url(out, export_formats[i].name);
        if (*filter)
            html_raw(out, "&amp;");
        html_text(out, filter);
        html_raw(out, "\">");
        html_text(out, export_formats[i].label);
        html_raw(out, "</a></li>");
    }
    html_raw(out, "</ul></details>");
    return true;
}

/* ---- the command ---- */

struct command_line {
    struct export_request x;
    const char *audience, *out;
};

static const struct option {
    const char *name;
    size_t at; /* member of command_line */
} options[] = {
    {"--format", offsetof(struct command_line, x.format)},   {"--area", offsetof(struct command_line, x.area_code)},
    {"--service", offsetof(struct command_line, x.service_code)}, {"--kind", offsetof(struct command_line, x.kind)},
    {"--words", offsetof(struct command_line, x.words)},     {"--publisher", offsetof(struct command_line, x.publisher)},
    {"--audience", offsetof(struct command_line, audience)}, {"--out", offsetof(struct command_line, out)},
};

static bool read_line(int argc, char **argv, struct command_line *line)
{
    for (int i = 0; i < argc; i += 2) {
        const struct option *o = options, *end = options + COUNT(options);
        while (o < end && strcmp(o->name, argv[i]) != 0)
            o++;
        if (o == end || i + 1 == argc)
            return false;
        *(const char **)(void *)((char *)line + o->at) = argv[i + 1];
    }
    return *line->x.format != '\0';
}

static bool copy_to(FILE *out, const char *path, struct err *err)
{
    char piece[65536];
    FILE *in = fopen(path, "r");
    bool done = in != NULL;
    for (size_t n; done && (n = fread(piece, 1, sizeof piece, in)) > 0;)
        done = fwrite(piece, 1, n, out) == n;
    if (in)
        fclose(in);
    return (done && fflush(out) == 0) || err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno);
}

/* To a folder under the name that the layout prescribes, to a file, or to standard output. */
static bool deliver(const struct command_line *line, const char *spooled, const struct export_result *result, struct arena *a, struct err *err)
{
    size_t size = strlen(line->out);
    bool folder = size && line->out[size - 1] == '/';
    const char *path = folder ? arena_printf(a, "%s%s", line->out, result->file_name) : line->out;
    if (!size)
        return copy_to(stdout, spooled, err);
    FILE *out = fopen(path, "w");
    if (!out)
        return err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno);
    bool done = copy_to(out, spooled, err);
    return (fclose(out) == 0 || err_set(err, ERR_STORE_AWAY, "facility_export.disk", "errno %d", errno)) && done;
}

static bool level_of(const char *name, enum audience_level *ret)
{
    static const enum audience_level levels[] = {AUDIENCE_PUBLIC, AUDIENCE_PROFESSIONAL, AUDIENCE_INTERNAL};
    for (size_t i = 0; i < COUNT(levels); i++)
        if (!strcmp(audience_level_name(levels[i]), name))
            return *ret = levels[i], true;
    return false;
}

static bool run_export(struct db *db, void *arg, struct err *err)
{
    struct command_line *line = arg;
    struct export_result result;
    auto_spool spool = {""};
    auto_arena *a = arena_new();
    enum audience_level level;
    line->x.db = db;
    line->x.arena = a;
    if (!level_of(line->audience, &level))
        return err_set(err, ERR_INPUT, "facility_export.audience", "audience");
    if (!audience_open(db, level, a, &line->x.who, err) || !spool_open(&spool, err) || !facility_export(&line->x, spool.path, a, &result, err) ||
        !deliver(line, spool.path, &result, a, err))
        return false;
    fprintf(stderr, "renkei: %ld rows, %s\n", result.rows, result.file_name);
    return true;
}

static int command(const struct config *config, int argc, char **argv)
{
    struct err err = {0};
    struct command_line line = {.x = {.format = "", .words = "", .area_code = "", .service_code = "", .kind = "", .publisher = ""},
                                .audience = "public", .out = ""};
    if (!read_line(argc, argv, &line)) {
        fprintf(stderr, "usage: renkei export facilities --format");
        for (size_t i = 0; i < export_format_count; i++)
            fprintf(stderr, "%c%s", i ? '|' : ' ', export_formats[i].name);
        fprintf(stderr, " [--area CODE] [--service CODE] [--kind CODE] [--words TEXT] [--publisher CODE] [--audience public|professional|internal] "
                        "[--out FILE|FOLDER/]\n");
        return 2;
    }
    struct store *store = store_open(config->data, &err);
    bool done = store && store_view(store, run_export, &line, &err);
    store_close(store);
    if (!done)
        fprintf(stderr, "renkei: %s (%s)\n", feature_message(features, err.message), err.detail);
    return done ? 0 : err_exit_code(err.kind);
}

static const struct route routes[] = {
    {GET, "/facilities/export", PERM_DIRECTORY_READ, download, NULL, 0, "資源の書き出し", NULL},
};

static const struct panel panels[] = {
    {.kind = "facilities", .order = 10, .show = show_menu},
};

static const struct command commands[] = {
    {"export facilities", "--format c1|c2|c3|c4|csv|xlsx|geojson|kaigo [--area CODE] [--service CODE] [--kind CODE] [--words TEXT] [--publisher CODE] [--audience A] [--out FILE|FOLDER/]",
     "write the directory as an open data set, a table or a map; only public fields unless --audience says otherwise", command},
};

static const struct message messages[] = {
    {"facility_export.audience", "だれに見せるか（--audience）は public、professional、internal のどれかで指定してください。"},
    {"facility_export.disk", "ファイルに書き込めませんでした。空き容量と、書き込み先のフォルダを確認してください。"},
    {"facility_export.format", "この形式には書き出せません。書き出しのメニューから選んでください。"},
    {"facility_export.rows", "Excelの1枚のシートに入る行数を超えています。地域をしぼるか、CSVで書き出してください。"},
};

const struct feature facility_export_feature = {
    .name = "facility_export",
    .routes = routes, .route_count = COUNT(routes),
    .commands = commands, .command_count = COUNT(commands),
    .messages = messages, .message_count = COUNT(messages),
    .panels = panels, .panel_count = COUNT(panels),
};
