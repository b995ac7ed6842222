/* asset.h -- styles, scripts, pictures: files of the program, made by tools/embed.c from the folder the assets were built in.
 *
 * Every file FILE is served at /assets/FILE and, for a year, at /assets/NAME-HASH.EXT, the address that asset_url gives. */
#pragma once
#include <stddef.h>

struct asset {
    const char *name;    /* "app.css", "fonts/ui.woff2" */
    const char *address; /* "/assets/app-3f2a9c1d.css" */
    const char *content_type;
    const char *etag;                           /* weak, with quotes: the encodings share it */
    const unsigned char *plain, *gzip, *brotli; /* gzip, brotli: NULL when they would not be smaller */
    size_t plain_size, gzip_size, brotli_size;
};

extern const struct asset assets[]; /* in the order of their names */
extern const size_t asset_count;

/* The fingerprinted address of a file, or "/assets/NAME" when there is no such file. */
const char *asset_url(const char *name);
/* By either address.  NULL when unknown; `ret_immutable` tells the fingerprinted one. */
const struct asset *asset_at(const char *path, _Bool *ret_immutable);
