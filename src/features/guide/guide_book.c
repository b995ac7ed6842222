/* guide_book.c -- one edition drawn from the directory as it stands. */
#include "base/code_list.h"
#include "base/count.h"
#include "features/area/area.h"
#include "features/audience/audience.h"
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "features/guide/guide_inside.h"
#include "output/booklet.h"

#include <stdlib.h>
#include <string.h>

const struct guide_document_kind guide_documents[GUIDE__COUNT] = {
    [GUIDE_BOOKLET] = {"booklet", "冊子"}, [GUIDE_MAP] = {"map", "1枚の地図"}, [GUIDE_LABELS] = {"labels", "宛名ラベル（12面）"},
    [GUIDE_CARDS] = {"cards", "財布に入る一覧"}};

struct chapter {
    const char *title;
    size_t first, count; /* of the entries */
};
struct drawn_entry {
    struct facility facility;
    struct facility_local local;
};
struct making {
    struct db *db;
    const struct guide *guide;
    struct date today;
    struct arena *arena;
    struct audience who;
    struct chapter *chapters;
    size_t chapter_count;
    struct drawn_entry *entries;
    size_t count, room;
    struct booklet_outline *outlines;
    size_t outline_count;
    long number;
};

void guide_made_free(struct guide_made *m)
{
    for (size_t i = 0; i < GUIDE__COUNT; i++)
        buf_free(&m->documents[i]);
}

/* --- what goes in --- */

static bool add_entry(struct making *m, const char *id, struct err *err)
{
    if (m->count == m->room) {
        struct drawn_entry *more = NEW_ARRAY(m->arena, m->room * 2 + 64, struct drawn_entry);
        if (m->count)
            memcpy(more, m->entries, m->count * sizeof *more);
        m->entries = more;
        m->room = m->room * 2 + 64;
    }
    struct drawn_entry *e = &m->entries[m->count];
    if (!facility_find(m->db, id, m->arena, &e->facility, err) || !facility_local_find(m->db, id, m->arena, &e->local, err))
        return false;
    audience_apply(&m->who, &e->facility, &e->local);
    m->count++;
    return true;
}

/* Listed entries of the area, by kana. */
static bool read_section(struct making *m, const struct guide_section *s, const char *path, struct chapter *ret, struct err *err)
{
    struct query q;
    query_init(&q, m->arena);
    query_add(&q, "SELECT c.id FROM facility c WHERE c.is_listed = 1 AND" FACILITY_IS_SHOWN("c") "AND c.area_code IN (SELECT code FROM area WHERE path LIKE ? || '%')",
              TEXT(path));
    if (*s->service)
        query_add(&q, " AND EXISTS (SELECT 1 FROM facility_service v, facility m WHERE v.facility_id = m.id AND v.code = ? AND" FACILITY_IS_MEMBER("m", "c") ")",
                  TEXT(s->service));
    else
        query_add(&q, " AND c.kind = ?", TEXT(s->kind));
    query_add(&q, " ORDER BY c.kana, c.name, c.id");
    auto_rows *rows = query_run(&q, m->db, m->arena, err);
    *ret = (struct chapter){.first = m->count,
                            .title = *s->heading ? s->heading : *s->service ? code_label("care_service", s->service) : code_label("facility_kind", s->kind)};
    const char **ids = NULL;
    size_t count = 0, room = 0;
    while (rows && rows_next(rows)) {
        if (count == room) {
            const char **more = NEW_ARRAY(m->arena, room = room * 2 + 64, const char *);
            if (count)
                memcpy(more, ids, count * sizeof *more);
            ids = more;
        }
        ids[count++] = rows_text(rows, 0);
    }
    if (!rows || rows_failed(rows))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!add_entry(m, ids[i], err))
            return false;
    ret->count = m->count - ret->first;
    return true;
}

static bool read_sections(struct making *m, struct err *err)
{
    size_t count;
    const char *path = area_path(m->db, m->guide->covers, m->arena);
    const struct guide_section *sections = field_rows(field_find(&guide_set, "sections"), m->guide, m->arena, &count);
    m->chapters = NEW_ARRAY(m->arena, count + 1, struct chapter);
    if (!*path)
        return err_set(err, ERR_INPUT, "guide.unknown_area", "no such area");
    for (; m->chapter_count < count; m->chapter_count++)
        if (!read_section(m, &sections[m->chapter_count], path, &m->chapters[m->chapter_count], err))
            return false;
    return m->count || err_set(err, ERR_INPUT, "guide.empty", "no entry");
}

