/* submission_paper.h -- forms 3, 10, 14 and the cover lists of 4-8 on A4. */
#pragma once
#include "features/submission/submission_view.h"

struct paper_people {
    const char *contractor, *author, *confirmer, *confirmed_on;
};
bool submission_pdf(const struct submission_view *v, const struct table *t, const struct paper_people *people, const char *qr_url,
                    struct arena *a, struct buf *out, struct err *err);
