/* form_input.c -- from what the controls of a form sent to what field_parse takes, and the buttons inside a form. */
#include "base/text.h"
#include "web/form.h"
#include "web/picker.h"

#include <stdlib.h>
#include <string.h>

size_t form_typed_rows(const struct pairs *in, const char *name)
{
    size_t n = strlen(name), rows = 0;
    for (size_t i = 0; i < in->count; i++) {
        const char *at = in->items[i].name;
        if (strncmp(at, name, n) || at[n] != '.')
            continue;
        unsigned long row = strtoul(at + n + 1, NULL, 10);
        if (row < 1000 && row + 1 > rows)
            rows = row + 1;
    }
    return rows;
}

/* NAME and NAME_time to one stored text where both can be read; as typed, side by side, where not: field_parse then names the mistake. */
static void gather_datetime(struct request *req, struct pairs *in, const char *name)
{
    struct arena *a = req->arena;
    const char *time_name = arena_printf(a, "%s_time", name);
    if (!pairs_has(in, time_name))
        return;
    const char *day = pairs_get(in, name), *time = pairs_get(in, time_name);
    struct date d;
    int minutes = time_parse(time);
    if (*day && *time && date_parse(day, req->today, &d) && minutes >= 0)
        pairs_set(in, name, arena_printf(a, "%sT%02d:%02d", date_iso(a, d), minutes / 60, minutes % 60));
    else if (*day || *time)
        pairs_set(in, name, arena_printf(a, "%s %s", day, time));
    else
        pairs_set(in, name, "");
}

static void unchosen(struct problems *problems, const struct field *f, const char *name)
{
    if (problems)
        problem_add(problems, name, "%sが選ばれていません。「探す」で候補を出し、その中から選んでください。", f->label);
}

/* Words that no candidate fits go to the text field beside the reference, when it is free. */
static bool take_as_text(struct arena *a, struct pairs *in, const struct field *f, const char *name, const char *text)
{
    if (!f->or_text)
        return false;
    const char *dot = strrchr(name, '.');
    const char *beside = dot ? arena_printf(a, "%.*s.%s", (int)(dot - name), name, f->or_text) : f->or_text;
    if (*pairs_get(in, beside) && strcmp(pairs_get(in, beside), text) != 0)
        return false;
    pairs_set(in, beside, text);
    return true;
}

/* One reference: a candidate chosen now wins; words changed after choosing undo the choice. */
static void gather_reference(struct request *req, struct pairs *in, const struct field *f, const char *name, struct problems *problems)
{
    struct arena *a = req->arena;
    const char *text_name = arena_printf(a, "%s_text", name), *choice = pairs_get(in, arena_printf(a, "%s_choice", name));
    if (*choice) {
        pairs_set(in, name, choice);
        return;
    }
    if (!pairs_has(in, text_name))
        return;
    const char *text = text_clean(a, pairs_get(in, text_name), strlen(pairs_get(in, text_name)), true), *id = pairs_get(in, name);
    if (!*text) {
        pairs_set(in, name, "");
    } else if (!*id || strcmp(text, picker_label(req, f->picker, id))) {
        pairs_set(in, name, "");
        if (!take_as_text(a, in, f, name, text))
            unchosen(problems, f, name);
    }
}

static void gather_references(struct request *req, struct pairs *in, const struct field *f, const char *name, struct problems *problems)
{
    struct arena *a = req->arena;
    const char *choice_name = arena_printf(a, "%s_choice", name);
    bool added = pairs_has(in, choice_name);
    if (added)
        for (size_t i = 0, n = in->count; i < n; i++)
            if (!strcmp(in->items[i].name, choice_name))
                pairs_add(in, name, in->items[i].value);
    const char *words = pairs_get(in, arena_printf(a, "%s_text", name));
    if (!added && *text_clean(a, words, strlen(words), true))
        unchosen(problems, f, name);
}

static void gather_one(struct request *req, struct pairs *in, const struct field *f, const char *name, struct problems *problems)
{
    if (f->flags & FIELD_COMPUTED)
        return;
    if (f->type == FIELD_DATETIME)
        gather_datetime(req, in, name);
    else if (f->type == FIELD_REF)
        gather_reference(req, in, f, name, problems);
    else if (f->type == FIELD_REFS)
        gather_references(req, in, f, name, problems);
}

static void gather_rows(struct request *req, struct pairs *in, const struct field *f, struct problems *problems)
{
    size_t rows = form_typed_rows(in, f->name);
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < f->rows->count; i++) {
            const struct field *cell = &f->rows->fields[i];
            if (cell->type == FIELD_DATETIME || cell->type == FIELD_REF || cell->type == FIELD_REFS)
                gather_one(req, in, cell, arena_printf(req->arena, "%s.%zu.%s", f->name, r, cell->name), problems);
        }
}

void form_gather(struct request *req, const struct field_set *set, struct pairs *in, struct problems *problems)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct field *f = &set->fields[i];
        if (f->type == FIELD_ROWS)
            gather_rows(req, in, f, problems);
        else
            gather_one(req, in, f, f->name, problems);
    }
}

/* The field a control name stands for: "attendees.2.facility_id" is a field of the rows. */
static const struct field *field_of_control(const struct field_set *set, const char *name, struct arena *a)
{
    const char *dot = strchr(name, '.');
    if (!dot)
        return field_find(set, name);
    const struct field *rows = field_find(set, arena_strndup(a, name, (size_t)(dot - name)));
    const char *last = strrchr(name, '.');
    return rows && rows->type == FIELD_ROWS && last != dot ? field_find(rows->rows, last + 1) : NULL;
}

static void find_candidates(struct request *req, struct form *f, const char *name, const struct field *field)
{
    const struct picker *p = picker_find(req->app, field->picker);
    const char *words = pairs_get(&req->body, arena_printf(req->arena, "%s_text", name));
    struct pick *picks = NULL;
    struct err err = {0};
    f->pick_field = name;
    if (!p || !request_may(req, p->needs) || !p->find(req, words, &picks, &f->pick_count, &err))
        f->pick_count = 0;
    f->picks = picks;
}

bool form_asks_more(struct request *req, struct form *f)
{
    const char *pick = pairs_get(&req->body, "pick"), *rows = pairs_get(&req->body, "more_rows");
    const struct field *field = *pick ? field_of_control(f->set, pick, req->arena) : NULL;
    if (field && (field->type == FIELD_REF || field->type == FIELD_REFS)) {
        find_candidates(req, f, pick, field);
        return true;
    }
    field = *rows ? field_find(f->set, rows) : NULL;
    if (!field || field->type != FIELD_ROWS)
        return false;
    f->more_rows = rows;
    return true;
}
