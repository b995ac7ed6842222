#include "features/attachment/attachment_file.h"

#include "base/count.h"
#include "features/attachment/attachment.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <zip.h>

/* PDF 32000-1 §7.5.5: readers look for the end in the last 1024 bytes. */
enum { PDF_END = 1024 };

static bool begins(const char *data, size_t size, const char *with, size_t length)
{
    return size > length && !memcmp(data, with, length);
}

static bool is_pdf(const char *data, size_t size)
{
    size_t tail = size < PDF_END ? size : PDF_END;
    return begins(data, size, "%PDF-", 5) && memmem(data + size - tail, tail, "%%EOF", 5);
}

static bool is_png(const char *data, size_t size)
{
    return begins(data, size, "\x89PNG\r\n\x1a\n", 8) && memmem(data + size - (size < 16 ? size : 16), size < 16 ? size : 16, "IEND", 4);
}

/* ITU-T T.81: begins with SOI and a marker; cameras write more behind the EOI. */
static bool is_jpeg(const char *data, size_t size)
{
    return begins(data, size, "\xff\xd8\xff", 3) && memmem(data, size, "\xff\xd9", 2);
}

/* Looks at the list of a ZIP's parts only: nothing is unpacked. */
static bool has_part(const char *data, size_t size, const char *part)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *source = zip_source_buffer_create(data, size, 0, &why);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
    zip_error_fini(&why);
    if (!zip) {
        zip_source_free(source);
        return false;
    }
    bool found = zip_name_locate(zip, part, ZIP_FL_NOCASE | (strchr(part, '/') ? 0 : ZIP_FL_NODIR)) >= 0;
    zip_discard(zip);
    return found;
}

static bool is_office(const char *data, size_t size, const char *main_part)
{
    return begins(data, size, "PK\x03\x04", 4) && has_part(data, size, "[Content_Types].xml") && has_part(data, size, main_part);
}

static bool is_docx(const char *data, size_t size)
{
    return is_office(data, size, "word/document.xml");
}

static bool is_xlsx(const char *data, size_t size)
{
    return is_office(data, size, "xl/workbook.xml");
}

static bool is_pptx(const char *data, size_t size)
{
    return is_office(data, size, "ppt/presentation.xml");
}

static const struct {
    bool (*is)(const char *data, size_t size);
    const char *endings[2];
    const char *content_type;
} types[] = {
    {is_pdf, {".pdf"}, "application/pdf"},
    {is_jpeg, {".jpg", ".jpeg"}, "image/jpeg"},
    {is_png, {".png"}, "image/png"},
    {is_docx, {".docx"}, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {is_xlsx, {".xlsx"}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {is_pptx, {".pptx"}, "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
};

static bool ends_so(const char *name, const char *ending)
{
    size_t length = strlen(name);
    return ending && length > strlen(ending) && !strcasecmp(name + length - strlen(ending), ending);
}

bool attachment_type(const void *data, size_t size, const char *file_name, const char **ret_type, struct err *err)
{
    for (size_t i = 0; i < COUNT(types); i++) {
        if (!types[i].is(data, size))
            continue;
        if (!ends_so(file_name, types[i].endings[0]) && !ends_so(file_name, types[i].endings[1]))
            return err_set(err, ERR_INPUT, "attachment.name", "content is %s", types[i].content_type);
        if (!memcmp(data, "PK", 2) && has_part(data, size, "vbaProject.bin"))
            return err_set(err, ERR_INPUT, "attachment.macro", "macro");
        *ret_type = types[i].content_type;
        return true;
    }
    return err_set(err, ERR_INPUT, "attachment.kind", "unknown content");
}

bool attachment_read(const char *path, struct buf *out, struct err *err)
{
    FILE *file = fopen(path, "rbe");
    char piece[64 * 1024];
    if (!file)
        return err_set(err, ERR_STORE_AWAY, "web.spool", "cannot read the upload");
    for (size_t n; out->size <= ATTACHMENT_BYTES && (n = fread(piece, 1, sizeof piece, file)) > 0;)
        buf_bytes(out, piece, n);
    bool whole = !ferror(file);
    fclose(file);
    if (!whole)
        return err_set(err, ERR_STORE_AWAY, "web.spool", "cannot read the upload");
    return out->size <= ATTACHMENT_BYTES || err_set(err, ERR_INPUT, "attachment.size", "over the limit");
}
