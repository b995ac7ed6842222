/* contact_photo.h -- a person's picture: taken apart and put together again without what says where and when it was taken.
 *
 * JPEG and PNG of at most CONTACT_PHOTO_BYTES and CONTACT_PHOTO_PIXELS a side; anything else is refused.  Nothing is decoded: the segments
 * that draw the picture are kept, all others (Exif with GPS, comments, profiles) are left out. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

enum { CONTACT_PHOTO_BYTES = 2 * 1024 * 1024, CONTACT_PHOTO_PIXELS = 4096 };

/* Appends the cleaned picture and names its type ("image/jpeg").  ERR_INPUT "contact_person.photo_kind" or ".photo_size". */
bool contact_photo_clean(const void *data, size_t size, struct buf *out, const char **ret_type, struct err *err);
