/* inside.c -- figures taken inside the process, without HTTP: each prints one line of JSON.
 *
 *   bench-inside schema                    a hash of all migrations
 *   bench-inside job URL                   writes a finished job of 北区's coordinator, for streams to listen to, and prints its id
 *   bench-inside search URL WORD           newest 50 hits of a word among all consultations of the city
 *   bench-inside list URL                  the newest 50 rows of one office, loaded into structs
 *   bench-inside report URL ID PERIOD      a report of Osaka City from the maintained counts
 *   bench-inside recount URL               a city-year by ward and consulter, from the records through the covering index
 *   bench-inside xlsx ROWS                 a table of 15 columns as XLSX
 *   bench-inside directory URL WORD        one page of the directory by words, for a coordinator of 北区
 *   bench-inside near URL SERVICE          open now within 5 km of 大阪市北区役所, SERVICE "" any
 *   bench-inside map URL ZOOM SERVICE      what a window of 1280 by 900 pixels around 大阪駅 shows, SERVICE "" any
 *   bench-inside csv FILE                  decoded and parsed
 *   bench-inside pdf PAGES                 the yardstick's form: 12 boxes and 3 texts a page */
#include "base/arena.h"
#include "base/count.h"
#include "base/id.h"
#include "features/account/account.h"
#include "features/consultation/consultation.h"
#include "features/directory/directory.h"
#include "features/feature_list.h"
#include "features/report/report.h"
#include "output/csv.h"
#include "output/paper.h"
#include "output/table.h"
#include "store/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS_MAX = 2000 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static long peak_kb(void)
{
    long kb = 0;
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmHWM: %ld", &kb);
    if (f)
        fclose(f);
    return kb;
}

struct work {
    struct db *db;
    char **argv;
    bool (*run)(struct work *w, struct arena *a, struct err *err);
    long long result; /* rows, bytes: what came out */
};

/* First, then the median and the least of the rest; for as long as half a second, at least five times. */
static bool measure(struct work *w, struct err *err)
{
    static double figures[ROUNDS_MAX];
    long before = peak_kb();
    double first = 0, began = now();
    size_t n = 0;
    for (size_t i = 0; i < ROUNDS_MAX && (i < 6 || now() - began < 500); i++) {
        auto_arena *a = arena_new();
        double t = now();
        if (!w->run(w, a, err))
            return false;
        t = now() - t;
        if (i == 0)
            first = t;
        else
            figures[n++] = t;
    }
    qsort(figures, n, sizeof *figures, compare);
    printf("{\"first_ms\":%.4f,\"p50_ms\":%.4f,\"min_ms\":%.4f,\"rounds\":%zu,\"result\":%lld,\"peak_rise_kb\":%ld}\n", first, figures[n / 2], figures[0],
           n, w->result, peak_kb() - before);
    return true;
}

static bool search(struct work *w, struct arena *a, struct err *err)
{
    struct search_hit *hits;
    size_t count;
    if (!search_find(w->db, &SCOPE_EVERYTHING, "consultation", w->argv[3], 50, a, &hits, &count, err))
        return false;
    w->result = (long long)count;
    return true;
}

static bool directory(struct work *w, struct arena *a, struct err *err, struct directory_query d)
{
    struct audience who;
    struct directory_result r;
    d.at = (struct directory_moment){{2026, 11, 20}, 630, true}; /* a Friday morning */
    d.near_path = "270008/271004/271276/";
    d.limit = DIRECTORY_PAGE;
    d.area_code = d.care_district = d.home_care = d.speciality = d.procedures = d.visits = "";
    if (!audience_open(w->db, AUDIENCE_INTERNAL, a, &who, err) || !directory_search(w->db, &d, &who, (struct date){2026, 11, 20}, a, &r, err))
        return false;
    w->result = r.total;
    return true;
}

static bool directory_words(struct work *w, struct arena *a, struct err *err)
{
    return directory(w, a, err, (struct directory_query){.words = w->argv[3], .service = ""});
}

