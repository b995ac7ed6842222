/* facility_row_notification.c -- 施設基準の届出 of one row.  Source: formats.md D1. */
#include "base/code_list.h"
#include "base/date.h"
#include "base/text.h"
#include "features/facility/facility_reading.h"

#include <string.h>

/* 令和 6年 6月 1日, 令和元年10月 1日 */
static const char *day_of(struct reading *r)
{
    const char *typed = reading_text(r, COLUMN_SINCE);
    struct date d;
    if (!*typed)
        return "";
    if (date_parse(text_fold(r->arena, typed), (struct date){2100, 12, 31}, &d))
        return date_iso(r->arena, d);
    reading_note(r, COLUMN_SINCE, false,
                 arena_printf(r->arena, "算定開始年月日「%s」が日付として読めないため、不明として取り込みました。", text_cut(r->arena, typed, 20)));
    return "";
}

void reading_notification(struct reading *r)
{
    struct row_result *x = r->result;
    const char *mark = reading_text(r, COLUMN_MARK), *name = reading_text(r, COLUMN_NOTIFICATION);
    const char *head = reading_text(r, COLUMN_REMARK_HEAD), *remark = reading_text(r, COLUMN_REMARK);
    const char *code = code_from_label("home_care_mark", mark);
    x->has_notification = *mark || *name;
    x->continues = !x->has_notification && (*head || *remark);
    x->notification = (struct row_notification){
        .mark = mark, .name = name, .number = reading_text(r, COLUMN_NOTIFICATION_NUMBER), .since = x->has_notification ? day_of(r) : "",
        .home_care = code ? code : "", .remark = *head && *remark ? arena_printf(r->arena, "%s：%s", head, remark) : *head ? head : remark,
    };
}
