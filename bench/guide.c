/* guide.c -- a guide of some 300 pages, by output/booklet.h and by Pango and Cairo alone with the same texts in the same places.
 *
 *   bench-guide ENTRIES ROUNDS    prints {"ours_ms":..., "bare_ms":..., "pages":..., "bytes":...}, medians, taking turns
 *
 * The bare one sets each text with a layout of its own and draws it at once, as a program without a layout of pages would: two columns of seven
 * entries, three columns of fifty lines for the index, a number under each page. */
#include "base/arena.h"
#include "base/count.h"
#include "output/booklet.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINES = 5, EACH_COLUMN = 7, INDEX_COLUMN = 50, ROUNDS_MOST = 20 };
static const char *const labels[LINES] = {"住所", "電話", "FAX", "曜日", "対応"};

struct entry {
    char name[96], kana[96], address[160], phone[20], fax[20];
};

static void make_entry(struct entry *e, int i)
{
    static const char *const towns[] = {"梅田", "天神橋", "中之島", "曽根崎", "中津", "大淀"};
    static const char *const kinds[] = {"訪問看護ステーション", "クリニック", "ケアプランセンター", "薬局"};
    snprintf(e->name, sizeof e->name, "見本%s%s%d", towns[i % 6], kinds[i % 4], i);
    snprintf(e->kana, sizeof e->kana, "ミホン%c%d", 'A' + i % 26, i);
    snprintf(e->address, sizeof e->address, "大阪府大阪市北区%s%d丁目%d番%d号 見本第%dビルディング", towns[i % 6], i % 9 + 1, i % 40 + 1, i % 30 + 1, i % 50);
    snprintf(e->phone, sizeof e->phone, "06-0000-%04d", i % 10000);
    snprintf(e->fax, sizeof e->fax, "06-0001-%04d", i % 10000);
}

