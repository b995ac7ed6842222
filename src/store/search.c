#include "store/search.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "store/engine.h"
#include "store/load.h"
#include "store/query.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORDS_MAX = 6,    /* words of one query; the rest is ignored */
    BULK_DOCUMENTS = 4000, /* a write that puts more than that has them indexed on the way */
    JOIN_DOCUMENTS = 2000, /* fewer are not worth joining the index for */
    JOIN_PAGES = 128, /* written in one step of it */
    NEWEST_FIRST = 500, /* on PostgreSQL looked at before its index is asked */
    NEWEST_NEXT = 4000, /* and where they promise enough hits */
    PROBED_DOCUMENTS = 500, /* looked at by their words alone before the list of a kind is walked */
    COMMON_HITS = SEARCH_FEW /* a list is walked and each row asked, instead of collecting the hits, from more than so many */
};

/* --- grams: every single character and every pair of neighbours, per run of characters that are not punctuation --- */

static size_t char_size(const char *s)
{
    unsigned char c = (unsigned char)*s;
    size_t size = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    for (size_t i = 1; i < size; i++)
        if (!s[i])
            return i;
    return size;
}

/* Folded text has its Latin punctuation in ASCII; 、。・「」 and the like stand in U+2000-206F and U+3000-303F but for 々〆〇. */
static bool is_letter(const char *s)
{
    unsigned char a = (unsigned char)s[0];
    if (a < 0x80)
        return isalnum(a);
    unsigned char b = (unsigned char)s[1], c = b ? (unsigned char)s[2] : 0;
    if (a == 0xe2 && (b == 0x80 || (b == 0x81 && c < 0xb0)))
        return false;
    if (a == 0xe3 && b == 0x80)
        return c >= 0x85 && c <= 0x87;
    return !(a == 0xe3 && b == 0x83 && c == 0xbb);
}

struct gram_sink {
    void (*gram)(void *to, const char *text, size_t size);
    void *to;
};

/* `all`: what the index holds.  Without, what is asked for: pairs side by side that cover the run, ひま and わり, as each further one costs a
 * walk of its list and the body decides anyhow; a run of one character is that character. */
static void each_gram(const char *folded, bool all, const struct gram_sink *sink)
{
    size_t before = 0; /* size of the character before in this run */
    bool covered = false; /* that character has been in a pair */
    for (const char *s = folded; *s;) {
        size_t size = char_size(s);
        if (!is_letter(s)) {
            before = 0;
            s += size;
            continue;
        }
        bool last = !(s[size] && is_letter(s + size)), pair = before && (all || last || !covered);
        if (all || (last && !before))
            sink->gram(sink->to, s, size);
        if (pair)
            sink->gram(sink->to, s - before, before + size);
        covered = pair;
        before = size;
        s += size;
    }
}

/* Room was made for all of them. */
static void gram_to_index(void *to, const char *text, size_t size)
{
    struct buf *out = to;
    char *end = out->data + out->size;
    *end++ = ' ';
    for (size_t i = 0; i < size; i++)
        *end++ = text[i];
    *end = '\0';
    out->size += size + 1;
}

/* The kind and the office are words too: full-width Ｋ and Ｏ never occur in folded text. */
static void filter_gram(struct buf *out, const char *mark, const char *id)
{
    buf_text(out, mark);
    for (; *id; id++)
        if (isalnum((unsigned char)*id))
            buf_char(out, (char)tolower((unsigned char)*id));
}

char *search_grams(const char *kind, const char *office_id, const char *body)
{
    struct buf out = {0};
    filter_gram(&out, "Ｋ", kind);
    buf_char(&out, ' ');
    filter_gram(&out, "Ｏ", office_id);
    buf_reserve(&out, 5 * strlen(body) + 1); /* a character of n bytes: itself, twice in a pair, two blanks */
    each_gram(body, true, &(struct gram_sink){gram_to_index, &out});
    return out.data;
}

/* --- putting --- */

struct doc {
    long long doc_id; /* 0: not there */
    const char *office_id, *body;
};

static bool find_doc(struct db *db, const char *kind, const char *id, struct arena *a, struct doc *ret_doc, struct err *err)
{
    auto_rows *r = db_query(db, a, err, "SELECT doc_id, office_id, body FROM search_doc WHERE kind = $1 AND id = $2", TEXT(kind), TEXT(id));
    *ret_doc = (struct doc){0};
    if (rows_next(r))
        *ret_doc = (struct doc){.doc_id = rows_int(r, 0), .office_id = rows_text(r, 1), .body = rows_text(r, 2)};
    return !rows_failed(r);
}

