/* paper_page.h -- inside src/output: what the parts of paper.h share.  Units: points; y grows downward. */
#pragma once
#include "output/paper.h"
#include "output/paper_shape.h"
#include "output/shade.h"

enum { BOX_PAD = 4 };       /* between a box's line and its text */
static const double THIN = 0.6, THICK = 1.2; /* strokes that a FAX still shows */

struct mark { /* one thing drawn on a page */
    enum { MARK_TEXT, MARK_RULE, MARK_RECT, MARK_QR, MARK_PATH, MARK_SHADE, MARK_DISC, MARK_CLIP } kind;
    double x, y, w, h; /* TEXT: x and baseline; RULE: from x,y by w,h; RECT, QR, CLIP: corner and size; DISC: middle, w its radius */
    double stroke;
    const struct text_line *line;
    const unsigned char *modules;
    int side;
    const double *points; /* PATH, SHADE: x, y, ...; closed */
    size_t point_count;
    const struct shade *shade;
};
struct page {
    struct mark *marks;
    size_t count, room;
    size_t first; /* page on which its sheet begins */
};
struct paper {
    struct arena *arena;
    struct paper_head head;
    struct shaper *shaper;
    double width, height, left, right, top, bottom; /* the area inside the margins */
    double y;          /* where the next part begins */
    bool fresh;        /* nothing but the head stands on this page yet */
    struct page *pages;
    size_t count, room;
    size_t first;      /* page on which this sheet begins */
    struct buf output;
    const size_t *order; /* a booklet: pages in the order in which they are read, or NULL */
    size_t order_count;
    bool bare;           /* labels: no page numbers */
    const char *(*ref_label)(void *context, const char *picker, const char *id, struct arena *a);
    void *ref_context;
};

double mm(double millimetres);
/* Starts a page when less than `height` is left, unless this page is still empty. */
void paper_need(struct paper *p, double height);
double paper_left_over(const struct paper *p);
void paper_put_line(struct paper *p, const struct text_line *line, double x, double baseline);
/* One line of the block with its top at y; align 0 left, 0.5 centre, 1 right within w. */
void paper_put(struct paper *p, const struct text_block *b, size_t line, double x, double y, double w, double align);
void paper_rule(struct paper *p, double x, double y, double w, double h, double stroke);
void paper_rect(struct paper *p, double x, double y, double w, double h);
void paper_path(struct paper *p, const double *points, size_t count, double stroke); /* closed; the points are in the arena */
void paper_shade(struct paper *p, const double *points, size_t count, const struct shade *shade); /* filled, white below; no outline */
void paper_shade_draw(cairo_t *c, const struct mark *m);                              /* paper_shade.c */
void paper_disc(struct paper *p, double x, double y, double radius);                  /* white with a thin line */
void paper_clip(struct paper *p, double x, double y, double w, double h);             /* what follows on the page; w 0: no longer */
void paper_wipe(struct paper *p);      /* takes away everything: pages and their heads; one blank page stands */
void paper_wipe_page(struct paper *p); /* takes away the running head of this page */
