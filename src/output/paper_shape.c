#include "output/paper_shape.h"

#include "base/text.h"

#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLOTS = 512,     /* short texts kept: labels, headings, column heads, wards */
    SHORT = 64,      /* bytes */
    GLYPHS_AT_ONCE = 256,
};
static const double size_of[STYLE__COUNT] = {[STYLE_BODY] = 10.5, [STYLE_BOLD] = 10.5, [STYLE_HEADING] = 12, [STYLE_TITLE] = 16,
                                              [STYLE_SMALL] = 8.5, [STYLE_COVER] = 26};

struct kept {
    enum text_style style;
    double width;
    const char *text;
    const struct text_block *block;
};
struct shaper {
    struct arena *arena;
    PangoContext *context;
    PangoLayout *layout;
    PangoFontDescription *fonts[STYLE__COUNT];
    enum text_style style; /* the layout's now */
    GPtrArray *held;       /* scaled fonts, each once */
    struct kept kept[SLOTS];
    const struct text_block *ticks[2];
};

double shape_size(enum text_style style)
{
    return size_of[style];
}

double shape_width(enum text_style style, const char *text)
{
    return (double)text_width(text) * size_of[style] / 2;
}

static PangoFontDescription *font(enum text_style style)
{
    PangoFontDescription *d = pango_font_description_new();
    pango_font_description_set_family_static(d, "BIZ UDGothic");
    pango_font_description_set_absolute_size(d, size_of[style] * PANGO_SCALE);
    if (style != STYLE_BODY && style != STYLE_SMALL)
        pango_font_description_set_weight(d, PANGO_WEIGHT_BOLD);
    return d;
}

/* The default font map is the thread's own, so papers of several workers do not meet. */
static PangoContext *context_new(void)
{
    PangoContext *c = pango_font_map_create_context(pango_cairo_font_map_get_default());
    cairo_font_options_t *o = cairo_font_options_create();
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(c, o);
    cairo_font_options_destroy(o);
    pango_context_set_language(c, pango_language_from_string("ja"));
    pango_context_set_round_glyph_positions(c, FALSE);
    return c;
}

struct shaper *shaper_new(struct arena *a)
{
    struct shaper *s = NEW(a, struct shaper);
    s->arena = a;
    s->context = context_new();
    s->layout = pango_layout_new(s->context);
    pango_layout_set_wrap(s->layout, PANGO_WRAP_WORD_CHAR);
    for (int i = 0; i < STYLE__COUNT; i++)
        s->fonts[i] = font((enum text_style)i);
    pango_layout_set_font_description(s->layout, s->fonts[STYLE_BODY]);
    s->held = g_ptr_array_new();
    return s;
}

void shaper_free(struct shaper *s)
{
    if (!s)
        return;
    g_object_unref(s->layout);
    g_object_unref(s->context);
    for (int i = 0; i < STYLE__COUNT; i++)
        pango_font_description_free(s->fonts[i]);
    for (guint i = 0; i < s->held->len; i++)
        cairo_scaled_font_destroy(s->held->pdata[i]);
    g_ptr_array_free(s->held, TRUE);
}

static cairo_scaled_font_t *hold(struct shaper *s, PangoFont *f)
{
    cairo_scaled_font_t *scaled = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(f));
    for (guint i = 0; i < s->held->len; i++)
        if (s->held->pdata[i] == scaled)
            return scaled;
    g_ptr_array_add(s->held, cairo_scaled_font_reference(scaled));
    return scaled;
}

static void take_glyphs(struct text_run *run, const PangoGlyphString *from, double *x)
{
    for (int i = 0; i < from->num_glyphs; i++) {
        const PangoGlyphInfo *g = &from->glyphs[i];
        run->glyphs[i].index = g->glyph & PANGO_GLYPH_UNKNOWN_FLAG ? 0 : g->glyph;
        run->glyphs[i].x = (float)(*x + (double)g->geometry.x_offset / PANGO_SCALE);
        run->glyphs[i].y = (float)((double)g->geometry.y_offset / PANGO_SCALE);
        *x += (double)g->geometry.width / PANGO_SCALE;
    }
}

/* Which bytes of the text each group of glyphs stands for, in the direction of the run. */
static void take_clusters(struct text_run *run, const PangoItem *item, const PangoGlyphString *from)
{
    bool backward = item->analysis.level & 1;
    int n = from->num_glyphs;
    run->flags = backward ? CAIRO_TEXT_CLUSTER_FLAG_BACKWARD : 0;
    for (int i = 0; i < n;) {
        int first = i, here = from->log_clusters[backward ? n - 1 - i : i];
        while (i < n && from->log_clusters[backward ? n - 1 - i : i] == here)
            i++;
        int next = i < n ? from->log_clusters[backward ? n - 1 - i : i] : item->length;
        run->clusters[run->cluster_count++] = (cairo_text_cluster_t){.num_bytes = next - here, .num_glyphs = i - first};
    }
}

static void take_run(struct shaper *s, struct text_run *run, const PangoGlyphItem *from, const char *text, double *x)
{
    int n = from->glyphs->num_glyphs;
    run->font = hold(s, from->item->analysis.font);
    run->glyph_count = n;
    run->glyphs = NEW_ARRAY(s->arena, (size_t)n, struct text_glyph);
    run->text = text + from->item->offset;
    run->text_size = from->item->length;
    run->clusters = NEW_ARRAY(s->arena, (size_t)n, cairo_text_cluster_t);
    take_glyphs(run, from->glyphs, x);
    take_clusters(run, from->item, from->glyphs);
}