static void lines_of(const struct entry *e, const char *texts[LINES])
{
    texts[0] = e->address;
    texts[1] = e->phone;
    texts[2] = e->fax;
    texts[3] = "平日・土曜日";
    texts[4] = "24時間対応・訪問・看取り";
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool ours(int count, struct buf *out, int *ret_pages)
{
    struct err err = {0};
    struct booklet *b = booklet_new(&(struct booklet_head){.title = "見本市ガイド", .subtitle = "", .publisher = "見本市", .edition = "第1版", .date = "令和6年11月30日"});
    booklet_chapter(b, "訪問看護");
    for (int i = 0; i < count; i++) {
        struct entry e;
        const char *texts[LINES];
        struct booklet_line lines[LINES];
        make_entry(&e, i);
        lines_of(&e, texts);
        for (int k = 0; k < LINES; k++)
            lines[k] = (struct booklet_line){labels[k], texts[k]};
        booklet_entry(b, &(struct booklet_entry){.number = i + 1, .name = e.name, .kana = e.kana, .lines = lines, .line_count = LINES});
    }
    return booklet_finish(b, out, ret_pages, &err);
}

/* --- bare --- */

struct bare {
    cairo_t *c;
    PangoLayout *layout;
    PangoFontDescription *body, *bold, *small;
};

static cairo_status_t collect(void *closure, const unsigned char *data, unsigned size)
{
    buf_bytes(closure, data, size);
    return CAIRO_STATUS_SUCCESS;
}

static PangoFontDescription *font(double size, bool bold)
{
    PangoFontDescription *d = pango_font_description_new();
    pango_font_description_set_family_static(d, "BIZ UDGothic");
    pango_font_description_set_absolute_size(d, size * PANGO_SCALE);
    if (bold)
        pango_font_description_set_weight(d, PANGO_WEIGHT_BOLD);
    return d;
}

static void text(struct bare *b, PangoFontDescription *d, double x, double y, double w, const char *s)
{
    pango_layout_set_font_description(b->layout, d);
    pango_layout_set_width(b->layout, w < 0 ? -1 : (int)(w * PANGO_SCALE));
    pango_layout_set_text(b->layout, s, -1);
    cairo_move_to(b->c, x, y);
    pango_cairo_show_layout(b->c, b->layout);
}

static void end_page(struct bare *b, int page)
{
    char number[16];
    snprintf(number, sizeof number, "%d", page);
    text(b, b->body, 290, 790, -1, number);
    cairo_show_page(b->c);
}

static void draw_entry(struct bare *b, int i, double x, double y)
{
    struct entry e;
    const char *texts[LINES];
    char number[16];
    make_entry(&e, i);
    lines_of(&e, texts);
    snprintf(number, sizeof number, "%d", i + 1);
    cairo_new_sub_path(b->c);
    cairo_arc(b->c, x + 8, y + 7, 8, 0, 6.283185);
    cairo_set_line_width(b->c, 0.6);
    cairo_stroke(b->c);
    text(b, b->small, x + 4, y + 1, -1, number);
    text(b, b->bold, x + 22, y, 225, e.name);
    for (int k = 0; k < LINES; k++) {
        text(b, b->body, x, y + 15 * (k + 1 + (k > 0)), -1, labels[k]);
        text(b, b->body, x + 47, y + 15 * (k + 1 + (k > 0)), 200, texts[k]);
    }
    cairo_move_to(b->c, x, y + 108);
    cairo_rel_line_to(b->c, 247, 0);
    cairo_stroke(b->c);
}

static void draw_index(struct bare *b, int count, int *page)
{
    int each = 3 * INDEX_COLUMN;
    for (int i = 0; i < count; i++) {
        struct entry e;
        char place[32];
        double x = 42 + i % each / INDEX_COLUMN * 175, y = 60 + i % INDEX_COLUMN * 13;
        make_entry(&e, i);
        snprintf(place, sizeof place, "%d・%dページ", i + 1, i / 14 + 3);
        text(b, b->small, x, y, 100, e.name);
        text(b, b->small, x + 105, y, -1, place);
        if (i % each == each - 1 || i == count - 1)
            end_page(b, ++*page);
    }
}

static void bare(int count, struct buf *out)
{
    cairo_surface_t *s = cairo_pdf_surface_create_for_stream(collect, out, 595.28, 841.89);
    struct bare b = {.c = cairo_create(s), .body = font(10.5, false), .bold = font(10.5, true), .small = font(8.5, false)};
    int page = 0, each = 2 * EACH_COLUMN;
    b.layout = pango_cairo_create_layout(b.c);
    pango_layout_set_wrap(b.layout, PANGO_WRAP_CHAR);
    for (int i = 0; i < count; i++) {
        draw_entry(&b, i, i % each < EACH_COLUMN ? 42 : 305, 60 + i % EACH_COLUMN * 112);
        if (i % each == each - 1 || i == count - 1)
            end_page(&b, ++page);
    }
    draw_index(&b, count, &page);
    g_object_unref(b.layout);
    pango_font_description_free(b.body);
    pango_font_description_free(b.bold);
    pango_font_description_free(b.small);
    cairo_destroy(b.c);
    cairo_surface_finish(s);
    cairo_surface_destroy(s);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    int count = argc == 3 ? atoi(argv[1]) : 0, rounds = argc == 3 ? atoi(argv[2]) : 0, pages = 0;
    double mine[ROUNDS_MOST], theirs[ROUNDS_MOST];
    size_t bytes = 0;
    if (count < 1 || rounds < 1 || rounds > ROUNDS_MOST)
        return fputs("usage: bench-guide ENTRIES ROUNDS\n", stderr), 2;
    for (int i = 0; i < rounds; i++) {
        auto_buf a = {0}, b = {0};
        double began = now();
        if (!ours(count, &a, &pages))
            return 1;
        mine[i] = now() - began;
        began = now();
        bare(count, &b);
        theirs[i] = now() - began;
        bytes = a.size;
    }
    qsort(mine, (size_t)rounds, sizeof *mine, compare);
    qsort(theirs, (size_t)rounds, sizeof *theirs, compare);
    printf("{\"ours_ms\":%.1f,\"bare_ms\":%.1f,\"pages\":%d,\"bytes\":%zu}\n", mine[rounds / 2], theirs[rounds / 2], pages, bytes);
    return 0;
}