/* Outlines of the area itself, of the wards below it, and of the others beside it. */
static void read_outlines(struct making *m)
{
    size_t rings = 0;
    for (size_t i = 0; i < area_shape_count; i++)
        rings += area_shape_table[i].ring_count;
    m->outlines = NEW_ARRAY(m->arena, rings + 1, struct booklet_outline);
    for (size_t i = 0; i < area_shape_count; i++) {
        const struct area_shape *s = &area_shape_table[i];
        bool is_main = area_path_has(area_path(m->db, s->code, m->arena), m->guide->covers);
        for (size_t k = 0; k < s->ring_count; k++)
            m->outlines[m->outline_count++] = (struct booklet_outline){s->rings[k].points, s->rings[k].count, is_main};
    }
}

/* --- what is said of an entry --- */

static const char *joined(struct arena *a, const char *left, const char *between, const char *right)
{
    return !*right ? left : !*left ? right : arena_printf(a, "%s%s%s", left, between, right);
}

static const char *abilities(const struct facility_local *l, struct arena *a)
{
    const struct {
        const char *value, *label;
    } all[] = {{l->round_the_clock, "24時間対応"}, {l->home_visits, "訪問"}, {l->end_of_life_care, "看取り"}};
    const char *text = "";
    for (size_t i = 0; i < COUNT(all); i++)
        if (!strcmp(all[i].value, "yes"))
            text = joined(a, text, "・", all[i].label);
    return text;
}

static const char *local_display(const struct facility_local *l, const char *field, struct arena *a)
{
    return field_display(field_find(&facility_local_set, field), l, a);
}

static const char *day_words(const char *days, struct arena *a)
{
    const char *text = "";
    for (const char *day; (day = codes_next(&days, a));)
        text = joined(a, text, "・", code_label("service_day", day));
    return text;
}

static size_t lines_of(const struct drawn_entry *e, struct arena *a, struct booklet_line *lines)
{
    const struct facility *f = &e->facility;
    const struct facility_local *l = &e->local;
    const struct booklet_line all[] = {
        {"住所", f->address},
        {"電話", f->phone},
        {"直通", l->direct_line},
        {"FAX", f->fax},
        {"曜日", day_words(f->days, a)},
        {"定員", f->capacity == FIELD_BLANK ? "" : arena_printf(a, "%ld人", f->capacity)},
        {"対応", abilities(l, a)},
        {"受入", joined(a, local_display(l, "new_patient_acceptance", a), "　", l->acceptance_condition)},
        {"処置", local_display(l, "medical_procedures", a)},
        {"訪問先", l->visiting_note},
        {"医師へ", l->doctor_call_times},
        {"案内", l->public_note},
        {"確認", *l->confirmed_on ? date_wareki_short(a, date_from_iso(l->confirmed_on)) : ""},
    };
    memcpy(lines, all, sizeof all);
    return COUNT(all);
}
enum { LINES_MOST = 16 };

/* --- the documents --- */

/* Entries first.. whose place is known; of one ward, or of all when `ward` is NULL. */
static size_t pins_of(const struct making *m, size_t first, size_t count, const char *ward, struct booklet_pin *pins)
{
    size_t n = 0;
    for (size_t i = first; i < first + count; i++)
        if (m->entries[i].facility.latitude != FIELD_BLANK && (!ward || !strcmp(m->entries[i].facility.area_code, ward)))
            pins[n++] = (struct booklet_pin){(int)i + 1, (int32_t)m->entries[i].facility.longitude, (int32_t)m->entries[i].facility.latitude};
    return n;
}

static void add_map(struct making *m, struct booklet *b, const char *title, size_t first, size_t count)
{
    struct booklet_pin *pins = NEW_ARRAY(m->arena, count + 1, struct booklet_pin);
    booklet_map(b, &(struct booklet_map){.title = title, .outlines = m->outlines, .outline_count = m->outline_count, .pins = pins,
                                         .pin_count = pins_of(m, first, count, NULL, pins), .attribution = AREA_SHAPE_ATTRIBUTION});
}

/* The outlines with this ward as the main one. */
static struct booklet_outline *outlines_about(struct making *m, const struct area_shape *ward)
{
    struct booklet_outline *all = arena_copy(m->arena, m->outlines, m->outline_count * sizeof *all);
    for (size_t i = 0, at = 0; i < area_shape_count; i++)
        for (size_t k = 0; k < area_shape_table[i].ring_count; k++, at++)
            all[at].is_main = &area_shape_table[i] == ward;
    return all;
}

