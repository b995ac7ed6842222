#include "output/xlsx.h"

#include "base/buf.h"
#include "output/xlsx_value.h"

#include <expat.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zip.h>

enum {
    CHUNK = 64 * 1024,
    CELLS_MAX = 1024,
    ENTRIES_MAX = 2000,
    SHEETS_MAX = 1000,
    STYLES_MAX = 65536,
    STRING_COUNT_MAX = 4 * 1024 * 1024,
    RATIO_MAX = 200,
    RATIO_FROM = 4 * 1024 * 1024, /* small parts may pack as well as they like */
};
static const uint64_t UNPACKED_MAX = 512ull << 20;
static const size_t STRINGS_MAX = 128u << 20, CELL_MAX = 1u << 20, ROW_MAX = 16u << 20;

struct sheet_entry {
    const char *name, *relation;
    bool hidden;
};
struct relation {
    const char *id, *type, *target;
    struct relation *next;
};
struct custom_format {
    int id;
    struct number_style style;
    struct custom_format *next;
};
enum cell_type { TYPE_NUMBER, TYPE_SHARED, TYPE_TEXT, TYPE_BOOL };

struct xlsx_reader {
    struct arena *arena;
    zip_t *zip;
    uint64_t unpacked; /* of everything read so far */
    uint64_t part_read, part_packed;
    zip_file_t *part;
    XML_Parser parser;
    const char *problem; /* key; set by a handler that stops the parser */
    struct sheet_entry *sheets;
    size_t sheet_count, sheet_room;
    struct relation *relations;
    struct custom_format *formats;
    struct number_style *styles;
    size_t style_count, style_room;
    bool date1904, in_cell_styles;
    /* shared strings: one blob, a start for each */
    struct buf strings;
    uint32_t *starts;
    size_t string_count, string_room;
    /* inside <si> or <is>: text counts within <t> but not within <rPh> */
    bool in_text, in_phonetic, in_value;
    /* the row being read */
    struct buf text;
    struct {
        size_t start;
        bool set;
    } cells[CELLS_MAX];
    const char *given[CELLS_MAX];
    size_t cell_count, cell_start, column;
    enum cell_type type;
    struct number_style style;
    long row;
    bool row_ready, resume, last_chunk, done;
};

/* -- parts -- */

static void close_part(struct xlsx_reader *r)
{
    if (r->parser)
        XML_ParserFree(r->parser);
    if (r->part)
        zip_fclose(r->part);
    r->parser = NULL;
    r->part = NULL;
}

static void stop(struct xlsx_reader *r, const char *problem)
{
    if (!r->problem)
        r->problem = problem;
    XML_StopParser(r->parser, XML_FALSE);
}

static void on_doctype(void *data, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id, int internal)
{
    (void)name, (void)system_id, (void)public_id, (void)internal;
    stop(data, "xlsx.dtd");
}

/* NULL without err when the package has no such part. */
static bool open_part(struct xlsx_reader *r, const char *path, XML_StartElementHandler start, XML_EndElementHandler end,
                      XML_CharacterDataHandler text, struct err *err)
{
    zip_stat_t st;
    r->problem = NULL;
    r->part_read = 0;
    r->last_chunk = false;
    zip_int64_t index = zip_name_locate(r->zip, path, ZIP_FL_NOCASE);
    if (index < 0 || zip_stat_index(r->zip, (zip_uint64_t)index, 0, &st) || !(r->part = zip_fopen_index(r->zip, (zip_uint64_t)index, 0)))
        return err_set(err, ERR_INPUT, "xlsx.broken", "part missing");
    r->part_packed = st.valid & ZIP_STAT_COMP_SIZE ? st.comp_size : 0;
    r->parser = XML_ParserCreate(NULL);
    if (!r->parser)
        abort();
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, start, end);
    XML_SetCharacterDataHandler(r->parser, text);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    return true;
}