/* The words go into the index later, many documents at a time: the index writes a segment of its own at every commit otherwise.
 * What it holds of the document is kept with the first change. */
static bool wait_for_index(struct db *db, long long doc_id, const char *kind, const struct doc *old, struct err *err)
{
    struct value indexed = old->doc_id ? TEXT(kind) : NUL;
    if (++db->documents % BULK_DOCUMENTS == 0 && search_index(db, 2 * BULK_DOCUMENTS, err) < 0)
        return false;
    db->documents_put++;
    return db_run(db, err,
                  "INSERT INTO search_wait (doc_id, kind, office_id, body) VALUES ($1, $2, $3, $4) ON CONFLICT (doc_id) DO NOTHING",
                  INT(doc_id), indexed, TEXT(old->office_id), TEXT(old->body)) >= 0;
}

/* Most documents are new; whether one is tells the unique key.  RETURNING would keep the row in a table of its own first: asking the
 * connection afterwards costs a tenth of that. */
static bool put_new(struct db *db, const char *kind, const char *id, const char *office_id, const char *body, long long *ret_doc_id, struct err *err)
{
    long long added = db_run(db, err, "INSERT INTO search_doc (kind, id, office_id, body) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, id) DO NOTHING",
                             TEXT(kind), TEXT(id), TEXT(office_id), TEXT(body));
    *ret_doc_id = added == 1 ? db_int(db, err, 0, "SELECT last_insert_rowid()") : 0;
    return added == 0 || (added == 1 && *ret_doc_id);
}

static bool put_sqlite(struct db *db, const char *kind, const char *id, const char *office_id, const char *body, struct arena *a,
                       struct err *err)
{
    struct doc old;
    long long doc_id;
    if (!put_new(db, kind, id, office_id, body, &doc_id, err))
        return false;
    if (doc_id)
        return wait_for_index(db, doc_id, kind, &(struct doc){0}, err);
    if (!find_doc(db, kind, id, a, &old, err))
        return false;
    if (strcmp(old.body, body) == 0 && strcmp(old.office_id, office_id) == 0)
        return true;
    return db_run(db, err, "UPDATE search_doc SET office_id = $2, body = $3 WHERE doc_id = $1", INT(old.doc_id), TEXT(office_id),
                  TEXT(body)) >= 0 &&
           wait_for_index(db, old.doc_id, kind, &old, err);
}

/* --- the words as PostgreSQL keeps them: a tsvector without places, each word once, by bytes --- */

struct lexeme {
    uint64_t head; /* the first eight bytes, in the order of bytes */
    const char *text;
    size_t size;
};
enum { LEXEMES_SEEN = 512 }; /* a power of two */
struct lexemes {
    struct lexeme *items;
    size_t count;
    uint64_t seen[LEXEMES_SEEN]; /* heads met last: most of a text's words come again */
};

static void gram_to_lexemes(void *to, const char *text, size_t size)
{
    struct lexemes *l = to;
    uint64_t head = 0;
    for (size_t i = 0; i < 8; i++)
        head = head << 8 | (i < size ? (unsigned char)text[i] : 0);
    uint64_t *seen = &l->seen[head * 0x9e3779b97f4a7c15u >> 55];
    if (size <= 8 && *seen == head)
        return;
    *seen = size <= 8 ? head : *seen;
    l->items[l->count++] = (struct lexeme){head, text, size};
}

