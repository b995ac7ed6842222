#include "features/form_paper/form_paper.h"

#include "base/code_list.h"
#include "base/count.h"
#include "features/account/account.h"
#include "features/attachment/attachment.h"
#include "features/organization/organization.h"
#include "output/table.h"
#include "web/picker.h"

#include <string.h>

static const char *const hidden = "（非表示）";

struct form_paper form_paper_begin(struct request *req, struct paper **sheets, const char *form_number, const struct field_set *set, const void *row,
                                   const char *number, const char *path)
{
    const struct record_head *saved = row;
    struct office office = {0};
    struct err unknown = {0};
    const char *office_id = *saved->office_id ? saved->office_id : req->session->office_id;
    bool known = office_find(req->db, office_id, req->arena, &office, &unknown);
    const struct paper_head head = {
        .form_number = form_number,
        .title = set->label,
        .number = *number ? number : NULL,
        .office = known ? office.name : NULL,
        .contractor = known ? office.organization_name : NULL,
        .author = *number ? account_display_name(req->db, saved->created_by, req->arena) : NULL,
        .date = *number ? date_wareki_plain(req->arena, date_of_utc(saved->created_at)) : "　　年　　月　　日",
        .qr = path ? arena_printf(req->arena, "%s%s", app_config(req->app)->base_url, path) : NULL,
    };
    *sheets = paper_next(*sheets, false, &head);
    return (struct form_paper){*sheets, req, set, row};
}

static const char *blank_of(const struct field *f)
{
    switch (f->type) {
    case FIELD_DATE: return "　　年　　月　　日";
    case FIELD_DATETIME: return "　　年　月　日　時　分";
    case FIELD_TIME: return "　時　分";
    default: return "";
    }
}

static const char *labels_of(const struct form_paper *p, const struct field *f, const char *ids)
{
    const char *all = "";
    for (const char *id; (id = codes_next(&ids, p->req->arena));)
        all = arena_printf(p->req->arena, "%s%s%s", all, *all ? "、" : "", picker_label(p->req, f->picker, id));
    return all;
}

/* The value of one field of any row, masked when it must be. */
static const char *value_of(const struct form_paper *p, const struct field *f, const void *row)
{
    const char *stored = field_text(f, row, p->req->arena);
    if (!*stored)
        return blank_of(f);
    if (f->flags & FIELD_PERSONAL && !p->req->scope.sees_personal)
        return hidden;
    if (f->type == FIELD_REF || f->type == FIELD_REFS)
        return labels_of(p, f, stored);
    return field_display(f, row, p->req->arena);
}

const char *form_paper_value(const struct form_paper *p, const char *field)
{
    return value_of(p, field_find(p->set, field), p->row);
}

/* 所属（一覧にないとき） on the form is 所属 on the paper. */
static const char *paper_label(const struct field *f, struct arena *a)
{
    const char *bracket = strstr(f->label, "（");
    return bracket && bracket > f->label ? arena_strndup(a, f->label, (size_t)(bracket - f->label)) : f->label;
}

/* "consulter_org_id|consulter_org": the box of the first that has a value. */
static void fill_box(const struct form_paper *p, char *names, const char **ret_label, const char **ret_value)
{
    char *other = strchr(names, '|');
    if (other)
        *other++ = '\0';
    const struct field *f = field_find(p->set, names);
    bool blank = !*field_text(f, p->row, p->req->arena);
    *ret_label = other ? paper_label(f, p->req->arena) : f->label;
    *ret_value = form_paper_value(p, blank && other ? other : names);
}

void form_paper_line(const struct form_paper *p, const char *names)
{
    const char *labels[4], *values[4];
    size_t count = 0;
    for (const char *name; count < COUNT(labels) && (name = codes_next(&names, p->req->arena)); count++)
        fill_box(p, arena_strdup(p->req->arena, name), &labels[count], &values[count]);
    if (count == 1)
        paper_pair(p->paper, labels[0], values[0]);
    else
        paper_pairs(p->paper, labels, values, count);
}

void form_paper_choices(const struct form_paper *p, const char *field)
{
    const struct field *f = field_find(p->set, field);
    paper_choices(p->paper, f->label, f->codes, field_text(f, p->row, p->req->arena));
}

void form_paper_box(const struct form_paper *p, const char *field, double min_height)
{
    paper_box(p->paper, field_find(p->set, field)->label, form_paper_value(p, field), min_height);
}

/* A reference and the text field after it are two ways to say one thing: one column. */
static bool is_one_column(const struct field_set *rows, size_t i)
{
    return i + 1 < rows->count && rows->fields[i].type == FIELD_REF && rows->fields[i + 1].type == FIELD_TEXT;
}

static const char *row_text(const struct form_paper *p, const struct field_set *rows, size_t i, const void *item)
{
    if (!item)
        return blank_of(&rows->fields[i]);
    const struct field *f = &rows->fields[i];
    if (is_one_column(rows, i) && !*field_text(f, item, p->req->arena))
        f++;
    return *field_text(f, item, p->req->arena) ? value_of(p, f, item) : "";
}

/* Room to write by hand, in full-width characters; 0: by what stands in the column. */
static int room_of(const struct field *f)
{
    switch (f->type) {
    case FIELD_DATE: return 12;
    case FIELD_TIME: return 5;
    case FIELD_INT: return 4;
    case FIELD_LONG_TEXT: return 24;
    case FIELD_TEXT: return f->max > 200 ? 20 : 9;
    default: return 0;
    }
}

void form_paper_rows(const struct form_paper *p, const char *field, size_t spare)
{
    const struct field *f = field_find(p->set, field);
    struct arena *a = p->req->arena;
    struct table *t = table_new(a, f->name, f->label);
    for (size_t i = 0; i < f->rows->count; i += is_one_column(f->rows, i) ? 2 : 1) {
        const struct field *member = &f->rows->fields[i];
        table_column(t, member->name, paper_label(member, a), member->type == FIELD_INT ? COLUMN_NUMBER : COLUMN_TEXT, NULL)->width = room_of(member);
    }
    bool masked = f->flags & FIELD_PERSONAL && !p->req->scope.sees_personal;
    size_t count = 0;
    const char *items = field_rows(f, p->row, a, &count);
    for (size_t n = 0; n < count || n < spare; n++) {
        struct cell *cell = table_row(t, ROW_PLAIN, "")->cells;
        for (size_t i = 0; i < f->rows->count; i += is_one_column(f->rows, i) ? 2 : 1)
            *cell++ = CELL_OF_TEXT(masked && n < count ? hidden : row_text(p, f->rows, i, n < count ? items + n * f->rows->size : NULL));
    }
    paper_table(p->paper, t);
}

/* The names of the record's files; a name may tell of a person. */
static void list_attachments(const struct form_paper *p)
{
    const struct record_head *head = p->row;
    const char *names = *head->id ? attachment_names(p->req->db, head->id, p->req->arena) : "";
    if (*names)
        paper_pair(p->paper, "添付したファイル", p->req->scope.sees_personal ? names : hidden);
}

void form_paper_end(const struct form_paper *p)
{
    static const char *const boxes[] = {"責任者", "担当者", "受領"};
    list_attachments(p);
    paper_signatures(p->paper, boxes, COUNT(boxes));
}

bool form_paper_reply(struct request *req, struct paper *sheets, const char *file_name, struct err *err)
{
    auto_buf pdf = {0};
    return paper_finish(sheets, &pdf, err) && reply_document(req, "application/pdf", file_name, pdf.data, pdf.size);
}
