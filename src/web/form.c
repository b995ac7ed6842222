/* form.c -- fields on a page.  A control is worked out once from field, row, what was typed and what was wrong, and a template writes it. */
#include "web/form.h"

#include "base/code_list.h"
#include "base/text.h"
#include "web/form_view.h"
#include "web/html.h"

#include <stdint.h>
#include <string.h>

enum { CHIP_CHOICES = 7, CHIP_CHOICES_MANY = 40, SPARE_ROWS = 3 };

static struct arena *arena_of(const struct form *f)
{
    return f->req->arena;
}

/* Only letters, digits, '_' and '-': fit for an id attribute and a fragment. */
static const char *element_id(struct arena *a, const char *name)
{
    char *id = arena_printf(a, "f-%s", name);
    for (char *c = id; *c; c++)
        if (*c == '.')
            *c = '-';
    return id;
}

static const char *typed_text(const struct form *f, const char *name)
{
    return f->typed ? pairs_get(f->typed, name) : "";
}

static bool is_text_box(enum field_type type)
{
    return type == FIELD_TEXT || type == FIELD_KANA || type == FIELD_INT || type == FIELD_TIME;
}

static const char *width_of(const struct field *f)
{
    if (f->type == FIELD_INT)
        return f->max > 9999 ? "width-6" : "width-4";
    if (f->type == FIELD_TIME)
        return "width-4";
    long max = f->max ? f->max : 200;
    return max <= 4 ? "width-4" : max <= 6 ? "width-6" : max <= 10 ? "width-10" : max <= 20 ? "width-20" : max <= 40 ? "width-40" : "width-full";
}

static const char *input_mode_of(const struct field *f)
{
    if (f->type == FIELD_INT || f->type == FIELD_TIME)
        return "numeric";
    return f->flags & FIELD_PHONE ? "tel" : NULL;
}

static bool is_frequent(const char *const *frequent, const char *code)
{
    for (; frequent && *frequent; frequent++)
        if (!strcmp(*frequent, code))
            return true;
    return false;
}

static void add_choice(struct control *c, struct arena *a, const char *code, const char *label, const char *chosen, int key)
{
    struct choice *choice = &c->choices[c->choice_count];
    choice->code = code;
    choice->label = label;
    choice->checked = *code ? codes_has(chosen, code) : !*chosen;
    choice->element = c->choice_count ? arena_printf(a, "%s-%zu", c->element, c->choice_count + 1) : c->element;
    choice->key = key >= 0 && key <= 9 ? arena_printf(a, "%d", key) : NULL;
    c->choice_count++;
}

static bool uses_chips(const struct field *f, const struct code_list *list)
{
    return list->count <= (f->type == FIELD_CODES ? CHIP_CHOICES_MANY : CHIP_CHOICES);
}

/* The choices of a list, those most used here first where the list is long. */
static void fill_choices(struct control *c, const struct code_list *list, const char *chosen)
{
    struct arena *a = arena_of(c->form);
    const char *const *frequent = uses_chips(c->field, list) ? NULL : c->form->frequent;
    c->choices = NEW_ARRAY(a, list->count + 1, struct choice);
    c->columns = list->count > CHIP_CHOICES;
    for (int turn = frequent ? 0 : 1; turn < 2; turn++)
        for (size_t i = 0; i < list->count; i++)
            if (is_frequent(frequent, list->codes[i].code) == (turn == 0))
                add_choice(c, a, list->codes[i].code, list->codes[i].label, chosen, (int)i + 1);
    /* A radio cannot be taken back without script. */
    if (c->field->type == FIELD_CODE && !c->required && uses_chips(c->field, list) && !c->label_in_cell)
        add_choice(c, a, "", "選ばない", chosen, 0);
}

static const char *date_echo(struct form const *f, const char *text)
{
    struct date d;
    return *text && date_parse(text, f->req->today, &d) ? date_wareki(arena_of(f), d) : "";
}