/* Words of up to eight bytes are told by their heads, there being no NUL in them. */
static int by_bytes(const void *x, const void *y)
{
    const struct lexeme *a = x, *b = y;
    if (a->head != b->head)
        return a->head < b->head ? -1 : 1;
    if (a->size <= 8 || b->size <= 8)
        return (a->size > b->size) - (a->size < b->size);
    int order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

static void add_big_endian(struct buf *out, uint32_t n, int bytes)
{
    while (bytes--)
        buf_char(out, (char)(n >> 8 * bytes & 0xff));
}

/* What tsvectorrecv takes: how many there are, then each with its NUL and the number of its places, none. */
static void write_lexemes(struct buf *out, struct lexemes *l)
{
    size_t kept = 0, size = 4;
    qsort(l->items, l->count, sizeof *l->items, by_bytes);
    for (size_t i = 0; i < l->count; i++) {
        if (kept && by_bytes(&l->items[kept - 1], &l->items[i]) == 0)
            continue;
        l->items[kept++] = l->items[i];
        size += l->items[i].size + 3;
    }
    buf_reserve(out, size);
    add_big_endian(out, (uint32_t)kept, 4);
    for (size_t i = 0; i < kept; i++) {
        buf_bytes(out, l->items[i].text, l->items[i].size);
        add_big_endian(out, 0, 3);
    }
}

static void make_tsvector(struct buf *out, const char *kind, const char *office_id, const char *body)
{
    auto_buf of_kind = {0}, of_office = {0};
    struct lexemes l = {.items = xcalloc(2 * strlen(body) + 2, sizeof *l.items)};
    filter_gram(&of_kind, "Ｋ", kind);
    filter_gram(&of_office, "Ｏ", office_id);
    gram_to_lexemes(&l, of_kind.data, of_kind.size);
    gram_to_lexemes(&l, of_office.data, of_office.size);
    each_gram(body, true, &(struct gram_sink){gram_to_lexemes, &l});
    write_lexemes(out, &l);
    free(l.items);
}

static bool put_postgresql(struct db *db, const char *kind, const char *id, const char *office_id, const char *body, struct err *err)
{
    auto_buf words = {0};
    make_tsvector(&words, kind, office_id, body);
    return db_post_beside(db, err,
                          "INSERT INTO search_doc (kind, id, office_id, body, grams) VALUES ($1, $2, $3, $4, $5)"
                          " ON CONFLICT (kind, id) DO UPDATE SET office_id = excluded.office_id, body = excluded.body, grams = excluded.grams"
                          " WHERE search_doc.body <> excluded.body OR search_doc.office_id <> excluded.office_id",
                          TEXT(kind), TEXT(id), TEXT(office_id), TEXT(body), BYTES(words.data, words.size));
}

bool search_load(struct db *db, const char *kind, const char *id, const char *office_id, const char *body, struct err *err)
{
    if (!db_is_sqlite(db))
        return put_postgresql(db, kind, id, office_id, body, err);
    auto_arena *a = arena_new();
    return put_sqlite(db, kind, id, office_id, body, a, err);
}

static bool put(struct db *db, const char *kind, const char *id, const char *office_id, const char *body, struct arena *a, struct err *err)
{
    if (db_is_sqlite(db))
        return put_sqlite(db, kind, id, office_id, body, a, err);
    return put_postgresql(db, kind, id, office_id, body, err);
}

bool search_put(struct db *db, const char *kind, const char *id, const char *office_id, const char *text, struct err *err)
{
    auto_arena *a = arena_new();
    const char *body = text_fold(a, text);
    return *body ? put(db, kind, id, office_id, body, a, err) : search_remove(db, kind, id, err);
}

/* A record separator (U+001E, never in folded text) stands between what everybody may find by and the rest. */
bool search_put_parts(struct db *db, const char *kind, const char *id, const char *office_id, const char *text, const char *personal,
                      struct err *err)
{
    auto_arena *a = arena_new();
    const char *open = text_fold(a, text), *rest = text_fold(a, personal);
    if (!*open && !*rest)
        return search_remove(db, kind, id, err);
    return put(db, kind, id, office_id, *rest ? arena_printf(a, "%s\x1e%s", open, rest) : open, a, err);
}

bool search_remove(struct db *db, const char *kind, const char *id, struct err *err)
{
    if (!db_is_sqlite(db))
        return db_post(db, err, "DELETE FROM search_doc WHERE kind = $1 AND id = $2", TEXT(kind), TEXT(id));
    auto_arena *a = arena_new();
    struct doc old;
    if (!find_doc(db, kind, id, a, &old, err))
        return false;
    if (!old.doc_id)
        return true;
    return db_run(db, err, "DELETE FROM search_doc WHERE doc_id = $1", INT(old.doc_id)) >= 0 &&
           wait_for_index(db, old.doc_id, kind, &old, err);
}

/* --- indexing --- */

/* Rows of the index count down from 2^35, so that what was put last stands first: FTS5 walks its lists forward in two thirds of the time. */
#define LAST_ROW 34359738368
#define DOC_OF(row) "(34359738368 - " row ")"

static bool change_index(struct db *db, const char *sql, long long doc_id, char *grams, struct err *err)
{
    bool ok = db_run_values(db, err, sql, (struct value[]){INT(LAST_ROW - doc_id), TEXT(grams)}, 2) >= 0;
    free(grams);
    return ok;
}

static bool index_doc(struct db *db, const struct rows *r, struct err *err)
{
    long long doc_id = rows_int(r, 0);
    if (!rows_is_null(r, 1) && !change_index(db, "INSERT INTO search_gram (search_gram, rowid, grams) VALUES ('delete', $1, $2)", doc_id,
                                             search_grams(rows_text(r, 1), rows_text(r, 2), rows_text(r, 3)), err))
        return false;
    return rows_is_null(r, 4) || change_index(db, "INSERT INTO search_gram (rowid, grams) VALUES ($1, $2)", doc_id,
                                              search_grams(rows_text(r, 4), rows_text(r, 5), rows_text(r, 6)), err);
}

/* FTS5 gathers what comes in the order of its rows, and writes it down whenever it does not. */
long long search_index(struct db *db, long long limit, struct err *err)
{
    if (!db_is_sqlite(db))
        return 0;
    long long count = 0, last = 0;
    auto_rows *r = db_query(db, NULL, err,
                            "SELECT w.doc_id, w.kind, w.office_id, w.body, d.kind, d.office_id, d.body FROM search_wait w"
                            " LEFT JOIN search_doc d ON d.doc_id = w.doc_id WHERE w.doc_id <="
                            " (SELECT MAX(doc_id) FROM (SELECT doc_id FROM search_wait ORDER BY doc_id LIMIT $1)) ORDER BY w.doc_id DESC",
                            INT(limit));
    for (; rows_next(r); count++) {
        if (!index_doc(db, r, err))
            return -1;
        last = count ? last : rows_int(r, 0);
    }
    if (rows_failed(r))
        return -1;
    db->indexed += count;
    return count == 0 || db_run(db, err, "DELETE FROM search_wait WHERE doc_id <= $1", INT(last)) >= 0 ? count : -1;
}

/* FTS5 keeps what was put together in pieces and looks each word up in every one of them: up to a dozen after an import.  A quarter more
 * documents than before, and they are joined: so each is written some five times in all. */
bool search_is_scattered(struct db *db)
{
    return db->indexed >= JOIN_DOCUMENTS && 4 * db->indexed >= db_int(db, NULL, LLONG_MAX, "SELECT MAX(doc_id) FROM search_doc");
}

int search_join(struct db *db, struct err *err)
{
    static const char changes[] = "SELECT total_changes()";
    long long before = db_int(db, err, 0, changes);
    if (db_run(db, err, "INSERT INTO search_gram (search_gram, rank) VALUES ('merge', $1)", INT(-JOIN_PAGES)) < 0)
        return -1;
    if (db_int(db, err, 0, changes) - before >= 2) /* what FTS5 says when it has done something */
        return 1;
    db->indexed = 0;
    return 0;
}

/* --- finding --- */

struct words {
    const char *folded[WORDS_MAX];
    size_t count;
    bool open_only; /* who asks does not see what is about persons */
};

static bool is_blank(const char *s, size_t *ret_size)
{
    *ret_size = strncmp(s, "\xe3\x80\x80", 3) == 0 ? 3 : 1; /* U+3000 */
    return *ret_size == 3 || isspace((unsigned char)*s);
}

static struct words split(const char *text, struct arena *a)
{
    struct words w = {0};
    size_t blank;
    while (*text && w.count < WORDS_MAX) {
        if (is_blank(text, &blank)) {
            text += blank;
            continue;
        }
        const char *start = text;
        while (*text && !is_blank(text, &blank))
            text++;
        const char *folded = text_fold(a, arena_strndup(a, start, (size_t)(text - start)));
        if (*folded)
            w.folded[w.count++] = folded;
    }
    return w;
}

/* FTS5: "透析" AND "析室"; tsquery: '透析' & '析室'.  A gram is letters and digits only, so that quoting it is enough. */
struct match {
    struct buf text;
    bool sqlite;
};

static void match_begin(struct match *m)
{
    if (m->text.size)
        buf_text(&m->text, m->sqlite ? " AND " : " & ");
}

static void gram_to_match(void *to, const char *text, size_t size)
{
    struct match *m = to;
    char quote = m->sqlite ? '"' : '\'';
    match_begin(m);
    buf_char(&m->text, quote);
    buf_bytes(&m->text, text, size);
    buf_char(&m->text, quote);
}

static void match_filter(struct match *m, const char *mark, const char *id)
{
    buf_char(&m->text, m->sqlite ? '"' : '\'');
    filter_gram(&m->text, mark, id);
    buf_char(&m->text, m->sqlite ? '"' : '\'');
}

/* The documents know their office but not its area: whoever sees an area finds here what is public or its own office's, and the
 * rest in the lists, where query_scope decides. */
static const char *office_of(const struct scope *scope)
{
    return scope->kind == SCOPE_OFFICE || scope->kind == SCOPE_AREA ? scope->office_id : NULL;
}

/* `office_id` NULL: of every office.  NULL when no word has a letter: then there is nothing the index could say. */
static const char *match_text(struct db *db, const char *office_id, const char *kind, const struct words *w, struct arena *a)
{
    struct match m = {.sqlite = db_is_sqlite(db)};
    for (size_t i = 0; i < w->count; i++)
        each_gram(w->folded[i], false, &(struct gram_sink){gram_to_match, &m});
    if (!m.text.size)
        return NULL;
    if (kind) {
        match_begin(&m);
        match_filter(&m, "Ｋ", kind);
    }
    if (office_id) {
        match_begin(&m);
        buf_char(&m.text, '(');
        match_filter(&m, "Ｏ", office_id);
        buf_text(&m.text, m.sqlite ? " OR " : " | ");
        match_filter(&m, "Ｏ", "");
        buf_char(&m.text, ')');
    }
    const char *text = arena_strdup(a, m.text.data);
    buf_free(&m.text);
    return text;
}

/* The index narrows, the body decides. */
static void add_body(struct query *q, struct db *db, const struct words *w)
{
    for (size_t i = 0; i < w->count; i++) {
        struct value word = TEXT(w->folded[i]);
        if (db_is_sqlite(db))
            query_add_values(q, w->open_only ? " AND instr(substr(d.body, 1, instr(d.body || char(30), char(30)) - 1), ?) > 0"
                                             : " AND instr(d.body, ?) > 0", &word, 1);
        else
            query_add_values(q, w->open_only ? " AND strpos(split_part(d.body, chr(30), 1), ?) > 0" : " AND strpos(d.body, ?) > 0", &word, 1);
    }
}

static void add_source(struct query *q, struct db *db, const char *match)
{
    if (!match)
        query_add(q, " FROM search_doc d WHERE 1 = 1");
    else if (db_is_sqlite(db))
        query_add(q, " FROM search_gram CROSS JOIN search_doc d ON d.doc_id = " DOC_OF("search_gram.rowid") " WHERE search_gram MATCH ?", TEXT(match));
    else
        query_add(q, " FROM search_doc d WHERE d.grams @@ CAST(? AS tsquery)", TEXT(match));
}

static void add_conditions(struct query *q, struct db *db, const char *office_id, const char *kind, const struct words *w)
{
    if (kind)
        query_add(q, " AND d.kind = ?", TEXT(kind));
    if (office_id)
        query_add(q, " AND d.office_id IN (?, '')", TEXT(office_id));
    add_body(q, db, w);
}

static const char waiting_source[] = " FROM search_wait w CROSS JOIN search_doc d ON d.doc_id = w.doc_id WHERE 1 = 1";

/* The order of the index itself: nothing is sorted but the few that wait for it. */
static void find_by_index(struct query *q, struct db *db, const char *match, const char *office_id, const char *kind,
                          const struct words *w, long long limit)
{
    query_add(q, "SELECT * FROM (SELECT d.doc_id, d.kind, d.id");
    add_source(q, db, match);
    add_conditions(q, db, office_id, kind, w);
    query_add(q, " ORDER BY search_gram.rowid LIMIT ?) UNION SELECT d.doc_id, d.kind, d.id", INT(limit));
    query_add_values(q, waiting_source, NULL, 0);
    add_conditions(q, db, office_id, kind, w);
    query_add(q, " ORDER BY 1 DESC LIMIT ?", INT(limit));
}

/* On PostgreSQL all that the index finds is gathered first: it would walk every document for the newest of a rare word otherwise. */
static void find_by_body(struct query *q, struct db *db, const char *match, const char *office_id, const char *kind,
                         const struct words *w, long long limit)
{
    bool gathers = match && !db_is_sqlite(db);
    if (gathers)
        query_add(q, "WITH d AS MATERIALIZED (SELECT doc_id, kind, id, office_id, body FROM search_doc WHERE grams @@ CAST(? AS tsquery))"
                     " SELECT d.doc_id, d.kind, d.id FROM d WHERE 1 = 1", TEXT(match));
    else
        query_add(q, "SELECT d.doc_id, d.kind, d.id FROM search_doc d WHERE 1 = 1");
    add_conditions(q, db, office_id, kind, w);
    query_add(q, " ORDER BY d.doc_id DESC LIMIT ?", INT(limit));
}

/* Documents of one kind, the one put last first. */
struct found {
    struct { long long doc_id; const char *id; } *docs;
    size_t count, room;
};

static void add_found(struct found *f, const struct rows *r, struct arena *a)
{
    f->docs[f->count].doc_id = rows_int(r, 0);
    f->docs[f->count++].id = arena_strdup(a, rows_text(r, 1));
}

static bool read_waiting(struct db *db, const char *office_id, const char *kind, const struct words *w, struct found *f, struct arena *a, struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT d.doc_id, d.id");
    query_add_values(&q, waiting_source, NULL, 0);
    add_conditions(&q, db, office_id, kind, w);
    query_add(&q, " ORDER BY d.doc_id DESC LIMIT ?", INT((long long)f->room));
    auto_rows *r = query_run(&q, db, NULL, err);
    while (rows_next(r))
        add_found(f, r, a);
    return !rows_failed(r);
}

/* The last of those that hold the words, of any kind: where most documents are of one kind, dropping the others is cheaper than walking
 * that kind's list.  They come one by one, so that this ends with the last one wanted; `ret_enough`: that, or there were no more to look at. */
static bool read_probed(struct db *db, const char *match, const char *office_id, const char *kind, const struct words *w, struct found *f, bool *ret_enough,
                        struct arena *a, struct err *err)
{
    size_t looked = 0;
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT d.doc_id, d.id FROM (SELECT rowid AS place FROM search_gram WHERE search_gram MATCH ? ORDER BY rowid LIMIT ?) g"
                  " LEFT JOIN search_doc d ON d.doc_id = " DOC_OF("g.place"), TEXT(match), INT(PROBED_DOCUMENTS));
    add_conditions(&q, db, office_id, kind, w);
    auto_rows *r = query_run(&q, db, NULL, err);
    for (; f->count < f->room && rows_next(r); looked++)
        if (!rows_is_null(r, 1))
            add_found(f, r, a);
    *ret_enough = f->count == f->room || looked < PROBED_DOCUMENTS;
    return !rows_failed(r);
}

