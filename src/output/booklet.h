/* booklet.h -- a book from the directory: cover, contents, chapters of entries, maps with numbered pins, index by kana; labels and cards.
 *
 * On paper.h's ground: A4 upright, BIZ UD font embedded, black that a FAX shows.  Contents and index stand where they belong although their
 * page numbers are known last.  A book keeps what it was given until booklet_finish.  Lengths in millimetres, places in millionths of a degree. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct booklet_head {
    const char *title, *subtitle; /* cover; the title runs over every page */
    const char *publisher, *edition, *date; /* 第3版, 令和6年11月30日 */
    const char *note;             /* lines at the foot of the cover: whose data, what it does not say; or NULL */
};
struct booklet;
struct booklet *booklet_new(const struct booklet_head *head);

struct booklet *booklet_map_only(const struct booklet_head *head); /* without cover and contents: booklet_map, then finish */

void booklet_chapter(struct booklet *b, const char *title); /* begins a page and goes into the contents */
void booklet_text(struct booklet *b, const char *text);     /* paragraph, LF kept */

struct booklet_line {
    const char *label, *text; /* 電話, 06-…; nothing is drawn for a blank text */
};
struct booklet_entry {
    int number;               /* in the circle, the same as on the map */
    const char *name, *kana;  /* kana: under its sound in the index; "" by the name */
    const struct booklet_line *lines;
    size_t line_count;
};
/* Two columns; an entry is never cut. */
void booklet_entry(struct booklet *b, const struct booklet_entry *e);

struct booklet_pin {
    int number;
    int32_t longitude, latitude;
};
struct booklet_outline {
    const int32_t *points; /* longitude, latitude, ... */
    size_t count;
    bool is_main;          /* the area itself; others are drawn thin */
};
struct booklet_map {
    const char *title;
    const struct booklet_outline *outlines; /* kept by the caller until booklet_finish */
    size_t outline_count;
    const struct booklet_pin *pins;
    size_t pin_count;
    const char *attribution;
};
/* Few enough to carry their numbers; more are dots. */
bool booklet_map_has_numbers(size_t pins);
/* A page: outlines, pins that do not hide each other, scale and north. */
void booklet_map(struct booklet *b, const struct booklet_map *m);

/* The book whole; `ret_pages` may be NULL.  Frees it in any case. */
bool booklet_finish(struct booklet *b, struct buf *out, int *ret_pages, struct err *err);

/* Sheets of labels or cards, cut lines only for cards. */
struct booklet_sheet {
    const char *title;         /* metadata */
    double width, height;      /* of one, mm */
    int columns, rows;
    double left, top, gap_x, gap_y; /* mm */
    bool has_lines;            /* cards are cut along lines */
};
extern const struct booklet_sheet booklet_labels_12, booklet_labels_24, booklet_cards;
struct booklet_label {
    const char *const *lines;  /* blank ones take no room */
    size_t line_count;
    size_t large;              /* the line set bold */
};
bool booklet_labels(const struct booklet_sheet *sheet, const struct booklet_label *labels, size_t count, struct buf *out, struct err *err);