static bool directory_near(struct work *w, struct arena *a, struct err *err)
{
    return directory(w, a, err, (struct directory_query){.words = "", .service = w->argv[3], .open = true, .has_place = true, .latitude = 34705556,
                                                         .longitude = 135510000, .metres = 5000});
}

static bool directory_viewport(struct work *w, struct arena *a, struct err *err)
{
    struct audience who;
    struct directory_map map;
    struct directory_query d = {.words = "", .area_code = "", .care_district = "", .service = w->argv[4], .home_care = "", .speciality = "", .procedures = "", .visits = "",
                                .at = {{2026, 11, 20}, 630, true}, .near_path = ""};
    int zoom = atoi(w->argv[3]);
    long pixel = (long)(360e6 / 256) >> zoom, latitude = 34702500, longitude = 135495900; /* a pixel is less high than wide: the box is larger than what is seen */
    struct directory_box box = {latitude - 450 * pixel, longitude - 640 * pixel, latitude + 450 * pixel, longitude + 640 * pixel};
    if (!audience_open(w->db, AUDIENCE_PUBLIC, a, &who, err) || !directory_map(w->db, &d, &who, box, zoom, a, &map, err))
        return false;
    w->result = (long long)map.count;
    return true;
}

static bool list(struct work *w, struct arena *a, struct err *err)
{
    static char office[64];
    if (!*office)
        snprintf(office, sizeof office, "%s", db_text(w->db, a, err, "SELECT office_id FROM consultation WHERE deleted_at = '' ORDER BY received_on DESC, received_at DESC, id DESC LIMIT 1"));
    struct query q;
    query_init(&q, a);
    record_select(&q, &consultation_record);
    query_add(&q, " AND c.office_id = ? ORDER BY c.received_on DESC, c.received_at DESC, c.id DESC LIMIT 50", TEXT(office));
    auto_rows *rows = query_run(&q, w->db, a, err);
    struct consultation row;
    for (w->result = 0; rows && rows_next(rows); w->result++)
        record_read(rows, &consultation_record, &row, a);
    return rows && !rows_failed(rows);
}

static bool report(struct work *w, struct arena *a, struct err *err)
{
    const struct report *r = report_find(features, w->argv[3]);
    struct report_query q = {.db = w->db, .arena = a, .scope = SCOPE_EVERYTHING};
    if (!r || !period_parse(w->argv[4], &q.period))
        return err_set(err, ERR_INPUT, "bench.report", "%s %s", w->argv[3], w->argv[4]);
    struct table *t;
    if (!report_area_in_scope(w->db, &q.scope, "271004", a, &q.area, err) || !r->build(&q, &t, err))
        return false;
    w->result = (long long)t->row_count;
    return true;
}

#define STANDING_CASES "c.fiscal_year = 2024 AND c.deleted_at = '' AND c.subject_kind = 'individual_case'"

/* From each consulter of a ward to the next by seeking in the index, and what lies between is counted where it stands: a GROUP BY of both would
 * take both texts out of every entry and compare them with those before. */
static bool recount(struct work *w, struct arena *a, struct err *err)
{
    auto_rows *rows = db_query(w->db, a, err,
                               "WITH RECURSIVE kind (area_code, consulter_type) AS ("
                               "SELECT code, (SELECT min(c.consulter_type) FROM consultation c WHERE c.area_code = code AND " STANDING_CASES ")"
                               " FROM area WHERE path >= '270008/271004/' AND path < '270008/2710040'"
                               " UNION ALL SELECT k.area_code, (SELECT min(c.consulter_type) FROM consultation c WHERE c.area_code = k.area_code"
                               " AND c.consulter_type > k.consulter_type AND " STANDING_CASES ") FROM kind k WHERE k.consulter_type IS NOT NULL)"
                               " SELECT k.area_code, k.consulter_type, (SELECT count(*) FROM consultation c WHERE c.area_code = k.area_code"
                               " AND c.consulter_type = k.consulter_type AND " STANDING_CASES ") FROM kind k WHERE k.consulter_type IS NOT NULL");
    w->result = 0;
    while (rows && rows_next(rows))
        w->result += rows_int(rows, 2);
    return rows && !rows_failed(rows);
}

