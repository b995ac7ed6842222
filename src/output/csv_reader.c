#include "output/csv.h"

#include "base/text.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BLOCK = 256 * 1024,
    CELLS_MAX = 1024,
    CELL_DEFAULT = 1024 * 1024,
    ROW_CELLS = 4, /* a row may be as long as this many of the longest cells */
};

struct span {
    size_t start, end; /* in text; with the quotes when quoted */
    bool quoted;
};
struct csv_reader {
    int fd;
    size_t max_cell;
    bool ended;      /* nothing more to read */
    bool decided;    /* a block beyond ASCII has shown the encoding */
    bool cp932;
    bool failed;
    bool lenient;    /* ill-formed bytes become U+FFFD */
    struct buf raw;  /* read, not yet decoded: the tail of a block after its last whole character */
    struct buf text; /* UTF-8 */
    size_t at;       /* where the next row begins in text */
    long row, line, next_line;
    size_t count;
    struct span spans[CELLS_MAX];
    const char *cells[CELLS_MAX];
};

static bool is_ascii(const char *s, size_t n)
{
    uint64_t seen = 0, word;
    for (; n >= 8; s += 8, n -= 8) {
        memcpy(&word, s, 8);
        seen |= word;
    }
    for (; n; s++, n--)
        seen |= (uint64_t)(unsigned char)*s;
    return !(seen & 0x8080808080808080u);
}

/* Bytes up to and with the last one that is a whole character in every encoding (below 0x40 nothing is a trail byte). */
static size_t safe_end(const struct buf *raw)
{
    size_t n = raw->size;
    while (n && (unsigned char)raw->data[n - 1] >= 0x40)
        n--;
    return n;
}

static size_t cp932_end(const struct buf *raw, size_t from)
{
    while (from < raw->size) {
        unsigned char c = (unsigned char)raw->data[from];
        size_t n = (c >= 0x81 && c <= 0x9f) || (c >= 0xe0 && c <= 0xfc) ? 2 : 1;
        if (from + n > raw->size)
            break;
        from += n;
    }
    return from;
}

static size_t utf8_end(const struct buf *raw)
{
    size_t n = raw->size;
    for (int back = 0; back < 4 && n; back++) {
        unsigned char c = (unsigned char)raw->data[--n];
        if (c < 0x80)
            return n + 1;
        if (c >= 0xc0)
            return n + (c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2) <= raw->size ? raw->size : n;
    }
    return raw->size; /* not UTF-8 at all: the check will say so */
}

/* Of a file in several encodings the one of its first line beyond ASCII holds. */
static bool first_line_is_cp932(const struct buf *raw)
{
    for (size_t at = 0; at < raw->size;) {
        const char *end = memchr(raw->data + at, '\n', raw->size - at);
        size_t n = end ? (size_t)(end - raw->data) - at : raw->size - at;
        if (!is_ascii(raw->data + at, n))
            return !text_is_utf8(raw->data + at, n);
        at += n + 1;
    }
    return false;
}

static void decode_leniently(struct buf *out, const char *bytes, size_t n)
{
    for (const char *at = bytes, *end = bytes + n; at < end;) {
        const char *from = at;
        if (utf8_next(&at, end) == UTF8_ILL_FORMED)
            buf_text(out, "\xef\xbf\xbd");
        else
            buf_bytes(out, from, (size_t)(at - from));
    }
}

static bool decide(struct csv_reader *r, struct err *err)
{
    enum text_encoding e = text_guess_encoding(r->raw.data, r->raw.size); /* may end within a character */
    if (e == ENCODING_UTF16)
        return err_set(err, ERR_INPUT, "csv.utf16", "line=%ld", r->next_line);
    if (e == ENCODING_UNKNOWN && r->lenient && !memchr(r->raw.data, 0, r->raw.size)) {
        r->cp932 = first_line_is_cp932(&r->raw);
        r->decided = true;
        return true;
    }
    if (e == ENCODING_UNKNOWN)
        return err_set(err, ERR_INPUT, memchr(r->raw.data, 0, r->raw.size) ? "csv.binary" : "csv.encoding", "line=%ld", r->next_line);
    r->cp932 = e == ENCODING_CP932;
    r->decided = true;
    return true;
}

