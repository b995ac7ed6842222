#include "output/paper_page.h"

#include "base/code_list.h"
#include "base/field.h"
#include "output/table.h"

#include <string.h>

enum {
    CHOICES_MOST = 40,  /* longer lists print the chosen labels only */
    BOX_LINES_MM = 28,  /* an empty box for free text */
    BLANK_ROWS = 3,     /* of a small table nobody filled */
};

/* What a blank prints as, so that it can be filled by hand. */
static const char *blank_of(const struct field *f)
{
    switch (f->type) {
    case FIELD_DATE: return "　　　年　　月　　日"; /* forms.md §1 */
    case FIELD_TIME: return "　　時　　分";
    case FIELD_DATETIME: return "　　　年　　月　　日　　時　　分";
    default: return "";
    }
}

static const char *refs_text(const struct paper *p, const struct field *f, const char *ids, struct arena *a)
{
    auto_buf b = {0};
    for (const char *id; p->ref_label && (id = codes_next(&ids, a));) {
        const char *label = p->ref_label(p->ref_context, f->picker, id, a);
        buf_text(&b, b.size && label && *label ? "、" : "");
        buf_text(&b, label);
    }
    return arena_strndup(a, b.data, b.size);
}

static const char *value_text(const struct paper *p, const struct field *f, const void *row, struct arena *a)
{
    const char *text = f->type == FIELD_REF || f->type == FIELD_REFS ? refs_text(p, f, field_text(f, row, a), a) : field_display(f, row, a);
    return *text ? text : blank_of(f);
}

static bool is_short(const struct field *f)
{
    switch (f->type) {
    case FIELD_INT:
    case FIELD_DATE:
    case FIELD_TIME:
    case FIELD_KANA:
    case FIELD_REF: return true;
    case FIELD_TEXT: return f->max > 0 && f->max <= 40;
    default: return false;
    }
}

/* Short fields wait for a neighbour to share their line with. */
struct waiting {
    const char *label, *value;
};

static void flush(struct paper *p, struct waiting *w)
{
    if (w->label)
        paper_pair(p, w->label, w->value);
    *w = (struct waiting){0};
}

static void put_short(struct paper *p, struct waiting *w, const char *label, const char *value)
{
    if (!w->label) {
        *w = (struct waiting){label, value};
        return;
    }
    paper_pairs(p, (const char *const[]){w->label, label}, (const char *const[]){w->value, value}, 2);
    *w = (struct waiting){0};
}

static void put_rows(struct paper *p, const struct field *f, const void *row, struct arena *a)
{
    struct table *t = table_new(a, f->name, f->label);
    const struct field_set *set = f->rows;
    for (size_t i = 0; i < set->count; i++)
        table_column(t, set->fields[i].name, set->fields[i].label, set->fields[i].type == FIELD_INT ? COLUMN_NUMBER : COLUMN_TEXT, NULL);
    size_t count;
    const char *items = field_rows(f, row, a, &count);
    for (size_t r = 0; r < count; r++) {
        struct row *printed = table_row(t, ROW_PLAIN, "");
        for (size_t i = 0; i < set->count; i++)
            printed->cells[i] = CELL_OF_TEXT(value_text(p, &set->fields[i], items + r * set->size, a));
    }
    for (size_t r = count; r < BLANK_ROWS && count == 0; r++) {
        struct row *blank = table_row(t, ROW_PLAIN, "");
        for (size_t i = 0; i < set->count; i++)
            blank->cells[i] = CELL_OF_TEXT(blank_of(&set->fields[i]));
    }
    paper_table(p, t);
}

static void put_field(struct paper *p, const struct field *f, const void *row, struct arena *a, struct waiting *w)
{
    const struct code_list *list = f->codes ? code_list_find(f->codes) : NULL;
    if (is_short(f)) {
        put_short(p, w, f->label, value_text(p, f, row, a));
        return;
    }
    flush(p, w);
    if (f->type == FIELD_ROWS)
        put_rows(p, f, row, a);
    else if (f->type == FIELD_LONG_TEXT)
        paper_box(p, f->label, field_text(f, row, a), BOX_LINES_MM);
    else if ((f->type == FIELD_CODE || f->type == FIELD_CODES) && list && list->count <= CHOICES_MOST)
        paper_choices(p, f->label, f->codes, field_text(f, row, a));
    else
        paper_pair(p, f->label, value_text(p, f, row, a));
}

void paper_fields(struct paper *p, const struct field_set *set, const void *row, struct arena *a)
{
    struct waiting w = {0};
    for (size_t i = 0; i < set->count; i++) {
        const struct field *f = &set->fields[i];
        if (f->section) {
            flush(p, &w);
            paper_heading(p, f->section);
        }
        if (!(f->flags & FIELD_COMPUTED) || *field_text(f, row, a))
            put_field(p, f, row, a, &w);
    }
    flush(p, &w);
}

void paper_ref_labels(struct paper *p, const char *(*label)(void *context, const char *picker, const char *id, struct arena *a), void *context)
{
    p->ref_label = label;
    p->ref_context = context;
}
