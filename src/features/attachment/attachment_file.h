/* attachment_file.h -- what a file is, by its content; private to this folder. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* The type to send it with.  ERR_INPUT "attachment.kind" when it is none that is taken, ".name" when its name says something else, ".macro" for an
 * Office file with a program in it. */
bool attachment_type(const void *data, size_t size, const char *file_name, const char **ret_type, struct err *err);
/* Reads a spooled upload whole.  ERR_INPUT "attachment.size" above ATTACHMENT_BYTES. */
bool attachment_read(const char *path, struct buf *out, struct err *err);
