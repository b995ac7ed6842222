/* forms.c -- the forms Renkei carries from draft to acceptance, one row each.
 *
 * Source: forms.md §2; due rules programme.md §6: monthly on the 5th business day of the next month, trimester and year 15 days after
 * the period ([P] there: the seed says only 速やかに). */
#include "base/count.h"
#include "features/submission/bundle.h"
#include "features/submission/narrative.h"
#include "features/submission/submission.h"

const struct submission_form submission_forms[] = {
    {3, "実績報告書（月報）", PERIOD_MONTH, DUE_BUSINESS_DAY, 5, "メールと郵送", false, NULL, &narrative_monthly, report_period_figures},
    {4, "実績報告書（日報）", PERIOD_MONTH, DUE_BUSINESS_DAY, 5, "メール", false, "/daily-logs", NULL, bundle_daily},
    {5, "活動記録票", PERIOD_MONTH, DUE_BUSINESS_DAY, 5, "郵送・持参", true, "/activities", NULL, bundle_activities},
    {6, "相談シート", PERIOD_MONTH, DUE_BUSINESS_DAY, 5, "郵送・持参", true, "/consultations", NULL, bundle_consultations},
    {7, "会議等報告書", PERIOD_MONTH, DUE_BUSINESS_DAY, 5, "郵送・持参", true, "/meetings", NULL, bundle_meetings},
    {8, "研修等報告書", PERIOD_MONTH, DUE_BUSINESS_DAY, 5, "郵送・持参", true, "/trainings", NULL, bundle_trainings},
    {10, "実績報告書（三半期分）", PERIOD_TRIMESTER, DUE_DAYS, 15, "郵送・持参", false, NULL, &narrative_trimester, report_period_figures},
    {14, "事業実施報告書", PERIOD_YEAR, DUE_DAYS, 15, "郵送・持参", false, NULL, &narrative_yearly, report_period_figures},
};
const size_t submission_form_count = COUNT(submission_forms);

const struct submission_form *submission_form_find(int number)
{
    for (size_t i = 0; i < COUNT(submission_forms); i++)
        if (submission_forms[i].number == number)
            return &submission_forms[i];
    return NULL;
}

struct date submission_due_on(const struct submission_form *form, struct period period)
{
    if (form->due_rule == DUE_DAYS)
        return date_add_days(period.last, form->due_n);
    return date_business_day(date_add_days(period.last, 1), form->due_n);
}