/* A document may be in both: what waits was read first, and the writer went on. */
static size_t merge_found(const struct found *x, const struct found *y, const char *kind, size_t limit, struct search_hit *hits)
{
    size_t count = 0;
    for (size_t i = 0, k = 0; count < limit && (i < x->count || k < y->count);) {
        long long doc_x = i < x->count ? x->docs[i].doc_id : -1, doc_y = k < y->count ? y->docs[k].doc_id : -1;
        hits[count++] = (struct search_hit){kind, doc_x > doc_y ? x->docs[i].id : y->docs[k].id};
        i += doc_x >= doc_y;
        k += doc_y >= doc_x;
    }
    return count;
}

static bool find_by_words(struct db *db, const char *match, const char *office_id, const char *kind, const struct words *w, size_t limit, bool *ret_enough,
                          struct arena *a, struct search_hit **ret_hits, size_t *ret_count, struct err *err)
{
    struct found waiting = {.docs = arena_array(a, limit, sizeof *waiting.docs), .room = limit};
    struct found probed = {.docs = arena_array(a, limit, sizeof *probed.docs), .room = limit};
    if (!read_waiting(db, office_id, kind, w, &waiting, a, err) || !read_probed(db, match, office_id, kind, w, &probed, ret_enough, a, err))
        return false;
    *ret_hits = NEW_ARRAY(a, limit, struct search_hit);
    *ret_count = merge_found(&waiting, &probed, kind, limit, *ret_hits);
    return true;
}

