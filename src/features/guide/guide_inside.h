/* guide_inside.h -- what guide.c, guide_book.c and guide_feature.c share; private to this folder. */
#pragma once
#include "base/buf.h"
#include "features/guide/guide.h"
#include "web/job.h"

enum guide_document { GUIDE_BOOKLET, GUIDE_MAP, GUIDE_LABELS, GUIDE_CARDS, GUIDE__COUNT };
struct guide_document_kind {
    const char *name, *label; /* "booklet", 冊子 */
};
extern const struct guide_document_kind guide_documents[GUIDE__COUNT];

struct guide_edition {
    const char *id;
    long number;
    const char *made_on; /* ISO day */
    long entry_count, page_count;
};
struct guide_made {
    struct buf documents[GUIDE__COUNT];
    long entry_count, page_count;
};
void guide_made_free(struct guide_made *m);
/* Draws everything.  `progress` (may be NULL) is told the entries drawn and how many there are; false stops with "guide.stopped". */
bool guide_make(struct db *db, const struct guide *g, long number, struct date today, struct arena *a,
                bool (*progress)(void *arg, long done, long total), void *arg, struct guide_made *ret, struct err *err);

struct guide_edition_line {
    const char *id, *label, *made_on, *counts;
};
struct guide_show_view {
    const char *id, *csrf;
    bool may_write, is_unread; /* is_unread: the store did not say which there are */
    const struct guide_edition_line *editions;
    size_t count;
};
void guide_show_html(struct buf *out, const void *view);
