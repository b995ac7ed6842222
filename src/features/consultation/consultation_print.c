/* consultation_print.c -- 様式6 on A4. */
#include "features/consultation/consultation_pages.h"

#include "features/form_paper/form_paper.h"

#include <string.h>

bool consultation_print(struct request *req, const void *row, struct paper **sheets, struct err *err)
{
    (void)err;
    const struct consultation *c = row;
    const char *path = *c->consultation_no ? arena_printf(req->arena, "/consultations/%s", c->head.id) : NULL;
    struct form_paper p = form_paper_begin(req, sheets, "様式6", &consultation_set, row, c->consultation_no, path);
    form_paper_line(&p, "received_at ended_at");
    form_paper_line(&p, "staff_id minutes visit_kind");
    form_paper_line(&p, "previous_id paper_no");
    form_paper_choices(&p, "channel");

    paper_heading(p.paper, "相談者");
    form_paper_choices(&p, "consulter_type");
    form_paper_line(&p, "consulter_org_id|consulter_org");
    form_paper_line(&p, "consulter_name consulter_contact");
    form_paper_choices(&p, "resident_consultation");

    paper_heading(p.paper, "相談の対象");
    form_paper_choices(&p, "subject_kind");
    form_paper_choices(&p, "is_ltci_subject");
    form_paper_line(&p, "patient_kana patient_pseudonym");
    form_paper_line(&p, "patient_name sex age_band");
    form_paper_line(&p, "care_level insured_no_known");
    form_paper_line(&p, "living current_place residence");
    form_paper_choices(&p, "main_disease");
    form_paper_choices(&p, "medical_procedures");
    form_paper_choices(&p, "consent");
    form_paper_line(&p, "consent_on");

    paper_heading(p.paper, "相談の内容");
    form_paper_choices(&p, "content");
    form_paper_choices(&p, "scene");
    form_paper_box(&p, "summary", 30);

    paper_heading(p.paper, "対応と結果");
    form_paper_choices(&p, "response");
    form_paper_rows(&p, "referred_resources", 1);
    form_paper_choices(&p, "outcome");
    form_paper_choices(&p, "reason_unresolved");
    form_paper_line(&p, "reason_unresolved_text");
    form_paper_line(&p, "closed_on");
    form_paper_line(&p, "is_difficult_case issue_link");
    form_paper_line(&p, "next_action");
    form_paper_line(&p, "next_action_on next_action_staff_id");
    form_paper_rows(&p, "progress", 5);
    if (*c->reopenings && strcmp(c->reopenings, "[]") != 0)
        form_paper_rows(&p, "reopenings", 0);
    form_paper_end(&p);
    return true;
}
