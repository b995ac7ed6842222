/* load.c -- fills a store that `renkei init --demo` made with invented consultations of Osaka's 24 wards, exactly as the product saves them:
 * every one through resource_save, with its number, person, contacts, counts, search text, version and audit entry.
 *
 *   load URL COUNT      prints "COUNT SECONDS SECONDS_OF_CPU" */
#include "base/arena.h"
#include "base/count.h"
#include "base/id.h"
#include "features/account/account.h"
#include "features/consultation/consultation.h"
#include "features/demo/demo_plan.h"
#include "features/demo/demo_words.h"
#include "features/organization/organization.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BATCH = 2000,   /* sheets in one transaction */
    WARDS_MAX = 32,
    KNOWN = 1024,   /* persons of a ward who may call again */
    FIRST_YEAR = 2018, YEARS = 7, /* fiscal years 2018 to 2024 */
};

struct ward {
    struct office office;
    const char *user_id;
    char known[KNOWN][ID_LENGTH + 1];
    size_t known_count;
};
struct load {
    struct store *store;
    struct arena *arena; /* lives as long as the load */
    struct ward *wards;
    size_t ward_count;
    long count;
};
struct batch {
    struct load *load;
    long first, count;
    struct chance chance;
    struct arena *arena;
};

static const char *const consulters[] = {"care_manager", "community_support_center", "hospital_liaison_office", "visiting_nurse_station",
                                         "clinic", "family", "pharmacy", "ward_office"};
static const char *const channels[] = {"phone", "visit_to_room", "home_visit", "fax"};
static const char *const ages[] = {"from_65", "from_70", "from_75", "from_80", "from_85", "from_90"};
static const char *const levels[] = {"support_1", "care_1", "care_2", "care_3", "care_4", "care_5"};
static const char *const outcomes[] = {"resolved", "informed", "connected", "not_arranged"};
static const char *const responses[] = {"information", "advice", "coordination", "referral coordination"};
static const char *const rare[] = {"人工透析の送迎も含めて調整したい。", "看取りの時期が近いと主治医から説明があった。", "胃ろうの交換先を探している。",
                                   "インスリンの自己注射に見守りが要る。"};

#define ANY(c, list) ((list)[chance_below((c), COUNT(list))])

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The n-th sheet's moment: the years pass evenly, so that sheets arrive in the order of their days as in life. */
static struct date day_of(const struct load *l, long n)
{
    struct date first = {FIRST_YEAR, 4, 1};
    return date_add_days(first, (int)(n * (365L * YEARS) / l->count));
}

/* About 200 characters: two topics' sentences, and in one sheet of a hundred a rarer one. */
static const char *summary_of(struct chance *c, const struct demo_topic *t, struct arena *a)
{
    const struct demo_topic *second = &demo_topics[chance_below(c, demo_topic_count)];
    const struct demo_topic *third = &demo_topics[chance_below(c, demo_topic_count)];
    const char *more = chance_below(c, 100) ? "" : ANY(c, rare);
    return arena_printf(a, "%s%s%s%s%s", t->summary, second->summary, t->answer, third->answer, more);
}

static void describe_person(struct ward *w, struct chance *c, struct consultation *x, struct arena *a)
{
    x->subject_kind = "individual_case";
    x->is_ltci_subject = chance_below(c, 10) < 7 ? "yes" : "no";
    x->consent = "verbal";
    x->consent_on = x->received_on;
    x->current_place = chance_below(c, 3) ? "home" : "hospital";
    x->residence = "same_ward";
    if (w->known_count && chance_below(c, 5) < 2) {
        x->patient_id = arena_strdup(a, w->known[chance_below(c, w->known_count)]);
        return;
    }
    const struct demo_name *s = &demo_surnames[chance_below(c, demo_surname_count)];
    const struct demo_name *g = &demo_given_names[chance_below(c, demo_given_name_count)];
    x->patient_name = arena_printf(a, "%s %s", s->name, g->name);
    x->patient_kana = arena_printf(a, "%s %s", s->kana, g->kana);
    x->sex = chance_below(c, 2) ? "female" : "male";
    x->age_band = ANY(c, ages);
    x->care_level = ANY(c, levels);
}