static const char *short_date(struct arena *a, const char *stored)
{
    struct date d = date_from_iso(arena_printf(a, "%.10s", stored));
    return date_is_set(d) ? date_wareki_short(a, d) : stored;
}

static void fill_date(struct control *c)
{
    if (!c->form->typed)
        c->value = short_date(arena_of(c->form), c->value);
    c->echo = date_echo(c->form, c->value);
}

static void fill_datetime(struct control *c)
{
    struct arena *a = arena_of(c->form);
    const char *time_name = arena_printf(a, "%s_time", c->name);
    const char *t = strchr(c->value, 'T');
    if (c->form->typed && (pairs_has(c->form->typed, time_name) || !t)) {
        c->time = typed_text(c->form, time_name);
    } else {
        c->time = t ? arena_printf(a, "%.5s", t + 1) : "";
        c->value = short_date(a, c->value);
    }
    c->echo = date_echo(c->form, c->value);
}

static void fill_long_text(struct control *c)
{
    long max = c->field->max ? c->field->max : 2000;
    c->room = max - (long)text_length(c->value);
}

static struct choice *chosen_references(struct control *c, size_t *ret_count)
{
    struct arena *a = arena_of(c->form);
    struct choice *all = NEW_ARRAY(a, strlen(c->value) / 2 + 1, struct choice);
    const char *list = c->value;
    size_t n = 0;
    for (const char *id; (id = codes_next(&list, a)); n++) {
        const char *label = picker_label(c->form->req, c->field->picker, id);
        all[n] = (struct choice){.code = id, .label = *label ? label : "（表示できません）", .checked = true};
    }
    *ret_count = n;
    return all;
}

static void fill_candidates(struct control *c)
{
    const struct form *f = c->form;
    c->searched = f->pick_field && !strcmp(f->pick_field, c->name);
    if (!c->searched)
        return;
    c->picks = NEW_ARRAY(arena_of(f), f->pick_count + 1, struct choice);
    c->pick_count = f->pick_count;
    for (size_t i = 0; i < f->pick_count; i++) {
        const struct pick *p = &f->picks[i];
        c->picks[i].code = p->id;
        c->picks[i].label = p->detail && *p->detail ? arena_printf(arena_of(f), "%s（%s）", p->label, p->detail) : p->label;
    }
}

static void fill_picker(struct control *c)
{
    const struct form *f = c->form;
    const struct picker *p = picker_find(f->req->app, c->field->picker);
    const char *text_name = arena_printf(arena_of(f), "%s_text", c->name);
    c->many = c->field->type == FIELD_REFS;
    c->post = (p && p->personal) || c->field->flags & FIELD_PERSONAL;
    if (c->many)
        c->choices = chosen_references(c, &c->choice_count);
    if (f->typed && pairs_has(f->typed, text_name))
        c->text = typed_text(f, text_name);
    else
        c->text = c->many || !*c->value ? "" : picker_label(f->req, c->field->picker, c->value);
    fill_candidates(c);
}

static void fill_rows(struct control *c);

/* What depends on the type, after name, value and error are known. */
static void fill_control(struct control *c)
{
    const struct field *f = c->field;
    c->width = width_of(f);
    c->input_mode = input_mode_of(f);
    switch (f->type) {
    case FIELD_DATE: fill_date(c); break;
    case FIELD_DATETIME: fill_datetime(c); break;
    case FIELD_LONG_TEXT: fill_long_text(c); break;
    case FIELD_CODE:
    case FIELD_CODES: {
        const struct code_list *list = code_list_find(f->codes);
        c->many = f->type == FIELD_CODES;
        if (list)
            fill_choices(c, list, c->value);
        break;
    }
    case FIELD_REF:
    case FIELD_REFS: fill_picker(c); break;
    case FIELD_ROWS: fill_rows(c); break;
    case FIELD_TEXT:
    case FIELD_KANA:
    case FIELD_INT:
    case FIELD_TIME: break;
    }
}