/* Reads the next chunk of the part; sets last_chunk at its end. */
static bool read_chunk(struct xlsx_reader *r, void *chunk, int *ret_size, struct err *err)
{
    zip_int64_t n = zip_fread(r->part, chunk, CHUNK);
    if (n < 0)
        return err_set(err, ERR_INPUT, "xlsx.broken", "unpacking failed");
    r->part_read += (uint64_t)n;
    r->unpacked += (uint64_t)n;
    if (r->unpacked > UNPACKED_MAX || (r->part_read > RATIO_FROM && r->part_read > r->part_packed * RATIO_MAX))
        return err_set(err, ERR_TOO_LARGE, "xlsx.bomb", "unpacked=%llu packed=%llu", (unsigned long long)r->part_read,
                       (unsigned long long)r->part_packed);
    r->last_chunk = n == 0;
    *ret_size = (int)n;
    return true;
}

static bool xml_failed(struct xlsx_reader *r, struct err *err)
{
    return err_set(err, ERR_INPUT, r->problem ? r->problem : "xlsx.broken", "row=%ld xml=%s", r->row,
                   XML_ErrorString(XML_GetErrorCode(r->parser)));
}

static bool parse_rest(struct xlsx_reader *r, struct err *err)
{
    do {
        int n = 0;
        void *chunk = XML_GetBuffer(r->parser, CHUNK);
        if (!chunk)
            abort();
        if (!read_chunk(r, chunk, &n, err))
            return false;
        if (XML_ParseBuffer(r->parser, n, r->last_chunk) != XML_STATUS_OK)
            return xml_failed(r, err);
    } while (!r->last_chunk);
    return true;
}

static bool parse_part(struct xlsx_reader *r, const char *path, XML_StartElementHandler start, XML_EndElementHandler end,
                       XML_CharacterDataHandler text, struct err *err)
{
    bool ok = open_part(r, path, start, end, text, err) && parse_rest(r, err);
    close_part(r);
    return ok;
}

/* Names without their prefix: some writers say x:row. */
static bool is(const char *name, const char *wanted)
{
    if (*name == *wanted && strcmp(name, wanted) == 0)
        return true;
    const char *colon = strchr(name, ':');
    return colon && strcmp(colon + 1, wanted) == 0;
}

static const char *attribute(const XML_Char **atts, const char *name)
{
    for (; *atts; atts += 2)
        if (is(atts[0], name))
            return atts[1];
    return NULL;
}