static bool xlsx(struct work *w, struct arena *a, struct err *err)
{
    (void)a;
    static struct table *t;
    static struct arena *kept;
    if (!t) {
        kept = arena_new();
        t = table_new(kept, "bench", "相談一覧");
        for (int c = 0; c < 15; c++)
            table_column(t, arena_printf(kept, "c%d", c), arena_printf(kept, "列%d", c), c % 3 ? COLUMN_TEXT : COLUMN_NUMBER, NULL);
        for (int r = 0; r < atoi(w->argv[2]); r++) {
            struct row *row = table_row(t, ROW_PLAIN, "");
            for (int c = 0; c < 15; c++)
                row->cells[c] = c % 3 ? CELL_OF_TEXT(arena_printf(kept, "相談記録の内容その%d-%d", r, c)) : CELL_OF_INT((long long)r * c);
        }
    }
    auto_buf out = {0};
    long before = peak_kb();
    if (!table_write(t, TABLE_XLSX, &out, err))
        return false;
    static long rise = -1;
    if (rise < 0)
        rise = peak_kb() - before;
    w->result = rise; /* kilobytes of the first writing alone, without the table itself */
    return true;
}

static bool csv(struct work *w, struct arena *a, struct err *err)
{
    (void)a;
    auto_csv *reader = csv_open(w->argv[2], 0, err);
    const char *const *cells;
    size_t count;
    w->result = 0;
    while (reader && csv_next(reader, &cells, &count, err))
        w->result += (long long)count;
    return reader && !err->kind;
}

static const char *const labels[] = {"相談者氏名", "ふりがな", "電話番号", "年齢", "性別", "住所", "相談方法", "相談種別", "受付日時", "担当職員", "対応状況", "関係機関"};
static const char *const values[] = {"見本 太郎", "みほん たろう", "03-0000-0000", "六十七歳", "男性", "東京都千代田区霞が関一丁目二番三号", "来所による相談",
                                     "健康・医療に関すること", "令和七年十一月二十一日 十時三十分", "架空 花子", "継続して支援中", "地域包括支援センター"};
static const char *const boxes[] = {"相談内容", "対応内容", "今後の方針"};
static const char box[] =
    "本人より電話にて相談あり。最近、夜間に眠れないことが続き、食欲も低下しているとのこと。家族構成は妻と二人暮らしで、長男は他県に在住。かかりつけ医には月に一度通院しており、"
    "血圧の薬を服用している。地域の見守り活動や配食サービスの利用についても関心があり、介護保険の申請手続きについて説明を行った。\n"
    "本人より電話にて相談あり。最近、夜間に眠れないことが続き、食欲も低下しているとのこと。家族構成は妻と二人暮らしで、長男は他県に在住。かかりつけ医には月に一度通院しており、"
    "血圧の薬を服用している。地域の見守り活動や配食サービスの利用についても関心があり、介護保険の申請手続きについて説明を行った。";

static bool pdf(struct work *w, struct arena *a, struct err *err)
{
    (void)a;
    struct paper *p = paper_new(false, &(struct paper_head){.form_number = "様式第一号", .title = "相談受付票", .number = "000001"});
    for (int page = 0; page < atoi(w->argv[2]); page++) {
        if (page)
            paper_new_page(p);
        for (size_t i = 0; i < COUNT(labels); i += 2)
            paper_pairs(p, labels + i, values + i, 2);
        for (size_t i = 0; i < COUNT(boxes); i++)
            paper_box(p, boxes[i], box, 40);
    }
    auto_buf out = {0};
    if (!paper_finish(p, &out, err))
        return false;
    w->result = (long long)out.size;
    return true;
}

