#include "output/table_format.h"

#include "base/count.h"
#include "base/escape.h"

#include <string.h>

static void attribute(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, " %s=\"", name);
    escape_html(out, value);
    buf_char(out, '"');
}

static void element(struct buf *out, const char *name, const char *class, const char *text)
{
    if (!text || !*text)
        return;
    buf_printf(out, "<%s class=\"%s\">", name, class);
    escape_html(out, text);
    buf_printf(out, "</%s>", name);
}

static void caption(const struct table *t, struct buf *out)
{
    const struct {
        const char *class, *text;
    } parts[] = {{"document-number", t->document_number}, {"title", t->title}, {"subtitle", t->subtitle}, {"issuer", t->issuer}};
    buf_text(out, "<caption>");
    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i].text && *parts[i].text) {
            element(out, "span", parts[i].class, parts[i].text);
            buf_char(out, ' ');
        }
    buf_text(out, "</caption>\n");
}

static void head(const struct table *t, struct arena *a, struct buf *out)
{
    buf_text(out, "<thead><tr>");
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *c = &t->columns[i];
        buf_text(out, c->kind == COLUMN_NUMBER ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">");
        escape_html(out, c->label);
        if (c->unit)
            element(out, "span", "unit", arena_printf(a, "（%s）", c->unit));
        buf_text(out, "</th>");
    }
    buf_text(out, "</tr></thead>\n<tbody>\n");
}

/* Only addresses of this service: a figure never leads elsewhere. */
static bool is_own_address(const char *address)
{
    return address && address[0] == '/' && address[1] != '/' && address[1] != '\\';
}

static void cell_content(const struct table *t, const struct row *r, size_t i, const char *link, const char *link_class, struct arena *a,
                         struct buf *out)
{
    const struct cell *c = &r->cells[i];
    const char *text = table_cell_text(t, r, i, a);
    bool linked = is_own_address(link) && *text;
    if (linked) {
        buf_printf(out, "<a class=\"%s\"", link_class);
        attribute(out, "href", link);
        buf_char(out, '>');
    }
    escape_html(out, text);
    if (linked)
        buf_text(out, "</a>");
    if (c->note && *c->note)
        element(out, "sup", "mark", arena_printf(a, "※%s", c->note));
}

static const char *cell_class(const struct column *column, const struct cell *c)
{
    switch (c->kind) {
    case CELL_NONE: return " class=\"number none\"";
    case CELL_MISSING: return " class=\"number missing\"";
    case CELL_MASKED: return " class=\"number masked\"";
    case CELL_INT:
    case CELL_DECIMAL: return " class=\"number\"";
    case CELL_TEXT:
    case CELL_BLANK: break;
    }
    return column->kind == COLUMN_NUMBER ? " class=\"number\"" : "";
}

static void group_row(const struct table *t, const struct row *r, struct arena *a, struct buf *out)
{
    size_t label = table_label_column(t);
    buf_printf(out, "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"%zu\">", t->column_count);
    if (label < t->column_count)
        cell_content(t, r, label, r->link, "row-link", a, out);
    buf_text(out, "</th></tr>\n");
}

static void row(const struct table *t, const struct row *r, struct arena *a, struct buf *out)
{
    static const char *const classes[] = {
        [ROW_PLAIN] = "", [ROW_TOTAL] = "total", [ROW_SUBTOTAL] = "subtotal", [ROW_GROUP] = "group", [ROW_RELISTED] = "relisted"};
    if (r->kind == ROW_GROUP) {
        group_row(t, r, a, out);
        return;
    }
    size_t label = table_label_column(t);
    bool linked = is_own_address(r->link);
    buf_printf(out, "<tr class=\"%s%s\"", classes[r->kind], linked ? " linked" : "");
    if (linked)
        attribute(out, "data-href", r->link);
    buf_char(out, '>');
    for (size_t i = 0; i < t->column_count; i++) {
        const struct cell *c = &r->cells[i];
        bool own = c->drill && *c->drill;
        const char *link = own ? c->drill : i == label ? r->link : NULL;
        buf_text(out, i == label ? "<th scope=\"row\">" : "<td");
        if (i != label) {
            buf_text(out, cell_class(&t->columns[i], c));
            buf_char(out, '>');
        }
        cell_content(t, r, i, link, own ? "figure" : "row-link", a, out);
        buf_text(out, i == label ? "</th>" : "</td>");
    }
    buf_text(out, "</tr>\n");
}

static void below(const struct table *t, struct arena *a, struct buf *out)
{
    element(out, "p", "commentary", t->commentary);
    if (t->note_count)
        buf_text(out, "<ul class=\"notes\">");
    for (size_t i = 0; i < t->note_count; i++) {
        buf_text(out, "<li>※");
        escape_html(out, t->notes[i]);
        buf_text(out, "</li>");
    }
    if (t->note_count)
        buf_text(out, "</ul>\n");
    element(out, "p", "basis", table_basis_line(t, a));
    element(out, "p", "as-of", t->as_of);
}

void table_html(const struct table *t, struct buf *out)
{
    auto_arena *a = arena_new();
    buf_text(out, "<div class=\"figures-block\"");
    attribute(out, "id", t->id);
    buf_text(out, "><table class=\"figures\">\n");
    caption(t, out);
    head(t, a, out);
    for (size_t i = 0; i < t->row_count; i++)
        row(t, &t->rows[i], a, out);
    buf_text(out, "</tbody></table>\n");
    below(t, a, out);
    buf_text(out, "</div>\n");
}
