/* grow.c -- a directory of any size from the entries of real files.
 *
 *   bench-grow URL ROWS
 *
 * The store holds what `renkei import facilities` took from the real files.  Copies keep name, kana, address and municipality; a branch word tells
 * them apart, the place moves by up to 2 km.  One in five gets hours (Monday to Friday in two parts, Saturday morning), one in twenty what is
 * known locally.  Nothing of it is true.  Prints the number of entries. */
#include "base/arena.h"
#include "base/count.h"
#include "features/directory/directory.h"
#include "features/facility/facility.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const branches[][2] = {{"東", "ヒガシ"}, {"西", "ニシ"}, {"南", "ミナミ"}, {"北", "キタ"}, {"中央", "チュウオウ"}, {"本町", "ホンマチ"},
                                          {"駅前", "エキマエ"}, {"みどり", "ミドリ"}, {"あおい", "アオイ"}, {"さくら", "サクラ"}, {"第二", "ダイニ"}, {"新町", "シンマチ"}};

struct copy {
    int number;
    long limit;
    long long added;
};

/* The copies of one round, in one statement: the first 8 characters of an id tell the round. */
static bool add_copies(struct db *db, void *arg, struct err *err)
{
    struct copy *c = arg;
    auto_arena *a = arena_new();
    const char *const *branch = branches[(size_t)c->number % COUNT(branches)];
    const char *id = arena_printf(a, "%08x", 0x10000000 + c->number), *number = arena_printf(a, "%d", c->number);
    c->added = db_run(db, err,
                      "INSERT INTO facility (id, source, source_key, service_code, office_number, name, kana, corporation, corporation_number, area_code, address,"
                      " building, phone, fax, lat, lng, capacity, url, days, note, kind, postal, beds, match_name, is_listed, imported_at)"
                      " SELECT $1 || substr(id, 9), 'grown', source || source_key || '/' || $2, service_code, office_number, name || $3, kana || $4, corporation,"
                      " corporation_number, area_code, address, building, phone, fax, lat + ($5 * 7919 + length(name) * 1013) % 36000 - 18000,"
                      " lng + ($5 * 6101 + length(address) * 1511) % 40000 - 20000, capacity, url, days, note, kind, postal, beds, '', 1, imported_at"
                      " FROM facility WHERE source <> 'grown' AND merged_into = '' ORDER BY id LIMIT $6",
                      TEXT(id), TEXT(number), TEXT(branch[0]), TEXT(branch[1]), INT(c->number), INT(c->limit));
    return c->added >= 0;
}

static bool index_some(struct db *db, void *arg, struct err *err)
{
    char *after = arg;
    auto_arena *a = arena_new();
    auto_rows *r = db_query(db, a, err, "SELECT id FROM facility WHERE source = 'grown' AND id > $1 ORDER BY id LIMIT 2000", TEXT(after));
    const char *last = "";
    while (rows_next(r)) {
        auto_arena *each = arena_new();
        last = rows_text(r, 0);
        if (!facility_index(db, last, each, err))
            return false;
    }
    snprintf(after, 64, "%s", last);
    return !rows_failed(r);
}

static bool add_facts(struct db *db, void *arg, struct err *err)
{
    (void)arg;
    static const int slots[][2] = {{540, 720}, {1020, 1170}};
    for (int day = 0; day < 6; day++)
        for (size_t i = 0; i < (day == 5 ? 1 : COUNT(slots)); i++)
            if (db_run(db, err,
                       "INSERT INTO facility_hours (facility_id, source, position, speciality_code, speciality, slot, is_reception, day, opens, closes)"
                       " SELECT id, 'grown', $1, '', '', $2, 0, $3, $4, $5 FROM facility WHERE source = 'grown' AND length(name || address) % 5 = 0",
                       INT(day * 2 + (int)i), INT((int)i + 1), INT(day), INT(slots[i][0]), INT(slots[i][1])) < 0)
                return false;
    return db_run(db, err,
                  "INSERT INTO facility_local (id, office_id, area_code, created_at, created_by, changed_at, changed_by, revision, home_visits, round_the_clock,"
                  " end_of_life_care, new_patient_acceptance, acceptance_condition, medical_procedures, visiting_areas, visiting_note, care_district, languages,"
                  " public_note, direct_line, doctor_call_times, contact_habits, internal_memo, confirmed_on, confirmed_by) SELECT id, '', area_code, imported_at, '',"
                  " imported_at, '', 1, 'yes', CASE WHEN length(address) % 2 = 0 THEN 'yes' ELSE 'no' END, CASE WHEN length(name) % 2 = 0 THEN 'yes' ELSE '' END,"
                  " CASE WHEN length(kana) % 3 = 0 THEN 'no' ELSE 'yes' END, '', 'oxygen tracheostomy gastrostomy', area_code, '', '', '', '', '', '', '', '',"
                  " '2026-10-01', '' FROM facility WHERE source = 'grown' AND length(kana || address) % 20 = 0") >= 0;
}

static bool grow(struct store *store, long long rows, struct err *err)
{
    char after[64] = "";
    long long have = db_int(store_reader(store, err), err, -1, "SELECT COUNT(*) FROM facility");
    for (int number = 1; have >= 0 && have < rows; number++) {
        struct copy c = {.number = number, .limit = (long)(rows - have)};
        if (!store_write_alone(store, add_copies, &c, err) || !c.added)
            return false;
        have += c.added;
    }
    if (have < 0 || !store_write_alone(store, add_facts, NULL, err))
        return false;
    do {
        if (!store_write_alone(store, index_some, after, err))
            return false;
    } while (*after);
    if (!directory_grid_refresh(store, err))
        return false;
    printf("%lld\n", have);
    return true;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    if (argc != 3)
        return fputs("bench-grow URL ROWS\n", stderr), 2;
    struct store *store = store_open(argv[1], &err);
    bool ok = store && grow(store, atoll(argv[2]), &err);
    if (!ok)
        fprintf(stderr, "bench-grow: %s %s\n", err.message ? err.message : "", err.detail);
    if (store)
        store_close(store);
    return !ok;
}