static const char *typed_value(const struct form *f, const struct field *field, const char *name)
{
    bool several = field->type == FIELD_CODES || field->type == FIELD_REFS;
    return several ? pairs_joined(f->typed, name) : pairs_get(f->typed, name);
}

static struct control make_control(const struct form *f, const struct field *field)
{
    struct control c = {.form = f, .field = field, .name = field->name, .element = element_id(arena_of(f), field->name)};
    c.required = field->required || (field->type == FIELD_CODES && field->min > 0) || (field->type == FIELD_ROWS && field->min > 0);
    if (field->required_when)
        c.required = c.required || (f->row && field->required_when(f->row));
    c.maybe_required = field->required_when && !c.required;
    c.error = f->problems ? problem_of(f->problems, field->name) : NULL;
    c.value = f->typed ? typed_value(f, field, field->name) : f->row ? field_text(field, f->row, arena_of(f)) : "";
    fill_control(&c);
    return c;
}

static struct control make_cell(const struct control *c, const struct field *field, size_t row, const void *item)
{
    const struct form *f = c->form;
    struct arena *a = arena_of(f);
    struct control cell = {.form = f, .field = field, .name = arena_printf(a, "%s.%zu.%s", c->name, row, field->name)};
    cell.element = element_id(a, cell.name);
    cell.error = f->problems ? problem_of(f->problems, cell.name) : NULL;
    cell.label_in_cell = arena_printf(a, "%s（%zu行目）", field->label, row + 1);
    cell.value = f->typed ? typed_value(f, field, cell.name) : item ? field_text(field, item, a) : "";
    fill_control(&cell);
    return cell;
}

static void fill_row_columns(struct control *c)
{
    const struct field_set *set = c->field->rows;
    c->columns_of = NEW_ARRAY(arena_of(c->form), set->count + 1, const struct field *);
    for (size_t i = 0; i < set->count; i++)
        if (!(set->fields[i].flags & FIELD_COMPUTED))
            c->columns_of[c->column_count++] = &set->fields[i];
}

static void fill_rows(struct control *c)
{
    const struct form *f = c->form;
    struct arena *a = arena_of(f);
    size_t count = 0, max = c->field->max ? (size_t)c->field->max : 200;
    const char *items = f->typed || !f->row ? NULL : field_rows(c->field, f->row, a, &count);
    size_t filled = count;
    if (f->typed)
        filled = form_typed_rows(f->typed, c->name);
    bool grows = !f->typed || !filled || (f->more_rows && !strcmp(f->more_rows, c->name));
    c->row_count = grows ? filled + SPARE_ROWS : filled;
    if (c->row_count > max)
        c->row_count = max > filled ? max : filled;
    fill_row_columns(c);
    c->rows = NEW_ARRAY(a, c->row_count + 1, struct cell_row);
    for (size_t r = 0; r < c->row_count; r++) {
        const void *item = items && r < count ? items + r * c->field->rows->size : NULL;
        c->rows[r].cells = NEW_ARRAY(a, c->column_count + 1, struct control);
        for (size_t i = 0; i < c->column_count; i++)
            c->rows[r].cells[i] = make_cell(c, c->columns_of[i], r, item);
    }
}

void form_attributes(struct buf *out, const struct control *c)
{
    bool help = c->field->help && !c->label_in_cell, echo = c->field->type == FIELD_DATE || c->field->type == FIELD_DATETIME;
    if (c->label_in_cell) {
        html_raw(out, " aria-label=\"");
        html_text(out, c->label_in_cell);
        html_raw(out, "\"");
    }
    if (c->required)
        html_raw(out, " aria-required=\"true\"");
    if (c->error)
        html_raw(out, " aria-invalid=\"true\"");
    if (!help && !c->error && !echo)
        return;
    html_raw(out, " aria-describedby=\"");
    if (help)
        buf_printf(out, "%s-help", c->element);
    if (c->error)
        buf_printf(out, "%s%s-error", help ? " " : "", c->element);
    if (echo)
        buf_printf(out, "%s%s-echo", help || c->error ? " " : "", c->element);
    html_raw(out, "\"");
}