/* A database of another shape must not be taken for this one. */
static int print_schema(void)
{
    auto_arena *a = arena_new();
    auto_buf all = {0};
    for (const struct feature *const *f = features; *f; f++)
        for (size_t i = 0; i < (*f)->migration_count; i++) {
            const struct migration *m = &(*f)->migrations[i];
            buf_printf(&all, "%lld %s %s %s\n", m->number, m->sql ? m->sql : "", m->sql_sqlite ? m->sql_sqlite : "",
                       m->sql_postgresql ? m->sql_postgresql : "");
        }
    for (size_t i = 0; i < store_migration_count; i++)
        buf_printf(&all, "%lld %s %s\n", store_migrations[i].number, store_migrations[i].sql_sqlite ? store_migrations[i].sql_sqlite : "",
                   store_migrations[i].sql_postgresql ? store_migrations[i].sql_postgresql : "");
    printf("%.12s\n", secret_hash(a, all.data));
    return 0;
}

static bool write_job(struct db *db, void *arg, struct err *err)
{
    auto_arena *a = arena_new();
    const char *user_id = demo_user_id(a, ROLE_COORDINATOR, "271276");
    const char *office_id = db_text(db, a, err, "SELECT office_id FROM membership WHERE user_id = $1 LIMIT 1", TEXT(user_id));
    return office_id &&
           db_run(db, err,
                  "INSERT INTO job (id, kind, user_id, office_id, title, input, state, status, done, total, sentence, result_file, result_type,"
                  " result_label, cancel_asked, scope_kind, scope_office_id, scope_area_code, scope_area_path, scope_personal, created_at,"
                  " started_at, ended_at, beat_at, node) VALUES ($1, 'bench', $2, $3, 'bench', '{}', '{}', 'done', 1, 1, '', '', '', '', 0, 1, $3, '271276', '', 1,"
                  " $4, $4, $4, '', '')",
                  TEXT(arg), TEXT(user_id), TEXT(office_id), TEXT(now_utc(a))) > 0;
}

static int add_job(const char *url)
{
    auto_arena *a = arena_new();
    struct err err = {0};
    struct store *store = store_open(url, &err);
    char *id = id_new(a);
    bool ok = store && store_write(store, write_job, id, &err);
    if (ok)
        puts(id);
    else
        fprintf(stderr, "bench-inside: %s %s\n", err.message ? err.message : "", err.detail);
    if (store)
        store_close(store);
    return !ok;
}

static const struct {
    const char *name;
    int arguments;
    bool needs_store;
    bool (*run)(struct work *w, struct arena *a, struct err *err);
} works[] = {{"search", 2, true, search}, {"directory", 2, true, directory_words}, {"near", 2, true, directory_near}, {"map", 3, true, directory_viewport}, {"list", 1, true, list}, {"report", 3, true, report}, {"recount", 1, true, recount},
             {"xlsx", 1, false, xlsx},    {"csv", 1, false, csv},  {"pdf", 1, false, pdf}};

static int run(size_t which, char **argv)
{
    struct err err = {0};
    struct store *store = works[which].needs_store ? store_open(argv[2], &err) : NULL;
    struct work w = {.argv = argv, .run = works[which].run, .db = store ? store_reader(store, &err) : NULL};
    bool ok = (w.db || !works[which].needs_store) && measure(&w, &err);
    if (!ok)
        fprintf(stderr, "bench-inside: %s %s\n", err.message ? err.message : "", err.detail);
    if (store)
        store_close(store);
    return !ok;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "schema"))
        return print_schema();
    if (argc == 3 && !strcmp(argv[1], "job"))
        return add_job(argv[2]);
    for (size_t i = 0; argc > 1 && i < COUNT(works); i++)
        if (!strcmp(argv[1], works[i].name) && argc == works[i].arguments + 2)
            return run(i, argv);
    return fputs("bench-inside: see the head of bench/inside.c\n", stderr), 2;
}