static bool decode(struct csv_reader *r, size_t n, struct err *err)
{
    if (memchr(r->raw.data, 0, n)) {
        bool utf16 = text_guess_encoding(r->raw.data, n) == ENCODING_UTF16;
        return err_set(err, ERR_INPUT, utf16 ? "csv.utf16" : "csv.binary", "line=%ld", r->next_line);
    }
    bool ascii = is_ascii(r->raw.data, n);
    if (!ascii && r->cp932)
        text_from_cp932(&r->text, r->raw.data, n);
    else if (ascii || text_is_utf8(r->raw.data, n))
        buf_bytes(&r->text, r->raw.data, n);
    else if (r->lenient)
        decode_leniently(&r->text, r->raw.data, n);
    else
        return err_set(err, ERR_INPUT, "csv.encoding", "line=%ld", r->next_line);
    memmove(r->raw.data, r->raw.data + n, r->raw.size - n);
    buf_cut(&r->raw, r->raw.size - n);
    return true;
}

/* Reads `more` bytes at most and decodes the whole characters among what is there. */
static bool load(struct csv_reader *r, size_t more, struct err *err)
{
    buf_reserve(&r->raw, more);
    for (size_t wanted = r->raw.size + more; r->raw.size < wanted && !r->ended;) {
        ssize_t n = read(r->fd, r->raw.data + r->raw.size, wanted - r->raw.size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(err, ERR_STORE_AWAY, "csv.cannot_read", "errno=%d", errno);
        r->ended = n == 0;
        r->raw.size += (size_t)n;
    }
    if (!r->decided && !is_ascii(r->raw.data, r->raw.size) && !decide(r, err))
        return false;
    size_t n = r->ended ? r->raw.size : r->cp932 ? cp932_end(&r->raw, safe_end(&r->raw)) : utf8_end(&r->raw);
    return n ? decode(r, n, err) : true;
}

static bool begins_with_utf16_mark(const struct buf *raw)
{
    return raw->size >= 2 && (memcmp(raw->data, "\xff\xfe", 2) == 0 || memcmp(raw->data, "\xfe\xff", 2) == 0);
}

static struct csv_reader *open_file(const char *path, size_t max_cell, bool lenient, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_STORE_AWAY, "csv.cannot_read", "errno=%d", errno);
        return NULL;
    }
    struct csv_reader *r = xcalloc(1, sizeof *r);
    r->fd = fd;
    r->lenient = lenient;
    r->max_cell = max_cell ? max_cell : CELL_DEFAULT;
    buf_reserve(&r->raw, BLOCK);
    ssize_t n = pread(fd, r->raw.data, 2, 0);
    r->raw.size = n > 0 ? (size_t)n : 0;
    bool utf16 = begins_with_utf16_mark(&r->raw);
    buf_cut(&r->raw, 0);
    if (utf16 ? !err_set(err, ERR_INPUT, "csv.utf16", "line=1") : !load(r, BLOCK, err)) {
        csv_close(r);
        return NULL;
    }
    r->next_line = 1;
    if (r->text.size >= 3 && memcmp(r->text.data, "\xef\xbb\xbf", 3) == 0) {
        r->at = 3;
        r->decided = true;
    }
    return r;
}

struct csv_reader *csv_open(const char *path, size_t max_cell, struct err *err)
{
    return open_file(path, max_cell, false, err);
}

struct csv_reader *csv_open_lenient(const char *path, size_t max_cell, struct err *err)
{
    return open_file(path, max_cell, true, err);
}

static uint64_t has_byte(uint64_t word, unsigned char b)
{
    uint64_t x = word ^ (0x0101010101010101u * b);
    return (x - 0x0101010101010101u) & ~x & 0x8080808080808080u;
}

/* First of comma, LF, CR at or after p. */
static size_t cell_end(const struct buf *b, size_t p)
{
    for (uint64_t word; p + 8 <= b->size; p += 8) {
        memcpy(&word, b->data + p, 8);
        uint64_t found = has_byte(word, ',') | has_byte(word, '\n') | has_byte(word, '\r');
        if (found)
            return p + (size_t)(__builtin_ctzll(found) / 8); /* little-endian: the lowest set byte is the first, and exact */
    }
    while (p < b->size && b->data[p] != ',' && b->data[p] != '\n' && b->data[p] != '\r')
        p++;
    return p;
}

/* The end of a cell that begins with a quote; SIZE_MAX when it is not closed in the text that is there. */
static size_t quoted_end(const struct buf *b, size_t p)
{
    for (p++;;) {
        const char *quote = memchr(b->data + p, '"', b->size - p);
        if (!quote)
            return SIZE_MAX;
        p = (size_t)(quote - b->data) + 1;
        if (p >= b->size || b->data[p] != '"')
            return cell_end(b, p);
        p++;
    }
}

enum scan { SCAN_ROW, SCAN_MORE, SCAN_FAILED };

static enum scan fail(struct csv_reader *r, struct err *err, const char *key)
{
    err_set(err, ERR_INPUT, key, "line=%ld", r->next_line);
    return SCAN_FAILED;
}