/* A city's numbers would hide each other on one map: each of its wards has a map with the entries of all chapters. */
static void add_ward_maps(struct making *m, struct booklet *b)
{
    booklet_chapter(b, "区ごとの地図");
    booklet_text(b, "番号は、すべての章の番号です。");
    for (size_t i = 0; i < area_shape_count; i++) {
        const struct area_shape *ward = &area_shape_table[i];
        struct booklet_pin *pins = NEW_ARRAY(m->arena, m->count + 1, struct booklet_pin);
        size_t count = pins_of(m, 0, m->count, ward->code, pins);
        if (count && area_path_has(area_path(m->db, ward->code, m->arena), m->guide->covers))
            booklet_map(b, &(struct booklet_map){.title = arena_printf(m->arena, "地図：%s", area_name(m->db, ward->code, m->arena)),
                                                 .outlines = outlines_about(m, ward), .outline_count = m->outline_count, .pins = pins,
                                                 .pin_count = count, .attribution = AREA_SHAPE_ATTRIBUTION});
    }
}

/* One map for each chapter is enough where it can carry the numbers. */
static bool has_chapter_maps(const struct making *m)
{
    for (size_t i = 0; i < m->chapter_count; i++)
        if (!booklet_map_has_numbers(m->chapters[i].count))
            return false;
    return !strcmp(m->guide->has_maps, "yes");
}

/* Whose data is in the book, each line once. */
static const char *attributions(struct making *m)
{
    const char *text = "";
    for (size_t i = 0; i < m->count; i++) {
        const char *line = facility_attribution(m->arena, m->entries[i].facility.source);
        if (!strstr(text, line))
            text = joined(m->arena, text, "\n", line);
    }
    return text;
}

static struct booklet_head head_of(struct making *m)
{
    const struct guide *g = m->guide;
    return (struct booklet_head){
        .title = g->title, .subtitle = g->subtitle, .publisher = g->publisher, .edition = arena_printf(m->arena, "第%ld版", m->number),
        .date = date_wareki_plain(m->arena, m->today),
        .note = arena_printf(m->arena, "この冊子は%sの時点で分かっていることをまとめたものです。変わっていることがありますので、ご利用の前に電話などで確かめてください。\n%s",
                             date_wareki_plain(m->arena, m->today), attributions(m))};
}

static const char how_to[] =
    "・丸の中の番号は、地図の番号と同じです。\n"
    "・事業所は章ごとに、名前の五十音順に並んでいます。名前から探すときは、巻末の索引をご覧ください。\n"
    "・「対応」には、確かめられたことだけを書いています。書かれていないことは「できない」という意味ではありません。\n"
    "・「確認」は、その内容を事業所に確かめた日です。\n"
    "・休みや受け入れの状況は日々変わります。訪ねる前に電話で確かめてください。";

static void add_legend(struct making *m, struct booklet *b)
{
    booklet_chapter(b, "この冊子の使い方");
    booklet_text(b, *m->guide->how_to ? m->guide->how_to : how_to);
    booklet_text(b, "");
    booklet_text(b, arena_printf(m->arena, "のせているもの：%s の %zu件（%s）", area_label(m->db, m->guide->covers, m->arena), m->count,
                                 code_label("audience_level", m->guide->audience)));
    for (size_t i = 0; i < m->chapter_count; i++)
        booklet_text(b, arena_printf(m->arena, "・%s：%zu件", m->chapters[i].title, m->chapters[i].count));
}

static bool stopped(struct err *err)
{
    return err_set(err, ERR_INPUT, "guide.stopped", "asked to stop");
}

static bool draw_booklet(struct making *m, bool (*progress)(void *arg, long done, long total), void *arg, struct guide_made *made, struct err *err)
{
    struct booklet_head head = head_of(m);
    struct booklet *b = booklet_new(&head);
    int pages = 0;
    bool go_on = true;
    add_legend(m, b);
    for (size_t c = 0; c < m->chapter_count && go_on; c++) {
        const struct chapter *chapter = &m->chapters[c];
        booklet_chapter(b, chapter->title);
        if (!chapter->count)
            booklet_text(b, "この地域にはありません。");
        for (size_t i = chapter->first; i < chapter->first + chapter->count && go_on; i++) {
            struct booklet_line lines[LINES_MOST];
            const struct facility *f = &m->entries[i].facility;
            size_t count = lines_of(&m->entries[i], m->arena, lines);
            booklet_entry(b, &(struct booklet_entry){.number = (int)i + 1, .name = f->name, .kana = f->kana, .lines = lines, .line_count = count});
            if (progress && i % 64 == 0)
                go_on = progress(arg, (long)i, (long)m->count);
        }
        if (chapter->count && has_chapter_maps(m))
            add_map(m, b, arena_printf(m->arena, "地図：%s", chapter->title), chapter->first, chapter->count);
    }
    if (!strcmp(m->guide->has_maps, "yes") && !has_chapter_maps(m))
        add_ward_maps(m, b);
    bool ok = booklet_finish(b, &made->documents[GUIDE_BOOKLET], &pages, err);
    made->page_count = pages;
    return ok && (go_on || stopped(err));
}