static bool read_found(struct query *q, struct db *db, size_t limit, struct arena *a, struct search_hit **ret_hits, size_t *ret_count, struct err *err)
{
    struct search_hit *hits = NEW_ARRAY(a, limit, struct search_hit);
    size_t count = 0;
    auto_rows *r = query_run(q, db, a, err);
    while (count < limit && rows_next(r)) {
        hits[count].kind = rows_text(r, 1);
        hits[count++].id = rows_text(r, 2);
    }
    if (rows_failed(r))
        return false;
    *ret_hits = hits;
    *ret_count = count;
    return true;
}

/* PostgreSQL's index does not know what is newest and would gather every hit of a common word: then the newest documents have enough of them. */
static bool find_among_newest(struct db *db, const char *kind, const struct words *w, size_t limit, bool *ret_enough, struct arena *a,
                              struct search_hit **ret_hits, size_t *ret_count, struct err *err)
{
    static const long long newest[] = {NEWEST_FIRST, NEWEST_NEXT};
    for (size_t i = 0; i < 2 && (i == 0 || *ret_count * NEWEST_NEXT >= limit * NEWEST_FIRST); i++) {
        struct query q;
        query_init(&q, a);
        query_add(&q, "SELECT d.doc_id, d.kind, d.id FROM (SELECT * FROM search_doc ORDER BY doc_id DESC LIMIT ?) d WHERE 1 = 1", INT(newest[i]));
        add_conditions(&q, db, NULL, kind, w);
        query_add(&q, " ORDER BY d.doc_id DESC LIMIT ?", INT((long long)limit));
        if (!read_found(&q, db, limit, a, ret_hits, ret_count, err))
            return false;
        if ((*ret_enough = *ret_count == limit))
            return true;
    }
    return true;
}