static void take_line(struct shaper *s, struct text_line *line, const PangoLayoutLine *from, const char *text)
{
    line->runs = NEW_ARRAY(s->arena, g_slist_length(from->runs), struct text_run);
    double x = 0;
    for (GSList *each = from->runs; each; each = each->next)
        take_run(s, &line->runs[line->run_count++], each->data, text, &x);
    line->width = x;
}

static struct text_block *block_new(struct shaper *s, enum text_style style, size_t lines)
{
    struct text_block *b = NEW(s->arena, struct text_block);
    double size = size_of[style];
    b->pitch = size * 1.42;
    b->baseline = (b->pitch - size) / 2 + size * 0.88;
    b->lines = NEW_ARRAY(s->arena, lines, struct text_line);
    b->line_count = lines;
    return b;
}

static const struct text_block *shape_new(struct shaper *s, enum text_style style, double width, const char *text)
{
    if (s->style != style)
        pango_layout_set_font_description(s->layout, s->fonts[style]);
    s->style = style;
    pango_layout_set_width(s->layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
    pango_layout_set_text(s->layout, text, -1);
    struct text_block *b = block_new(s, style, (size_t)pango_layout_get_line_count(s->layout));
    size_t i = 0;
    for (GSList *each = pango_layout_get_lines_readonly(s->layout); each && i < b->line_count; each = each->next, i++) {
        take_line(s, &b->lines[i], each->data, text);
        b->width = b->lines[i].width > b->width ? b->lines[i].width : b->width;
    }
    return b;
}

static size_t slot_of(enum text_style style, double width, const char *text)
{
    size_t h = (size_t)style * 31 + (size_t)(width * 8);
    for (; *text; text++)
        h = h * 131 + (unsigned char)*text;
    return (h ^ h >> 17) % SLOTS;
}

const struct text_block *shape(struct shaper *s, enum text_style style, double width, const char *text)
{
    if (!text)
        text = "";
    if (strlen(text) > SHORT)
        return shape_new(s, style, width, arena_strdup(s->arena, text));
    if (width >= 0 && !strchr(text, '\n') && shape_width(style, text) <= width)
        width = -1; /* fits: the same block serves every width */
    struct kept *k = &s->kept[slot_of(style, width, text)];
    if (k->block && k->style == style && k->width == width && strcmp(k->text, text) == 0)
        return k->block;
    const char *copy = arena_strdup(s->arena, text);
    *k = (struct kept){style, width, copy, shape_new(s, style, width, copy)};
    return k->block;
}

const struct text_block *shape_tick(struct shaper *s, bool ticked)
{
    if (s->ticks[ticked])
        return s->ticks[ticked];
    const struct text_run *box = &shape(s, STYLE_BODY, -1, "□")->lines[0].runs[0];
    const struct text_run *tick = &shape(s, STYLE_BODY, -1, "✓")->lines[0].runs[0];
    struct text_block *b = block_new(s, STYLE_BODY, 1);
    struct text_run *run = b->lines[0].runs = NEW(s->arena, struct text_run);
    b->lines[0].run_count = 1;
    b->width = b->lines[0].width = size_of[STYLE_BODY];
    run->font = box->font;
    run->glyph_count = ticked && tick->font == box->font ? 2 : 1;
    run->glyphs = NEW_ARRAY(s->arena, 2, struct text_glyph);
    run->glyphs[0] = box->glyphs[0];
    run->glyphs[1] = tick->glyphs[0];
    run->text = ticked ? "☑" : "☐";
    run->text_size = 3;
    run->clusters = NEW(s->arena, cairo_text_cluster_t);
    run->clusters[0] = (cairo_text_cluster_t){.num_bytes = 3, .num_glyphs = run->glyph_count};
    run->cluster_count = 1;
    return s->ticks[ticked] = b;
}

static void run_draw(cairo_t *c, const struct text_run *run, double x, double baseline)
{
    cairo_glyph_t few[GLYPHS_AT_ONCE], *glyphs = few;
    if (run->glyph_count > GLYPHS_AT_ONCE)
        glyphs = xmalloc((size_t)run->glyph_count * sizeof *glyphs);
    bool bare = false; /* Pango marks what leaves no ink (zero width) with a glyph the PDF must not see */
    for (int i = 0; i < run->glyph_count; i++) {
        glyphs[i] = (cairo_glyph_t){run->glyphs[i].index, x + (double)run->glyphs[i].x, baseline + (double)run->glyphs[i].y};
        bare |= run->glyphs[i].index == PANGO_GLYPH_EMPTY;
    }
    int n = 0;
    for (int i = 0; bare && i < run->glyph_count; i++)
        if (glyphs[i].index != PANGO_GLYPH_EMPTY)
            glyphs[n++] = glyphs[i];
    cairo_set_scaled_font(c, run->font);
    if (bare)
        cairo_show_glyphs(c, glyphs, n);
    else
        cairo_show_text_glyphs(c, run->text, run->text_size, glyphs, run->glyph_count, run->clusters, run->cluster_count, run->flags);
    if (glyphs != few)
        free(glyphs);
}

void text_line_draw(cairo_t *c, const struct text_line *line, double x, double baseline)
{
    for (size_t i = 0; i < line->run_count; i++)
        run_draw(c, &line->runs[i], x, baseline);
}
