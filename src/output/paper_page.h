/* paper_page.h -- inside src/output: what the parts of paper.h share.  Units: points; y grows downward. */
#pragma once
#include "output/paper.h"
#include "output/paper_shape.h"

enum { BOX_PAD = 4 };       /* between a box's line and its text */
static const double THIN = 0.6, THICK = 1.2; /* strokes that a FAX still shows */

struct mark { /* one thing drawn on a page */
    enum { MARK_TEXT, MARK_RULE, MARK_RECT, MARK_QR } kind;
    double x, y, w, h; /* TEXT: x and baseline; RULE: from x,y by w,h; RECT, QR: corner and size */
    double stroke;
    const struct text_line *line;
    const unsigned char *modules;
    int side;
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