bool search_find(struct db *db, const struct scope *scope, const char *kind, const char *words, size_t limit, struct arena *a,
                 struct search_hit **ret_hits, size_t *ret_count, struct err *err)
{
    struct words w = split(words, a);
    w.open_only = !scope->sees_personal;
    *ret_hits = NULL;
    *ret_count = 0;
    if (w.count == 0 || scope->kind == SCOPE_NOTHING || limit == 0)
        return true;
    const char *office_id = office_of(scope);
    bool sqlite = db_is_sqlite(db), enough = false;
    const char *match = match_text(db, office_id, sqlite || !office_id ? kind : NULL, &w, a);
    struct query q;
    query_init(&q, a);
    bool by_index = match && sqlite;
    const char *any_kind = by_index && kind ? match_text(db, office_id, NULL, &w, a) : NULL;
    if (!sqlite && match && !office_id && !find_among_newest(db, kind, &w, limit, &enough, a, ret_hits, ret_count, err))
        return false;
    if (any_kind && !find_by_words(db, any_kind, office_id, kind, &w, limit, &enough, a, ret_hits, ret_count, err))
        return false;
    if (enough)
        return true;
    (by_index ? find_by_index : find_by_body)(&q, db, match, office_id, kind, &w, (long long)limit);
    return read_found(&q, db, limit, a, ret_hits, ret_count, err);
}