static void describe(struct batch *b, struct ward *w, long n, struct consultation *x)
{
    struct chance *c = &b->chance;
    struct arena *a = b->arena;
    const struct demo_topic *t = &demo_topics[chance_below(c, demo_topic_count)];
    const char *day = date_iso(a, day_of(b->load, n));
    int minute = 540 + (int)chance_below(c, 460), end = minute + 5 + (int)chance_below(c, 40);
    struct date epoch = {1970, 1, 1};
    int64_t ms = ((int64_t)date_days_between(epoch, day_of(b->load, n)) * 1440 + minute - 540) * 60000;
    x->head.id = id_for(a, ms, (uint64_t)n + 0x5eed0000);
    x->received_on = day;
    x->received_at = arena_printf(a, "%sT%02d:%02d", day, minute / 60, minute % 60);
    x->ended_at = arena_printf(a, "%sT%02d:%02d", day, end / 60, end % 60);
    x->staff_id = w->user_id;
    x->channel = ANY(c, channels);
    x->consulter_type = ANY(c, consulters);
    x->resident_consultation = "no";
    x->subject_kind = "resource_inquiry";
    if (chance_below(c, 8))
        describe_person(w, c, x, a);
    x->content = *t->second && chance_below(c, 2) ? arena_printf(a, "%s %s", t->content, t->second) : t->content;
    x->scene = t->scene;
    x->summary = summary_of(c, t, a);
    x->response = ANY(c, responses);
    x->outcome = ANY(c, outcomes);
    if (!strcmp(x->outcome, "not_arranged"))
        x->reason_unresolved = "no_vacancy";
    x->is_difficult_case = chance_below(c, 18) ? "no" : "yes";
    struct progress_entry entries[] = {
        {day, "", w->office.short_name, "個人情報使用についての同意を確認。"},
        {day, "", w->office.short_name, t->answer},
    };
    x->progress = field_rows_text(&progress_set, entries, 1 + chance_below(c, 2), a);
}

static void remember(struct ward *w, struct chance *c, const struct consultation *x)
{
    if (!*x->patient_name)
        return;
    size_t at = w->known_count < KNOWN ? w->known_count++ : chance_below(c, KNOWN);
    snprintf(w->known[at], sizeof w->known[at], "%s", x->head.id);
}

static bool write_batch(struct db *db, void *arg, struct err *err)
{
    struct batch *b = arg;
    for (long n = b->first; n < b->first + b->count; n++) {
        struct ward *w = &b->load->wards[chance_below(&b->chance, b->load->ward_count)];
        struct consultation x = {0};
        field_clear(&consultation_set, &x);
        x.head = (struct record_head){.office_id = w->office.id, .area_code = w->office.area_code, .deleted_at = ""};
        describe(b, w, n, &x);
        struct save save = {.resource = &consultation_resource, .row = &x, .arena = b->arena};
        if (!resource_save(db, &save, w->user_id, err))
            return false;
        remember(w, &b->chance, &x);
    }
    return true;
}

static bool find_wards(struct load *l, struct err *err)
{
    struct db *db = store_reader(l->store, err);
    struct office *offices;
    size_t count;
    if (!db || !office_list(db, "consultation_room", "270008/271004/", "", l->arena, &offices, &count, err))
        return false;
    if (count == 0 || count > WARDS_MAX)
        return err_set(err, ERR_BROKEN, "load.wards", "rooms=%zu: run renkei init --demo first", count);
    l->wards = xcalloc(count, sizeof *l->wards);
    l->ward_count = count;
    for (size_t i = 0; i < count; i++) {
        l->wards[i].office = offices[i];
        l->wards[i].user_id = demo_user_id(l->arena, ROLE_COORDINATOR, offices[i].area_code);
    }
    return true;
}

static bool write_all(struct load *l, struct err *err)
{
    struct batch b = {.load = l, .chance = {20181104}};
    for (; b.first < l->count; b.first += b.count) {
        auto_arena *a = arena_new();
        b.arena = a;
        b.count = l->count - b.first < BATCH ? l->count - b.first : BATCH;
        if (!store_write_alone(l->store, write_batch, &b, err))
            return false;
        if (b.first % 50000 == 0)
            fprintf(stderr, "\rload: %ld of %ld", b.first, l->count);
    }
    fputs("\n", stderr);
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 3 || atol(argv[2]) < 1)
        return fputs("load URL COUNT\n", stderr), 2;
    struct err err = {0};
    auto_arena *a = arena_new();
    struct load l = {.arena = a, .count = atol(argv[2]), .store = store_open(argv[1], &err)};
    double began = seconds(CLOCK_MONOTONIC);
    bool ok = l.store && find_wards(&l, &err) && write_all(&l, &err);
    if (l.store)
        store_close(l.store);
    free(l.wards);
    if (!ok)
        return fprintf(stderr, "load: %s %s\n", err.message ? err.message : "", err.detail), 1;
    printf("%ld %.3f %.3f\n", l.count, seconds(CLOCK_MONOTONIC) - began, seconds(CLOCK_PROCESS_CPUTIME_ID));
    return 0;
}
