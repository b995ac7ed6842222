/* attachment.h -- 添付資料: files that belong to a record of the month.
 *
 * Who may see the record with its persons may fetch them.  Source: forms.md §1 "Attachments". */
#pragma once
#include "store/db.h"
#include "web/feature.h"

struct attachment {
    const char *id, *kind, *record_id; /* kind: a resource's name in the audit trail, "meeting" */
    const char *file_name;             /* as the sender's machine called it; may name a person */
    const char *content_type, *digest; /* BLAKE2b-256 of the content, hex */
    long long size;                    /* bytes */
    const char *added_at, *added_by, *deleted_at; /* UTC, user, UTC or "" */
};
enum { ATTACHMENT_BYTES = 10 * 1024 * 1024, ATTACHMENTS_MOST = 20 /* of one record */ };

/* The standing ones of a record, oldest first.  The caller has checked that the record may be seen. */
bool attachment_list(struct db *db, const char *record_id, struct arena *a, struct attachment **ret, size_t *ret_count, struct err *err);
/* Their names for a print, 「議事録.pdf、写真.jpg」; "" when there are none, or when they cannot be read. */
const char *attachment_names(struct db *db, const char *record_id, struct arena *a);

extern const struct feature attachment_feature;
