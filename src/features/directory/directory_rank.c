/* directory_rank.c -- what stands first, and why, in words. */
#include "base/text.h"
#include "features/directory/directory_inside.h"

#include <stdlib.h>
#include <string.h>

/* Metres by which a property moves an entry; README.md tells them. */
enum { FIT_METRES = 400, OPEN_METRES = 300, FRESH_METRES = 300, FRESH_DAYS = 90, UNLISTED_METRES = 2000, UNKNOWN_PLACE = 100000, FAR_METRES = 10000 };

int directory_fit(const char *words, const char *name, const char *kana, struct arena *a)
{
    const char *folded = text_fold(a, name);
    if (!strcmp(folded, words))
        return 0;
    if (!strncmp(folded, words, strlen(words)))
        return 1;
    if (strstr(folded, words))
        return 2;
    return strstr(text_fold(a, kana), words) ? 3 : 4;
}

static bool is_fresh(const char *confirmed_on, struct date today)
{
    struct date on = date_from_iso(confirmed_on);
    return date_is_set(on) && date_days_between(on, today) <= FRESH_DAYS;
}

static long score_of(const struct directory_query *d, const char *words, const struct candidate *c, struct date today, struct arena *a)
{
    long score = d->has_place ? (c->metres < 0 ? UNKNOWN_PLACE : c->metres) : c->is_near ? 0 : FAR_METRES;
    score += *words ? FIT_METRES * directory_fit(words, c->name, c->kana, a) : 0;
    score -= c->state == DIRECTORY_OPEN ? OPEN_METRES : 0;
    score -= is_fresh(c->confirmed_on, today) ? FRESH_METRES : 0;
    return score + (c->is_listed ? 0 : UNLISTED_METRES);
}

static int by_score(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    if (a->score != b->score)
        return a->score < b->score ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void directory_rank(const struct directory_query *d, struct date today, struct candidate *list, size_t count, struct arena *a)
{
    const char *words = text_fold(a, d->words);
    for (size_t i = 0; i < count; i++)
        list[i].score = score_of(d, words, &list[i], today, a);
    if (count)
        qsort(list, count, sizeof *list, by_score);
}

static const char *distance_words(long metres, struct arena *a)
{
    return metres < 1000 ? arena_printf(a, "直線%ld m", (metres + 5) / 10 * 10) : arena_printf(a, "直線%ld.%ld km", (metres + 50) / 1000, (metres + 50) / 100 % 10);
}

static const char *time_words(int minute, struct arena *a)
{
    return minute > 1440 ? arena_printf(a, "翌%d:%02d", (minute - 1440) / 60, minute % 60) : arena_printf(a, "%d:%02d", minute / 60, minute % 60);
}

static const char *joined(struct arena *a, const char *list, const char *item)
{
    return !*item ? list : !*list ? item : arena_printf(a, "%s・%s", list, item);
}

static const char *state_words(const struct directory_query *d, const struct directory_hit *hit, struct arena *a)
{
    const char *when = d->at.is_now ? "いま" : "その時刻に";
    if (hit->state == DIRECTORY_OPEN)
        return arena_printf(a, "%s開いています（〜%s）", when, time_words(hit->closes, a));
    if (!strcmp(hit->local.round_the_clock, "yes"))
        return "24時間対応";
    return hit->state == DIRECTORY_CLOSED ? (d->at.is_now ? "いまは時間外です" : "その時刻は時間外です") : "";
}

const char *directory_reason(const struct directory_query *d, const struct directory_hit *hit, bool sees_confirmed, struct date today, struct arena *a)
{
    const char *reason = state_words(d, hit, a);
    reason = joined(a, hit->vacancy, reason);
    if (hit->metres >= 0)
        reason = joined(a, reason, distance_words(hit->metres, a));
    if (sees_confirmed)
        reason = joined(a, reason, facility_local_age(hit->local.confirmed_on, today, a));
    return hit->facility.is_listed ? reason : joined(a, reason, "最新の公表データにありません");
}