static bool is_common(struct db *db, const char *match)
{
    return db_int(db, NULL, 0, "SELECT count(*) FROM (SELECT rowid FROM search_gram WHERE search_gram MATCH $1 LIMIT $2)", TEXT(match),
                  INT(COMMON_HITS + 1)) > COMMON_HITS;
}

/* Walking the postings of a kind that nearly every document has costs more than dropping the few hits of other kinds. */
static const char *few_match(struct db *db, const struct scope *scope, const char *kind, const struct words *w, struct arena *a)
{
    const char *office_id = scope->kind == SCOPE_OFFICE ? scope->office_id : NULL;
    return match_text(db, office_id, office_id ? NULL : kind, w, a);
}

/* The newest documents that the index finds, and with them all that wait for it: in one query, as one leaves the wait for the other. */
struct look {
    const char *docs; /* a JSON array */
    long long newest, oldest;
    size_t found;
};

static bool look(struct db *db, const char *match, size_t limit, struct arena *a, struct look *ret_look, struct err *err)
{
    auto_buf docs = {0};
    struct json j;
    json_init(&j, &docs);
    json_open(&j, '[');
    *ret_look = (struct look){.oldest = LLONG_MAX};
    auto_rows *r = db_query(db, NULL, err,
                            "SELECT " DOC_OF("rowid") ", 1 FROM (SELECT rowid FROM search_gram WHERE search_gram MATCH $1 ORDER BY rowid LIMIT $2)"
                            " UNION ALL SELECT doc_id, 0 FROM search_wait",
                            TEXT(match), INT((long long)limit));
    while (rows_next(r)) {
        long long doc_id = rows_int(r, 0);
        json_int(&j, doc_id);
        if (!rows_int(r, 1))
            continue;
        ret_look->oldest = doc_id;
        ret_look->newest = ret_look->found++ ? ret_look->newest : doc_id;
    }
    json_close(&j, ']');
    ret_look->docs = arena_strdup(a, docs.data);
    return !rows_failed(r);
}

/* As many of all documents as of those looked at. */
static bool is_dense(const struct look *l)
{
    return (long long)l->found * l->newest / (l->newest - l->oldest + 1) > 2 * SEARCH_FEW;
}