/* For the back of the map: which number is whose. */
static void add_key(struct making *m, struct booklet *b)
{
    booklet_chapter(b, "番号と名前");
    for (size_t i = 0; i < m->count; i++) {
        const struct facility *f = &m->entries[i].facility;
        booklet_text(b, arena_printf(m->arena, "%zu　%s　%s%s", i + 1, f->name, f->phone, f->latitude == FIELD_BLANK ? "　（地図の位置はわかりません）" : ""));
    }
}

static bool draw_map(struct making *m, struct guide_made *made, struct err *err)
{
    struct booklet_head head = head_of(m);
    struct booklet *b = booklet_map_only(&head);
    add_map(m, b, arena_printf(m->arena, "%s　%s", m->guide->title, head.date), 0, m->count);
    if (booklet_map_has_numbers(m->count))
        add_key(m, b);
    return booklet_finish(b, &made->documents[GUIDE_MAP], NULL, err);
}

static bool draw_labels(struct making *m, struct guide_made *made, struct err *err)
{
    struct booklet_label *labels = NEW_ARRAY(m->arena, m->count, struct booklet_label);
    for (size_t i = 0; i < m->count; i++) {
        const struct facility *f = &m->entries[i].facility;
        const char **lines = NEW_ARRAY(m->arena, 3, const char *);
        lines[0] = strlen(f->postal) == 7 ? arena_printf(m->arena, "〒%.3s-%s", f->postal, f->postal + 3) : "";
        lines[1] = f->address;
        lines[2] = arena_printf(m->arena, "%s　御中", f->name);
        labels[i] = (struct booklet_label){lines, 3, 2};
    }
    return booklet_labels(&booklet_labels_12, labels, m->count, &made->documents[GUIDE_LABELS], err);
}

/* Six a card, a chapter begins a card. */
static bool draw_cards(struct making *m, struct guide_made *made, struct err *err)
{
    enum { EACH = 6 };
    struct booklet_label *cards = NEW_ARRAY(m->arena, m->count + m->chapter_count, struct booklet_label);
    size_t n = 0;
    for (size_t c = 0; c < m->chapter_count; c++)
        for (size_t i = 0; i < m->chapters[c].count; i += EACH) {
            const char **lines = NEW_ARRAY(m->arena, EACH + 1, const char *);
            size_t k = 0;
            for (; k < EACH && i + k < m->chapters[c].count; k++) {
                const struct facility *f = &m->entries[m->chapters[c].first + i + k].facility;
                lines[k + 1] = arena_printf(m->arena, "%s　%s", f->phone, f->name);
            }
            lines[0] = arena_printf(m->arena, "%s（%s）", m->chapters[c].title, date_wareki_short(m->arena, m->today));
            cards[n++] = (struct booklet_label){lines, k + 1, 0};
        }
    return booklet_labels(&booklet_cards, cards, n, &made->documents[GUIDE_CARDS], err);
}

bool guide_make(struct db *db, const struct guide *g, long number, struct date today, struct arena *a,
                bool (*progress)(void *arg, long done, long total), void *arg, struct guide_made *ret, struct err *err)
{
    struct making m = {.db = db, .guide = g, .today = today, .arena = a, .number = number};
    enum audience_level level = strcmp(g->audience, "public") ? AUDIENCE_PROFESSIONAL : AUDIENCE_PUBLIC;
    *ret = (struct guide_made){0};
    if (!audience_open(db, level, a, &m.who, err) || !read_sections(&m, err))
        return false;
    read_outlines(&m);
    ret->entry_count = (long)m.count;
    return draw_booklet(&m, progress, arg, ret, err) && draw_map(&m, ret, err) && draw_labels(&m, ret, err) && draw_cards(&m, ret, err);
}