static void help_and_error(struct buf *out, const struct control *c)
{
    if (c->field->help) {
        buf_printf(out, "<p class=\"field-help\" id=\"%s-help\">", c->element);
        html_text(out, c->field->help);
        html_raw(out, "</p>\n");
    }
    if (c->error) {
        buf_printf(out, "<p class=\"field-error\" id=\"%s-error\">", c->element);
        html_text(out, c->error);
        html_raw(out, "</p>\n");
    }
}

static bool is_chips(const struct control *c)
{
    if (c->field->type != FIELD_CODE && c->field->type != FIELD_CODES)
        return false;
    const struct code_list *list = code_list_find(c->field->codes);
    return list && uses_chips(c->field, list) && !(c->label_in_cell && c->field->type == FIELD_CODE);
}

/* Several inputs under one name are a group with a legend; one input has a label. */
static const char *group_class(const struct control *c)
{
    if (is_chips(c))
        return "field-chips";
    return c->field->type == FIELD_DATETIME ? "field-datetime" : c->field->type == FIELD_ROWS ? "field-rows" : NULL;
}

static void open_group(struct buf *out, const struct control *c, const char *class)
{
    buf_printf(out, "<fieldset class=\"field %s%s\" data-field=\"%s\"", class, c->error ? " field-error-on" : "", c->name);
    if (c->field->type == FIELD_ROWS)
        buf_printf(out, " id=\"%s\" tabindex=\"-1\" data-rows=\"%s\" data-rows-max=\"%ld\"", c->element, c->name,
                   c->field->max ? c->field->max : 200);
    if (c->field->type == FIELD_CODE)
        html_raw(out, " role=\"radiogroup\"");
    if (c->field->type == FIELD_CODE)
        form_attributes(out, c);
    else if (c->field->type != FIELD_DATETIME && (c->field->help || c->error))
        buf_printf(out, " aria-describedby=\"%s-%s\"", c->element, c->error ? "error" : "help");
    html_raw(out, ">\n<legend class=\"field-label\">");
    form_label_html(out, c);
    html_raw(out, "</legend>\n");
}

void form_above(struct buf *out, const struct control *c)
{
    const char *class = group_class(c);
    if (class) {
        open_group(out, c, class);
    } else {
        buf_printf(out, "<div class=\"field%s\" data-field=\"%s\">\n<label class=\"field-label\" for=\"%s\">",
                   c->error ? " field-error-on" : "", c->name, c->element);
        form_label_html(out, c);
        html_raw(out, "</label>\n");
    }
    help_and_error(out, c);
}

void form_input(struct buf *out, const struct control *c)
{
    if (is_text_box(c->field->type))
        form_text_html(out, c);
    else if (is_chips(c))
        form_chips_html(out, c);
    else
        switch (c->field->type) {
        case FIELD_LONG_TEXT: form_long_text_html(out, c); break;
        case FIELD_DATE: form_date_html(out, c); break;
        case FIELD_DATETIME: form_datetime_html(out, c); break;
        case FIELD_REF:
        case FIELD_REFS: form_picker_html(out, c); break;
        case FIELD_ROWS: form_rows_html(out, c); break;
        default: form_select_html(out, c);
        }
    buf_char(out, '\n');
}

const char *form_value(const struct request *req, const struct field *f, const void *row)
{
    const char *text = field_text(f, row, req->arena);
    if (!*text || (f->type == FIELD_ROWS && !strcmp(text, "[]")))
        return "（空欄）";
    if (f->type != FIELD_REF && f->type != FIELD_REFS)
        return field_display(f, row, req->arena);
    struct request *asking = (struct request *)(uintptr_t)req;
    struct buf labels = {0};
    for (const char *id; (id = codes_next(&text, req->arena));) {
        const char *label = picker_label(asking, f->picker, id);
        buf_printf(&labels, "%s%s", labels.size ? "、" : "", *label ? label : "（表示できません）");
    }
    const char *copy = arena_strdup(req->arena, labels.data);
    buf_free(&labels);
    return copy;
}

