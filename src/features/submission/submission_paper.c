#include "features/submission/submission_paper.h"

#include "output/paper.h"

bool submission_pdf(const struct submission_view *v, const struct table *t, const struct paper_people *people, const char *qr_url,
                    struct arena *a, struct buf *out, struct err *err)
{
    struct paper_head head = {
        .form_number = arena_printf(a, "様式%d", v->form->number),
        .title = v->form->title,
        .number = v->number,
        .office = v->office_name,
        .contractor = people->contractor,
        .author = people->author,
        .confirmer = people->confirmer,
        .period = arena_printf(a, "%s分", v->period_label),
        .date = people->confirmed_on,
        .qr = qr_url,
        .watermark = v->s->state == SUBMISSION_NONE || v->s->state == SUBMISSION_DRAFT ? "下書き" : v->s->edition > 1 ? "訂正版" : NULL,
    };
    struct paper *p = paper_new(t->landscape, &head);
    paper_table(p, t);
    if (v->narrative_set)
        paper_fields(p, v->narrative_set, v->narrative_row, a);
    const char *const signatures[] = {"作成者", "責任者", "健康局 受領"};
    paper_signatures(p, signatures, 3);
    return paper_finish(p, out, err);
}
