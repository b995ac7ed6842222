/* embed.c -- build-time: the built assets to one C file of bytes (web/asset.h): as they are, gzip and brotli.
 *
 * embed FOLDER/files.txt OUT.c     files.txt names one file of FOLDER a line, in order */
#define _GNU_SOURCE
#include <brotli/encode.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct bytes {
    unsigned char *data;
    size_t size;
};

static void fail(const char *path, const char *why)
{
    fprintf(stderr, "%s: %s\n", path, why);
    exit(1);
}

static struct bytes read_whole(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        fail(path, "cannot be read");
    struct bytes b = {.data = malloc(1 << 24)};
    b.size = fread(b.data, 1, 1 << 24, in);
    if (b.size == 1 << 24)
        fail(path, "is over 16 MB");
    fclose(in);
    return b;
}

static struct bytes gzip(struct bytes plain)
{
    z_stream z = {0};
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        fail("zlib", "no memory");
    struct bytes out = {.size = deflateBound(&z, plain.size)};
    out.data = malloc(out.size);
    z.next_in = plain.data;
    z.avail_in = (unsigned)plain.size;
    z.next_out = out.data;
    z.avail_out = (unsigned)out.size;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        fail("zlib", "not finished");
    out.size = z.total_out;
    deflateEnd(&z);
    return out;
}

static struct bytes brotli(struct bytes plain)
{
    struct bytes out = {.size = BrotliEncoderMaxCompressedSize(plain.size) + 16};
    out.data = malloc(out.size);
    if (!BrotliEncoderCompress(11, 22, BROTLI_MODE_TEXT, plain.size, plain.data, &out.size, out.data))
        fail("brotli", "not finished");
    return out;
}

static uint64_t fingerprint(struct bytes b)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < b.size; i++)
        hash = (hash ^ b.data[i]) * 1099511628211u;
    return hash;
}

static const char *type_of(const char *name)
{
    static const char *const types[][2] = {
        {".css", "text/css; charset=utf-8"},  {".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"},
        {".png", "image/png"},                {".woff2", "font/woff2"},                  {".webmanifest", "application/manifest+json"},
        {".json", "application/json"},
    };
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (!strcmp(dot, types[i][0]))
            return types[i][1];
    fail(name, "has no known type; add it to tools/embed.c");
    return NULL;
}

static void write_bytes(FILE *out, const char *kind, size_t index, struct bytes b)
{
    fprintf(out, "static const unsigned char %s_%zu[] = {", kind, index);
    for (size_t i = 0; i < b.size; i++)
        fprintf(out, "%s%u,", i % 24 ? "" : "\n", b.data[i]);
    fprintf(out, "%s};\n", b.size ? "" : "0");
}

/* What compression does not make clearly smaller goes as it is. */
static const char *write_smaller(FILE *out, const char *kind, size_t index, struct bytes packed, struct bytes plain, char *name)
{
    if (packed.size + packed.size / 10 >= plain.size)
        return "NULL";
    write_bytes(out, kind, index, packed);
    sprintf(name, "%s_%zu", kind, index);
    return name;
}

static void embed(FILE *out, FILE *rows, const char *folder, const char *name, size_t index)
{
    char *path = NULL, gzip_name[64], brotli_name[64];
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        fail(name, "no memory");
    struct bytes plain = read_whole(path), gz = gzip(plain), br = brotli(plain);
    uint64_t hash = fingerprint(plain);
    int stem = (int)(strrchr(name, '.') - name);
    write_bytes(out, "plain", index, plain);
    const char *gz_c = write_smaller(out, "gzip", index, gz, plain, gzip_name);
    const char *br_c = write_smaller(out, "brotli", index, br, plain, brotli_name);
    fprintf(rows, "    {\"%s\", \"/assets/%.*s-%016" PRIx64 "%s\", \"%s\", \"W/\\\"%016" PRIx64 "\\\"\",\n", name, stem, name, hash, name + stem,
            type_of(name), hash);
    fprintf(rows, "     plain_%zu, %s, %s, %zu, %zu, %zu},\n", index, gz_c, br_c, plain.size, gz.size, br.size);
    free(path);
    free(plain.data);
    free(gz.data);
    free(br.data);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: embed FOLDER/files.txt OUT.c\n");
        return 2;
    }
    FILE *list = fopen(argv[1], "r"), *out = fopen(argv[2], "w");
    char *text = NULL;
    size_t text_size = 0, count = 0;
    FILE *rows = open_memstream(&text, &text_size);
    if (!list || !out || !rows)
        fail(argv[1], "cannot be read, or the result not written");
    char *copy = strdup(argv[1]), name[256], last[256] = "";
    const char *folder = dirname(copy);
    fputs("/* Made by tools/embed.c from the built assets. */\n#include \"web/asset.h\"\n\n", out);
    while (fgets(name, sizeof name, list)) {
        name[strcspn(name, "\r\n")] = '\0';
        if (strcmp(last, name) >= 0)
            fail(name, "files.txt must be sorted");
        strcpy(last, name);
        embed(out, rows, folder, name, count++);
    }
    fclose(rows);
    fprintf(out, "\nconst struct asset assets[] = {\n%s};\nconst size_t asset_count = %zu;\n", text, count);
    free(text);
    free(copy);
    fclose(list);
    return fclose(out) != 0;
}