/* Whose value is chosen at first: mine where I changed it, theirs where only they did. */
static bool prefers_theirs(const struct form *f, const struct field *field, const char *mine)
{
    const char *choice = typed_text(f, arena_printf(arena_of(f), "choose.%s", field->name));
    if (*choice)
        return !strcmp(choice, "theirs");
    return f->base && pairs_has(f->base, field->name) && !strcmp(pairs_get(f->base, field->name), mine);
}

static void conflict(struct buf *out, const struct control *c)
{
    const struct form *f = c->form;
    struct arena *a = arena_of(f);
    if (!f->theirs || !f->row)
        return;
    const char *mine = field_text(c->field, f->row, a);
    if (!strcmp(mine, field_text(c->field, f->theirs, a)))
        return;
    form_conflict_html(out, &(struct conflict_view){.control = c, .mine = form_value(f->req, c->field, f->row),
                                                    .theirs = form_value(f->req, c->field, f->theirs),
                                                    .theirs_by = f->theirs_by ? f->theirs_by : "ほかの人",
                                                    .choose_theirs = prefers_theirs(f, c->field, mine)});
}

void form_field(struct buf *out, const struct form *f, const char *name)
{
    const struct field *field = field_find(f->set, name);
    if (!field || field->flags & FIELD_COMPUTED)
        return;
    struct control c = make_control(f, field);
    form_above(out, &c);
    form_input(out, &c);
    conflict(out, &c);
    if (group_class(&c))
        html_raw(out, "</fieldset>\n");
    else
        html_raw(out, "</div>\n");
}

void form_section(struct buf *out, const struct form *f, const char *first_field)
{
    const struct field *first = field_find(f->set, first_field), *end = f->set->fields + f->set->count;
    if (!first)
        return;
    html_raw(out, "<section class=\"form-section\">\n");
    if (first->section) {
        html_raw(out, "<h2 class=\"form-heading\">");
        html_text(out, first->section);
        html_raw(out, "</h2>\n");
    }
    for (const struct field *field = first; field < end && (field == first || !field->section); field++)
        form_field(out, f, field->name);
    html_raw(out, "</section>\n");
}

void form_all(struct buf *out, const struct form *f)
{
    for (size_t i = 0; i < f->set->count; i++)
        if (i == 0 || f->set->fields[i].section)
            form_section(out, f, f->set->fields[i].name);
}

/* Where the summary's link leads: the input of the field, or nowhere when the form has no such field. */
static const char *problem_element(const struct form *f, const char *name)
{
    if (!name || !*name)
        return "";
    size_t n = strcspn(name, ".");
    const struct field *field = field_find(f->set, arena_strndup(arena_of(f), name, n));
    return field && !(field->flags & FIELD_COMPUTED) ? element_id(arena_of(f), name) : "";
}

void form_begin(struct buf *out, const struct form *f)
{
    struct form_begin_view v = {.form = f, .csrf = f->req->session->csrf};
    v.problem_count = f->problems ? f->problems->count : 0;
    v.problems = NEW_ARRAY(arena_of(f), v.problem_count + 1, struct form_problem);
    for (size_t i = 0; i < v.problem_count; i++) {
        v.problems[i].element = problem_element(f, f->problems->items[i].field);
        v.problems[i].sentence = f->problems->items[i].sentence;
    }
    form_begin_html(out, &v);
}

void form_end(struct buf *out, const struct form *f)
{
    form_end_html(out, f);
}

/* Read-only: one description list a section. */

static bool is_blank(const struct field *f, const void *row, struct arena *a)
{
    const char *text = field_text(f, row, a);
    return !*text || (f->type == FIELD_ROWS && !strcmp(text, "[]"));
}

