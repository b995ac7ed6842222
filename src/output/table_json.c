#include "output/table_format.h"

#include "base/json.h"

#include <string.h>

static const char *const row_kinds[] = {
    [ROW_PLAIN] = "plain", [ROW_TOTAL] = "total", [ROW_SUBTOTAL] = "subtotal", [ROW_GROUP] = "group", [ROW_RELISTED] = "relisted"};

static const char *state_of(const struct cell *c)
{
    switch (c->kind) {
    case CELL_NONE: return "none";
    case CELL_MISSING: return "missing";
    case CELL_MASKED: return "masked";
    default: return NULL;
    }
}

static void columns(struct json *j, const struct table *t)
{
    json_key(j, "columns");
    json_open(j, '[');
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *c = &t->columns[i];
        json_open(j, '{');
        json_pair(j, "key", c->key);
        json_pair(j, "label", c->label);
        json_pair(j, "kind", c->kind == COLUMN_NUMBER ? "number" : "text");
        json_pair(j, "unit", c->unit);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void value(struct json *j, const struct cell *c)
{
    if (c->kind == CELL_TEXT)
        json_text(j, c->text ? c->text : "");
    else if (c->kind == CELL_INT || (c->kind == CELL_DECIMAL && c->decimals <= 0))
        json_int(j, c->number);
    else if (c->kind == CELL_DECIMAL) {
        double scale = 1;
        for (int i = 0; i < c->decimals; i++)
            scale *= 10;
        json_double(j, (double)c->number / scale, c->decimals);
    } else
        json_none(j);
}

/* One object of the row, `name`, made of the cells for which `of` says something. */
static void marks(struct json *j, const struct table *t, const struct row *r, const char *name,
                  const char *(*of)(const struct column *, const struct cell *))
{
    bool open = false;
    for (size_t i = 0; i < t->column_count; i++) {
        const char *mark = of(&t->columns[i], &r->cells[i]);
        if (!mark)
            continue;
        if (!open) {
            json_key(j, name);
            json_open(j, '{');
            open = true;
        }
        json_pair(j, t->columns[i].key, mark);
    }
    if (open)
        json_close(j, '}');
}

static const char *state_mark(const struct column *column, const struct cell *c)
{
    (void)column;
    return state_of(c);
}

static const char *unit_mark(const struct column *column, const struct cell *c)
{
    if (!cell_is_number(c) || !c->unit || !*c->unit || (column->unit && strcmp(column->unit, c->unit) == 0))
        return NULL;
    return c->unit;
}

static void rows(struct json *j, const struct table *t)
{
    json_key(j, "rows");
    json_open(j, '[');
    for (size_t i = 0; i < t->row_count; i++) {
        const struct row *r = &t->rows[i];
        json_open(j, '{');
        json_pair(j, "key", r->key);
        json_pair(j, "kind", row_kinds[r->kind]);
        json_key(j, "cells");
        json_open(j, '[');
        for (size_t c = 0; c < t->column_count; c++)
            value(j, &r->cells[c]);
        json_close(j, ']');
        marks(j, t, r, "states", state_mark);
        marks(j, t, r, "units", unit_mark);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void basis(struct json *j, const struct basis *b)
{
    json_key(j, "basis");
    json_open(j, '{');
    json_pair(j, "measure", b->measure);
    json_pair(j, "unit", b->unit);
    json_pair(j, "population", b->population);
    json_key(j, "multiple_answer");
    json_bool(j, b->multiple_answer);
    json_pair(j, "version", b->version);
    if (b->n > 0)
        json_pair_int(j, "n", b->n);
    if (b->asked > 0) {
        json_pair_int(j, "answered", b->answered);
        json_pair_int(j, "asked", b->asked);
    }
    json_close(j, '}');
}

void table_json(const struct table *t, struct buf *out)
{
    struct json j;
    json_init(&j, out);
    json_open(&j, '{');
    json_pair(&j, "id", t->id);
    json_pair(&j, "title", t->title);
    json_pair(&j, "subtitle", t->subtitle);
    json_pair(&j, "document_number", t->document_number);
    json_pair(&j, "issuer", t->issuer);
    columns(&j, t);
    rows(&j, t);
    json_key(&j, "notes");
    json_open(&j, '[');
    for (size_t i = 0; i < t->note_count; i++)
        json_text(&j, t->notes[i]);
    json_close(&j, ']');
    basis(&j, &t->basis);
    json_pair(&j, "as_of", t->as_of);
    json_key(&j, "frozen");
    json_bool(&j, t->frozen);
    json_pair(&j, "commentary", t->commentary);
    json_pair_int(&j, "total", (long long)(t->total ? t->total : t->row_count));
    json_close(&j, '}');
}