/* Finds the cells of the row at r->at without changing the text, so that it can be tried again with more of it. */
static enum scan scan_row(struct csv_reader *r, size_t *ret_next, struct err *err)
{
    const struct buf *b = &r->text;
    size_t p = r->at;
    for (r->count = 0;;) {
        if (r->count == CELLS_MAX)
            return fail(r, err, "csv.too_many_cells");
        struct span *s = &r->spans[r->count++];
        s->start = p;
        s->quoted = p < b->size && b->data[p] == '"';
        s->end = s->quoted ? quoted_end(b, p) : cell_end(b, p);
        bool open = s->end == SIZE_MAX;
        if ((open ? b->size : s->end) - s->start > r->max_cell)
            return fail(r, err, "csv.cell_too_large");
        if (open)
            return r->ended ? fail(r, err, "csv.unclosed_quote") : SCAN_MORE;
        p = s->end;
        bool last_byte = p + 1 >= b->size;
        if (!r->ended && last_byte)
            return SCAN_MORE;
        if (p >= b->size || b->data[p] != ',')
            break;
        p++;
    }
    if (p < b->size)
        p += b->data[p] == '\r' && p + 1 < b->size && b->data[p + 1] == '\n' ? 2 : 1;
    *ret_next = p;
    return SCAN_ROW;
}

/* Takes the quotes off in place; what stands after the closing quote belongs to the cell. */
static char *unquote(char *p, char *end)
{
    char *out = p, *start = p++;
    bool inside = true;
    for (; p < end; p++) {
        if (inside && *p == '"') {
            if (p + 1 < end && p[1] == '"')
                p++;
            else {
                inside = false;
                continue;
            }
        }
        *out++ = *p;
    }
    *out = '\0';
    return start;
}

static long breaks_in(const char *p, const char *end)
{
    long n = 0;
    for (; p < end; p++)
        n += *p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'));
    return n;
}

static void finish_row(struct csv_reader *r, size_t next)
{
    r->line = r->next_line;
    r->row++;
    bool ended_by_break = next > r->spans[r->count - 1].end;
    for (size_t i = 0; i < r->count; i++) {
        struct span *s = &r->spans[i];
        char *start = r->text.data + s->start, *end = r->text.data + s->end;
        if (s->quoted)
            r->next_line += breaks_in(start, end);
        *end = '\0';
        r->cells[i] = s->quoted ? unquote(start, end) : start;
        if (*r->cells[i] == '\'' && csv_is_dangerous(r->cells[i] + 1))
            r->cells[i]++;
    }
    r->next_line += ended_by_break;
    r->at = next;
}

/* Makes room by dropping the rows that were given out, then reads: as much again as waits, so that a long row costs linear time. */
static bool load_more(struct csv_reader *r, struct err *err)
{
    size_t waiting = r->text.size - r->at;
    if (waiting > r->max_cell * ROW_CELLS + BLOCK)
        return err_set(err, ERR_INPUT, "csv.cell_too_large", "line=%ld", r->next_line);
    if (r->at) {
        memmove(r->text.data, r->text.data + r->at, waiting);
        buf_cut(&r->text, waiting);
        r->at = 0;
    }
    return load(r, waiting > BLOCK ? waiting : BLOCK, err);
}

static bool next_row(struct csv_reader *r, struct err *err)
{
    for (size_t next;;) {
        if (r->at >= r->text.size && r->ended)
            return false;
        enum scan found = r->at < r->text.size ? scan_row(r, &next, err) : SCAN_MORE;
        if (found == SCAN_ROW) {
            finish_row(r, next);
            return true;
        }
        if (found == SCAN_FAILED || !load_more(r, err)) {
            r->failed = true;
            return false;
        }
    }
}

bool csv_next(struct csv_reader *r, const char *const **ret_cells, size_t *ret_count, struct err *err)
{
    do {
        if (r->failed || !next_row(r, err))
            return false;
    } while (r->count == 1 && !r->spans[0].quoted && !*r->cells[0]);
    *ret_cells = r->cells;
    *ret_count = r->count;
    return true;
}

long csv_row_number(const struct csv_reader *r)
{
    return r->row;
}

long csv_line_number(const struct csv_reader *r)
{
    return r->line;
}

const char *csv_encoding(const struct csv_reader *r)
{
    return r->cp932 ? "CP932" : "UTF-8";
}

void csv_close(struct csv_reader *r)
{
    if (!r)
        return;
    close(r->fd);
    buf_free(&r->raw);
    buf_free(&r->text);
    free(r);
}

void csv_closep(struct csv_reader **r)
{
    csv_close(*r);
}