static bool is_masked(const struct request *req, const struct field *f)
{
    return f->flags & FIELD_PERSONAL && !req->scope.sees_personal;
}

static void show_rows(struct buf *out, const struct request *req, const struct field *f, const void *row)
{
    size_t count = 0;
    const char *items = field_rows(f, row, req->arena, &count);
    html_raw(out, "<table class=\"rows rows-read\"><thead><tr>");
    for (size_t i = 0; i < f->rows->count; i++) {
        html_raw(out, "<th scope=\"col\">");
        html_text(out, f->rows->fields[i].label);
        html_raw(out, "</th>");
    }
    html_raw(out, "</tr></thead><tbody>\n");
    for (size_t r = 0; r < count; r++) {
        html_raw(out, "<tr>");
        for (size_t i = 0; i < f->rows->count; i++) {
            const struct field *cell = &f->rows->fields[i];
            const void *item = items + r * f->rows->size;
            html_raw(out, "<td data-label=\"");
            html_text(out, cell->label);
            html_raw(out, "\">");
            if (is_masked(req, cell))
                html_raw(out, "<span class=\"masked\">（表示できません）</span>");
            else if (!is_blank(cell, item, req->arena))
                html_lines(out, form_value(req, cell, item));
            html_raw(out, "</td>");
        }
        html_raw(out, "</tr>\n");
    }
    html_raw(out, "</tbody></table>");
}

static void show_field(struct buf *out, const struct request *req, const struct field *f, const void *row)
{
    html_raw(out, "<div class=\"record-item\"><dt>");
    html_text(out, f->label);
    html_raw(out, "</dt><dd>");
    if (is_masked(req, f))
        html_raw(out, "<span class=\"masked\">（表示できません）</span>");
    else if (is_blank(f, row, req->arena))
        html_raw(out, "<span class=\"blank\">－</span>");
    else if (f->type == FIELD_ROWS)
        show_rows(out, req, f, row);
    else
        html_lines(out, form_value(req, f, row));
    html_raw(out, "</dd></div>\n");
}

static size_t section_end(const struct field_set *set, size_t from)
{
    size_t end = from + 1;
    while (end < set->count && !set->fields[end].section)
        end++;
    return end;
}

void form_show(struct buf *out, const struct request *req, const struct field_set *set, const void *row, bool skip_blank)
{
    for (size_t from = 0, end; from < set->count; from = end) {
        end = section_end(set, from);
        bool open = false;
        for (size_t i = from; i < end; i++) {
            if (set->fields[i].flags & FIELD_INTERNAL || (skip_blank && is_blank(&set->fields[i], row, req->arena)))
                continue;
            if (!open) {
                html_raw(out, "<section class=\"record-section\">\n");
                if (set->fields[from].section) {
                    html_raw(out, "<h2>");
                    html_text(out, set->fields[from].section);
                    html_raw(out, "</h2>\n");
                }
                html_raw(out, "<dl class=\"record\">\n");
                open = true;
            }
            show_field(out, req, &set->fields[i], row);
        }
        if (open)
            html_raw(out, "</dl>\n</section>\n");
    }
}

void form_tell_conflict(struct problems *p, const struct field_set *set, const void *mine, const void *theirs, struct arena *a)
{
    size_t before = p->count;
    for (size_t i = 0; i < set->count; i++) {
        const struct field *f = &set->fields[i];
        if ((f->flags & FIELD_COMPUTED) || !strcmp(field_text(f, mine, a), field_text(f, theirs, a)))
            continue;
        const char *shown = f->type == FIELD_REF || f->type == FIELD_REFS ? "別のもの" : field_display(f, theirs, a);
        problem_add(p, f->name, "ほかの人が先に「%s」と保存しました。入力した内容でよければ、もう一度保存してください。", *shown ? shown : "空欄");
    }
    if (p->count == before)
        problem_add(p, set->fields[0].name, "ほかの人が先に同じ内容を保存しました。もう一度保存してもかまいません。");
}