/* The ids of those documents that hold the words, as a JSON array. */
static const char *ids_of(struct db *db, const char *docs, const char *kind, const struct words *w, struct arena *a, struct err *err)
{
    struct query q;
    query_init(&q, a);
    query_add(&q, "SELECT d.id FROM json_each(?) CROSS JOIN search_doc d ON d.doc_id = value WHERE 1 = 1", TEXT(docs));
    add_conditions(&q, db, NULL, kind, w);
    auto_buf ids = {0};
    struct json j;
    json_init(&j, &ids);
    json_open(&j, '[');
    auto_rows *r = query_run(&q, db, NULL, err);
    while (rows_next(r))
        json_text(&j, rows_text(r, 0));
    json_close(&j, ']');
    return rows_failed(r) ? NULL : arena_strdup(a, ids.data);
}

bool search_plan_read(struct db *db, const struct scope *scope, const char *kind, const char *words, size_t wanted, struct arena *a,
                      struct search_plan *ret_plan, struct err *err)
{
    struct words w = split(words, a);
    w.open_only = !scope->sees_personal;
    *ret_plan = (struct search_plan){.kind = kind, .words = words};
    const char *match = db_is_sqlite(db) && w.count ? few_match(db, scope, kind, &w, a) : NULL;
    if (!match)
        return true;
    struct look l;
    size_t limit = wanted * 3 < SEARCH_FEW ? wanted * 3 : SEARCH_FEW + 1;
    if (!look(db, match, limit, a, &l, err))
        return false;
    if (l.found == limit && limit <= SEARCH_FEW && !is_dense(&l) && !look(db, match, limit = SEARCH_FEW + 1, a, &l, err))
        return false;
    *ret_plan = (struct search_plan){.kind = kind, .words = words, .narrows = true, .newest = l.docs, .oldest = l.oldest};
    if (l.found == limit)
        return true;
    return (ret_plan->few = ids_of(db, l.docs, kind, &w, a, err)) != NULL;
}

/* A row whose document the index would have shown among the newest is not asked for its text. */
static void add_walk(struct query *q, struct db *db, const struct search_plan *p, const char *alias)
{
    struct words w = split(p->words, q->arena);
    w.open_only = q->scope && !q->scope->sees_personal;
    query_add(q, " AND EXISTS (SELECT 1 FROM search_doc d WHERE d.id = ");
    query_add_values(q, alias, NULL, 0);
    query_add(q, ".id AND (d.doc_id < ? OR d.doc_id IN (SELECT value FROM json_each(?)))", INT(p->oldest), TEXT(p->newest));
    add_conditions(q, db, NULL, p->kind, &w);
    query_add(q, ")");
}

void query_search_plan(struct query *q, struct db *db, const struct search_plan *p, const char *alias)
{
    if (!p->narrows) {
        query_search_alias(q, db, p->kind, alias, p->words);
    } else if (p->few) {
        query_add(q, " AND ");
        query_add_values(q, alias, NULL, 0);
        query_add(q, ".id IN (SELECT value FROM json_each(?))", TEXT(p->few));
    } else {
        add_walk(q, db, p, alias);
    }
}

/* Few hits: collect their ids.  Very many: walk the list in its own order and ask each row, because the page is full soon. */
void query_search_alias(struct query *q, struct db *db, const char *kind, const char *alias, const char *words)
{
    struct words w = split(words, q->arena);
    w.open_only = q->scope && !q->scope->sees_personal;
    if (w.count == 0)
        return;
    const char *office_id = q->scope && q->scope->kind == SCOPE_OFFICE ? q->scope->office_id : NULL;
    const char *match = match_text(db, office_id, kind, &w, q->arena);
    bool sqlite = db_is_sqlite(db);
    if (sqlite && (!match || is_common(db, match))) {
        query_add(q, " AND EXISTS (SELECT 1 FROM search_doc d WHERE d.id = ");
        query_add_values(q, alias, NULL, 0);
        query_add(q, ".id");
    } else {
        query_add(q, " AND ");
        query_add_values(q, alias, NULL, 0);
        query_add(q, ".id IN (SELECT d.id");
        add_source(q, db, match);
        if (sqlite) {
            add_conditions(q, db, NULL, kind, &w);
            query_add(q, " UNION ALL SELECT d.id");
            query_add_values(q, waiting_source, NULL, 0);
        }
    }
    add_conditions(q, db, NULL, kind, &w);
    query_add(q, ")");
}
