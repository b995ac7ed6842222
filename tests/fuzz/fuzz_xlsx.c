/* fuzz_xlsx.c -- any file is rows of cells or a sentence.  The first byte says what the rest is: a whole file, or the sheet, the
 * shared strings or the styles of a sound one. */
#include "output/output_messages.h"
#include "output/xlsx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#define KIND "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void add(zip_t *z, const char *name, const void *text, size_t size)
{
    zip_int64_t at = zip_file_add(z, name, zip_source_buffer(z, text, size, 0), ZIP_FL_OVERWRITE);
    must(at >= 0 && zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0) == 0);
}

#define ADD(z, name, text) add(z, name, "" text, sizeof(text) - 1)

static void write_package(const char *path, unsigned kind, const unsigned char *data, size_t size)
{
    int code;
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    must(z);
    ADD(z, "_rels/.rels", "<Relationships><Relationship Id='a' Type='" KIND "/officeDocument' Target='xl/workbook.xml'/></Relationships>");
    ADD(z, "xl/workbook.xml", "<workbook xmlns:r='r'><sheets><sheet name='a' sheetId='1' r:id='r1'/></sheets></workbook>");
    ADD(z, "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id='r1' Type='" KIND "/worksheet' Target='s.xml'/><Relationship Id='r2' Type='" KIND "/sharedStrings' Target='t.xml'/>"
        "<Relationship Id='r3' Type='" KIND "/styles' Target='u.xml'/></Relationships>");
    ADD(z, "xl/s.xml", "<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' s='1'><v>45626.5</v></c></row></sheetData></worksheet>");
    ADD(z, "xl/t.xml", "<sst><si><t>a</t></si></sst>");
    ADD(z, "xl/u.xml", "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='22'/></cellXfs></styleSheet>");
    add(z, kind == 1 ? "xl/s.xml" : kind == 2 ? "xl/t.xml" : "xl/u.xml", data, size);
    must(zip_close(z) == 0);
}

static void must_have_sentence(const struct err *err)
{
    for (size_t i = 0; i < output_message_count; i++)
        if (strcmp(output_messages[i].key, err->message) == 0)
            return;
    abort();
}

static void read_file(const char *path)
{
    struct err err = {0};
    auto_xlsx *r = xlsx_open(path, -1, &err);
    const char *const *cells;
    size_t count, bytes = 0;
    while (r && xlsx_next(r, &cells, &count, &err)) {
        must(count >= 1 && count <= 1024);
        for (size_t i = 0; i < count; i++)
            bytes += strlen(cells[i]);
    }
    must(!r || bytes < (size_t)1 << 32);
    if (err.kind)
        must_have_sentence(&err);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    char path[40] = "/dev/shm/renkei-fuzz-XXXXXX";
    if (!size)
        return 0;
    int fd = mkstemp(path);
    must(fd >= 0);
    if (data[0] % 4 == 0)
        must(write(fd, data + 1, size - 1) == (ssize_t)size - 1);
    else
        write_package(path, data[0] % 4, data + 1, size - 1);
    close(fd);
    read_file(path);
    unlink(path);
    return 0;
}