static bool is_true(const char *value)
{
    return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static void on_end_nothing(void *data, const XML_Char *name)
{
    (void)data, (void)name;
}

/* -- relations and the workbook -- */

static void on_relation(void *data, const XML_Char *name, const XML_Char **atts)
{
    struct xlsx_reader *r = data;
    const char *id = attribute(atts, "Id"), *type = attribute(atts, "Type"), *target = attribute(atts, "Target");
    if (!is(name, "Relationship") || !id || !type || !target)
        return;
    struct relation *relation = NEW(r->arena, struct relation);
    *relation = (struct relation){arena_strdup(r->arena, id), arena_strdup(r->arena, type), arena_strdup(r->arena, target), r->relations};
    r->relations = relation;
}

static const struct relation *relation_by_type(const struct xlsx_reader *r, const char *end)
{
    for (const struct relation *each = r->relations; each; each = each->next) {
        size_t n = strlen(each->type), m = strlen(end);
        if (n >= m && strcmp(each->type + n - m, end) == 0)
            return each;
    }
    return NULL;
}

/* A relation's target as a path in the package; `base` is the folder of the part that has the relation ("xl/"). */
static const char *resolve(struct xlsx_reader *r, const char *base, const char *target)
{
    if (*target == '/')
        return arena_strdup(r->arena, target + 1);
    char *path = arena_strdup(r->arena, base);
    while (strncmp(target, "../", 3) == 0) {
        size_t n = strlen(path);
        if (n)
            path[n - 1] = '\0';
        char *slash = strrchr(path, '/');
        path[slash ? slash + 1 - path : 0] = '\0';
        target += 3;
    }
    return arena_printf(r->arena, "%s%s", path, strncmp(target, "./", 2) == 0 ? target + 2 : target);
}

static void on_workbook(void *data, const XML_Char *name, const XML_Char **atts)
{
    struct xlsx_reader *r = data;
    if (is(name, "workbookPr"))
        r->date1904 = is_true(attribute(atts, "date1904"));
    const char *relation = attribute(atts, "id");
    if (!is(name, "sheet") || !relation)
        return;
    if (r->sheet_count == SHEETS_MAX) {
        stop(r, "xlsx.broken");
        return;
    }
    if (r->sheet_count == r->sheet_room) {
        r->sheet_room = r->sheet_room ? r->sheet_room * 2 : 8;
        r->sheets = xrealloc(r->sheets, r->sheet_room * sizeof *r->sheets);
    }
    const char *state = attribute(atts, "state");
    r->sheets[r->sheet_count++] = (struct sheet_entry){arena_strdup(r->arena, attribute(atts, "name")), arena_strdup(r->arena, relation),
                                                       state && strcmp(state, "visible") != 0};
}

/* -- styles -- */

static void add_format(struct xlsx_reader *r, const XML_Char **atts)
{
    const char *id = attribute(atts, "numFmtId"), *code = attribute(atts, "formatCode");
    if (!id || !code)
        return;
    struct custom_format *f = NEW(r->arena, struct custom_format);
    *f = (struct custom_format){atoi(id), xlsx_custom_style(code), r->formats};
    r->formats = f;
}

static struct number_style style_by_id(const struct xlsx_reader *r, int id)
{
    for (const struct custom_format *f = r->formats; f; f = f->next)
        if (f->id == id)
            return f->style;
    return xlsx_builtin_style(id);
}

static void on_style(void *data, const XML_Char *name, const XML_Char **atts)
{
    struct xlsx_reader *r = data;
    if (is(name, "numFmt"))
        add_format(r, atts);
    if (is(name, "cellXfs"))
        r->in_cell_styles = true;
    if (!r->in_cell_styles || !is(name, "xf"))
        return;
    if (r->style_count == STYLES_MAX) {
        stop(r, "xlsx.broken");
        return;
    }
    if (r->style_count == r->style_room) {
        r->style_room = r->style_room ? r->style_room * 2 : 64;
        r->styles = xrealloc(r->styles, r->style_room * sizeof *r->styles);
    }
    const char *id = attribute(atts, "numFmtId");
    r->styles[r->style_count++] = style_by_id(r, id ? atoi(id) : 0);
}

static void on_style_end(void *data, const XML_Char *name)
{
    struct xlsx_reader *r = data;
    if (is(name, "cellXfs"))
        r->in_cell_styles = false;
}

/* -- shared strings -- */

static void text_element(struct xlsx_reader *r, const char *name, bool begins)
{
    if (is(name, "rPh"))
        r->in_phonetic = begins;
    else if (is(name, "t"))
        r->in_text = begins && !r->in_phonetic;
}

static void on_string(void *data, const XML_Char *name, const XML_Char **atts)
{
    (void)atts;
    struct xlsx_reader *r = data;
    text_element(r, name, true);
    if (!is(name, "si"))
        return;
    if (r->string_count == STRING_COUNT_MAX) {
        stop(r, "xlsx.too_large");
        return;
    }
    if (r->string_count == r->string_room) {
        r->string_room = r->string_room ? r->string_room * 2 : 1024;
        r->starts = xrealloc(r->starts, r->string_room * sizeof *r->starts);
    }
    r->starts[r->string_count++] = (uint32_t)r->strings.size;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Excel writes characters that XML lacks as _xHHHH_; carriage returns go, the rest below a blank becomes one. */
static void unescape(struct buf *b, size_t start)
{
    char *from = b->data + start, *to = from, *end = b->data + b->size;
    if (b->size == start || !memmem(from, (size_t)(end - from), "_x", 2))
        return;
    while (from < end) {
        int code = 0;
        bool escaped = end - from >= 7 && from[0] == '_' && from[1] == 'x' && from[6] == '_';
        for (int i = 2; escaped && i < 6; i++) {
            escaped = hex_digit(from[i]) >= 0;
            code = code * 16 + hex_digit(from[i]);
        }
        if (!escaped || code > 0x7e) {
            *to++ = *from++;
            continue;
        }
        from += 7;
        if (code != '\r')
            *to++ = (char)(code < 0x20 && code != '\n' && code != '\t' ? ' ' : code);
    }
    buf_cut(b, (size_t)(to - b->data));
}

static void on_string_end(void *data, const XML_Char *name)
{
    struct xlsx_reader *r = data;
    text_element(r, name, false);
    if (!is(name, "si") || !r->string_count)
        return;
    unescape(&r->strings, r->starts[r->string_count - 1]);
    buf_char(&r->strings, '\0');
    if (r->strings.size > STRINGS_MAX)
        stop(r, "xlsx.too_large");
}

static void on_string_text(void *data, const XML_Char *s, int n)
{
    struct xlsx_reader *r = data;
    if (!r->in_text || !r->string_count)
        return;
    buf_bytes(&r->strings, s, (size_t)n);
    if (r->strings.size > STRINGS_MAX)
        stop(r, "xlsx.too_large");
    if (r->strings.size - r->starts[r->string_count - 1] > CELL_MAX)
        stop(r, "xlsx.cell_too_large");
}

/* -- rows -- */

/* "AB12" gives 27; -1 when it is not a reference. */
static long column_of(const char *reference)
{
    long column = 0;
    const char *p = reference;
    for (; *p >= 'A' && *p <= 'Z' && column < 100000; p++)
        column = column * 26 + (*p - 'A' + 1);
    return p == reference ? -1 : column - 1;
}

static void begin_row(struct xlsx_reader *r, const XML_Char **atts)
{
    const char *number = attribute(atts, "r");
    long row = number ? atol(number) : 0;
    r->row = row > 0 ? row : r->row + 1;
    r->column = 0;
    r->cell_count = 0;
    buf_cut(&r->text, 0);
}

static enum cell_type type_of(const char *t)
{
    if (!t || strcmp(t, "n") == 0)
        return TYPE_NUMBER;
    return strcmp(t, "s") == 0 ? TYPE_SHARED : strcmp(t, "b") == 0 ? TYPE_BOOL : TYPE_TEXT;
}

static void begin_cell(struct xlsx_reader *r, const XML_Char **atts)
{
    const char *reference = attribute(atts, "r"), *style = attribute(atts, "s");
    long column = reference ? column_of(reference) : -1;
    if (column >= 0)
        r->column = (size_t)column;
    r->type = type_of(attribute(atts, "t"));
    size_t index = style ? strtoul(style, NULL, 10) : 0;
    r->style = index < r->style_count ? r->styles[index] : (struct number_style){0};
    r->cell_start = r->text.size;
}

static void on_sheet(void *data, const XML_Char *name, const XML_Char **atts)
{
    struct xlsx_reader *r = data;
    if (is(name, "c"))
        begin_cell(r, atts);
    else if (is(name, "v"))
        r->in_value = true;
    else if (is(name, "row"))
        begin_row(r, atts);
    else
        text_element(r, name, true);
}

static void on_sheet_text(void *data, const XML_Char *s, int n)
{
    struct xlsx_reader *r = data;
    if (!r->in_value && !r->in_text)
        return;
    buf_bytes(&r->text, s, (size_t)n);
    if (r->text.size - r->cell_start > CELL_MAX || r->text.size > ROW_MAX)
        stop(r, "xlsx.cell_too_large");
}

static void replace_cell(struct xlsx_reader *r, const char *text)
{
    buf_cut(&r->text, r->cell_start);
    buf_text(&r->text, text);
}

/* The stored value becomes the text a person sees. */
static void settle_cell(struct xlsx_reader *r)
{
    const char *v = r->text.data + r->cell_start;
    char number[64];
    switch (r->type) {
    case TYPE_SHARED: {
        unsigned long index = strtoul(v, NULL, 10);
        replace_cell(r, index < r->string_count ? r->strings.data + r->starts[index] : "");
        break;
    }
    case TYPE_BOOL: replace_cell(r, *v == '1' ? "TRUE" : "FALSE"); break;
    case TYPE_NUMBER:
        xlsx_number_text(number, v, r->style, r->date1904);
        replace_cell(r, number);
        break;
    case TYPE_TEXT: unescape(&r->text, r->cell_start); break;
    }
}

static void end_cell(struct xlsx_reader *r)
{
    size_t column = r->column++;
    if (r->text.size > r->cell_start)
        settle_cell(r);
    if (r->text.size == r->cell_start)
        return; /* formatted but empty */
    if (r->text.size > ROW_MAX) {
        stop(r, "xlsx.cell_too_large");
        return;
    }
    if (column >= CELLS_MAX) {
        stop(r, "xlsx.too_many_cells");
        return;
    }
    while (r->cell_count <= column)
        r->cells[r->cell_count++].set = false;
    r->cells[column].start = r->cell_start;
    r->cells[column].set = true;
    buf_char(&r->text, '\0');
}

static void on_sheet_end(void *data, const XML_Char *name)
{
    struct xlsx_reader *r = data;
    if (is(name, "c"))
        end_cell(r);
    else if (is(name, "v"))
        r->in_value = false;
    else if (!is(name, "row"))
        text_element(r, name, false);
    else if (r->cell_count) {
        r->row_ready = true;
        XML_StopParser(r->parser, XML_TRUE);
    }
}

/* -- opening -- */

static bool check_head(const char *path, struct err *err)
{
    unsigned char head[8] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof head);
    if (fd >= 0)
        close(fd);
    if (n < 0)
        return err_set(err, ERR_STORE_AWAY, "xlsx.cannot_read", "open or read failed");
    if (memcmp(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0) /* OLE: how Office wraps encrypted files, and the old .xls */
        return err_set(err, ERR_INPUT, "xlsx.password", "OLE container");
    if (memcmp(head, "PK\x03\x04", 4) != 0)
        return err_set(err, ERR_INPUT, "xlsx.not_xlsx", "no zip signature");
    return true;
}

static bool check_package(struct xlsx_reader *r, struct err *err)
{
    zip_int64_t count = zip_get_num_entries(r->zip, 0);
    if (count > ENTRIES_MAX)
        return err_set(err, ERR_TOO_LARGE, "xlsx.bomb", "entries=%lld", (long long)count);
    uint64_t whole = 0;
    for (zip_int64_t i = 0; i < count; i++) {
        zip_stat_t st;
        if (zip_stat_index(r->zip, (zip_uint64_t)i, 0, &st))
            return err_set(err, ERR_INPUT, "xlsx.broken", "entry=%lld", (long long)i);
        if (st.valid & ZIP_STAT_ENCRYPTION_METHOD && st.encryption_method != ZIP_EM_NONE)
            return err_set(err, ERR_INPUT, "xlsx.password", "encrypted entry");
        if (st.size > UNPACKED_MAX || (whole += st.size) > UNPACKED_MAX)
            return err_set(err, ERR_TOO_LARGE, "xlsx.bomb", "unpacked over the limit");
        const char *slash = strrchr(st.name, '/');
        if (strcasecmp(slash ? slash + 1 : st.name, "vbaProject.bin") == 0)
            return err_set(err, ERR_INPUT, "xlsx.macro", "vbaProject");
    }
    return true;
}

static const char *folder_of(struct xlsx_reader *r, const char *path)
{
    const char *slash = strrchr(path, '/');
    return arena_strndup(r->arena, path, slash ? (size_t)(slash + 1 - path) : 0);
}

static bool read_workbook(struct xlsx_reader *r, const char **ret_folder, struct err *err)
{
    if (!parse_part(r, "_rels/.rels", on_relation, on_end_nothing, NULL, err))
        return false;
    const struct relation *document = relation_by_type(r, "/officeDocument");
    const char *path = document ? resolve(r, "", document->target) : "xl/workbook.xml";
    if (!parse_part(r, path, on_workbook, on_end_nothing, NULL, err))
        return false;
    const char *folder = folder_of(r, path);
    r->relations = NULL;
    *ret_folder = folder;
    return parse_part(r, arena_printf(r->arena, "%s_rels/%s.rels", folder, path + strlen(folder)), on_relation, on_end_nothing, NULL, err);
}

/* Parts that a workbook may lack. */
static bool read_optional(struct xlsx_reader *r, const char *folder, const char *type, XML_StartElementHandler start, XML_EndElementHandler end,
                          XML_CharacterDataHandler text, struct err *err)
{
    const struct relation *relation = relation_by_type(r, type);
    const char *path = relation ? resolve(r, folder, relation->target) : NULL;
    if (!path || zip_name_locate(r->zip, path, ZIP_FL_NOCASE) < 0)
        return true;
    return parse_part(r, path, start, end, text, err);
}

static const char *sheet_path(struct xlsx_reader *r, const char *folder, int sheet)
{
    for (size_t i = 0; i < r->sheet_count; i++) {
        if (sheet >= 0 ? (size_t)sheet != i : r->sheets[i].hidden)
            continue;
        for (const struct relation *each = r->relations; each; each = each->next)
            if (strcmp(each->id, r->sheets[i].relation) == 0)
                return resolve(r, folder, each->target);
    }
    return NULL;
}

static bool open_all(struct xlsx_reader *r, const char *path, int sheet, struct err *err)
{
    const char *folder, *part;
    int code;
    r->zip = zip_open(path, ZIP_RDONLY, &code);
    if (!r->zip)
        return err_set(err, ERR_INPUT, "xlsx.broken", "zip error %d", code);
    if (!check_package(r, err) || !read_workbook(r, &folder, err) ||
        !read_optional(r, folder, "/styles", on_style, on_style_end, NULL, err) ||
        !read_optional(r, folder, "/sharedStrings", on_string, on_string_end, on_string_text, err))
        return false;
    r->in_text = r->in_phonetic = false;
    part = sheet_path(r, folder, sheet);
    if (!part)
        return err_set(err, ERR_INPUT, "xlsx.no_sheet", "sheet=%d of %zu", sheet, r->sheet_count);
    return open_part(r, part, on_sheet, on_sheet_end, on_sheet_text, err);
}

struct xlsx_reader *xlsx_open(const char *path, int sheet, struct err *err)
{
    if (!check_head(path, err))
        return NULL;
    struct xlsx_reader *r = xcalloc(1, sizeof *r);
    r->arena = arena_new();
    if (!open_all(r, path, sheet, err)) {
        xlsx_close(r);
        return NULL;
    }
    return r;
}

size_t xlsx_sheet_count(const struct xlsx_reader *r)
{
    return r->sheet_count;
}

const char *xlsx_sheet_name(const struct xlsx_reader *r, size_t i)
{
    return i < r->sheet_count ? r->sheets[i].name : "";
}

/* Goes on until a row is complete; false at the end or with err. */
static bool advance(struct xlsx_reader *r, struct err *err)
{
    for (r->row_ready = false; !r->row_ready;) {
        enum XML_Status status;
        if (r->resume) {
            status = XML_ResumeParser(r->parser);
        } else {
            if (r->last_chunk)
                return false;
            int n = 0;
            void *chunk = XML_GetBuffer(r->parser, CHUNK);
            if (!chunk)
                abort();
            if (!read_chunk(r, chunk, &n, err))
                return false;
            status = XML_ParseBuffer(r->parser, n, r->last_chunk);
        }
        if (status == XML_STATUS_ERROR)
            return xml_failed(r, err);
        r->resume = status == XML_STATUS_SUSPENDED;
    }
    return true;
}

bool xlsx_next(struct xlsx_reader *r, const char *const **ret_cells, size_t *ret_count, struct err *err)
{
    if (r->done)
        return false;
    if (!advance(r, err)) {
        r->done = true;
        return false;
    }
    for (size_t i = 0; i < r->cell_count; i++)
        r->given[i] = r->cells[i].set ? r->text.data + r->cells[i].start : "";
    *ret_cells = r->given;
    *ret_count = r->cell_count;
    return true;
}

long xlsx_row_number(const struct xlsx_reader *r)
{
    return r->row;
}

void xlsx_close(struct xlsx_reader *r)
{
    if (!r)
        return;
    close_part(r);
    if (r->zip)
        zip_discard(r->zip);
    free(r->sheets);
    free(r->styles);
    free(r->starts);
    buf_free(&r->strings);
    buf_free(&r->text);
    arena_free(r->arena);
    free(r);
}

void xlsx_closep(struct xlsx_reader **r)
{
    xlsx_close(*r);
}
