/* submission_search.c -- forms in the search box: 様式3, 月報 11月, 相談シート 令和6年10月.  A word fits the form or the period; a form
 * without a period gives its newest two, a period without a form all forms of it. */
#include "features/submission/submission_pages.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum { WORDS = 6, MONTHS_BACK = 36, SHOWN = 8, UNDATED = 2 };

struct wanted {
    const char *words[WORDS]; /* folded */
    size_t count;
};

/* Length of the blank at the text, half or full width; 0: none. */
static size_t blank_at(const char *s)
{
    static const char wide[] = "\u3000";
    return *s == ' ' ? 1 : !strncmp(s, wide, sizeof wide - 1) ? sizeof wide - 1 : 0;
}

static struct wanted words_of(struct arena *a, const char *typed)
{
    struct wanted w = {0};
    for (const char *rest = typed; *rest && w.count < WORDS;) {
        size_t n = 0;
        while (rest[n] && !blank_at(rest + n))
            n++;
        if (n)
            w.words[w.count++] = text_fold(a, arena_strndup(a, rest, n));
        rest += n + blank_at(rest + n);
    }
    return w;
}

/* 1月 is not in 11月, 様式1 not in 様式14: a number stands whole. */
static bool holds(const char *text, const char *word)
{
    size_t n = strlen(word);
    if (text_length(word) < 2)
        return false;
    for (const char *at = text; (at = strstr(at, word)); at++) {
        bool cut_before = isdigit((unsigned char)*word) && at > text && isdigit((unsigned char)at[-1]);
        bool cut_behind = isdigit((unsigned char)word[n - 1]) && isdigit((unsigned char)at[n]);
        if (!cut_before && !cut_behind)
            return true;
    }
    return false;
}

/* What a period may be called: 令和6年11月 2024年11月 2024-11, 令和6年度 第1三半期. */
static const char *period_words(struct arena *a, struct period p)
{
    const char *label = period_label(a, p);
    const char *western = p.kind == PERIOD_MONTH ? arena_printf(a, "%d年%d月", p.first.year, p.first.month)
                                                 : arena_printf(a, "%d年度", fiscal_year(p.first));
    return text_fold(a, arena_printf(a, "%s／%s／%s", label, western, period_id(a, p)));
}

/* True when every word fits; `ret_dated`: one of them only the period, `ret_named`: one the form. */
static bool fits(const struct wanted *w, const char *form, const char *period, bool *ret_dated, bool *ret_named)
{
    *ret_dated = *ret_named = false;
    for (size_t i = 0; i < w->count; i++) {
        bool named = holds(form, w->words[i]), dated = !named && holds(period, w->words[i]);
        if (!named && !dated)
            return false;
        *ret_named |= named;
        *ret_dated |= dated;
    }
    return w->count > 0;
}

static void add_form(struct request *req, struct search_results *list, const struct submission_form *form, struct period p)
{
    struct arena *a = req->arena;
    bool own = req->scope.kind == SCOPE_OFFICE;
    const char *id = period_id(a, p);
    search_add(list, (struct search_result){
        .group = "提出する様式",
        .title = arena_printf(a, "様式%d %s　%s", form->number, form->title, period_label(a, p)),
        .detail = arena_printf(a, "期限 %s", date_wareki(a, submission_due_on(form, p))),
        .url = own ? arena_printf(a, "/submissions/%d/%s", form->number, id)
                   : arena_printf(a, "/submissions?month=%s", period_id(a, period_of(PERIOD_MONTH, p.last)))});
}

static void search_form(struct request *req, const struct wanted *w, const struct submission_form *form, struct search_results *list,
                        size_t *shown)
{
    struct arena *a = req->arena;
    const char *name = text_fold(a, arena_printf(a, "様式%d／%s／提出", form->number, form->title));
    const struct date oldest = date_add_months(req->today, -MONTHS_BACK);
    size_t undated = 0;
    for (struct period p = period_of(form->period, req->today); date_compare(p.last, oldest) >= 0 && *shown < SHOWN; p = period_before(p)) {
        bool dated, named;
        if (!fits(w, name, period_words(a, p), &dated, &named) || (!dated && undated++ >= UNDATED))
            continue;
        add_form(req, list, form, p);
        (*shown)++;
        if (dated && !named && p.kind != PERIOD_YEAR)
            return; /* a month alone: the newest of that name */
    }
}

bool submission_search(struct request *req, const char *words, struct search_results *list, struct err *err)
{
    (void)err;
    const struct wanted w = words_of(req->arena, words);
    size_t shown = 0;
    for (size_t i = 0; i < submission_form_count && request_may(req, PERM_FORM_READ); i++)
        search_form(req, &w, &submission_forms[i], list, &shown);
    return true;
}
