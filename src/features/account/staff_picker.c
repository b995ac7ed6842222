#include "features/account/staff_picker.h"

#include "base/text.h"
#include "features/account/account.h"
#include "store/query.h"

#include <string.h>

enum { SHOWN = 20 };

/* Oneself first, then by kana; kana may be typed in hiragana. */
bool staff_find(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    const char *typed = text_clean(req->arena, words, strlen(words), true);
    const char *today = date_iso(req->arena, req->today);
    struct query q;
    query_init(&q, req->arena);
    query_add(&q, "SELECT DISTINCT u.id, u.display_name, u.kana FROM user_account u JOIN membership m ON m.user_id = u.id"
                  " WHERE u.disabled = 0 AND m.office_id = ? AND m.from_on <= ? AND (m.to_on = '' OR m.to_on >= ?)",
              TEXT(req->session->office_id), TEXT(today), TEXT(today));
    if (*typed)
        query_add(&q, " AND (u.display_name LIKE '%' || ? || '%' OR u.kana LIKE '%' || ? || '%')", TEXT(typed),
                  TEXT(text_katakana(req->arena, typed)));
    query_add(&q, " ORDER BY u.kana, u.id LIMIT ?", INT(SHOWN));
    auto_rows *rows = query_run(&q, req->db, req->arena, err);
    if (!rows)
        return false;
    struct pick *picks = NEW_ARRAY(req->arena, SHOWN, struct pick);
    size_t count = 0;
    while (count < SHOWN && rows_next(rows)) {
        picks[count] = (struct pick){rows_text(rows, 0), rows_text(rows, 1), rows_text(rows, 2)};
        if (!strcmp(picks[count].id, req->session->user_id)) {
            struct pick self = picks[count];
            memmove(&picks[1], &picks[0], count * sizeof *picks);
            picks[0] = self;
        }
        count++;
    }
    *ret_picks = picks;
    *ret_count = count;
    return !rows_failed(rows);
}

const char *staff_label(struct request *req, const char *id)
{
    return account_display_name(req->db, id, req->arena);
}

/* The names of whoever changed a record, for histories and conflicts; not for choosing. */
bool staff_find_nobody(struct request *req, const char *words, struct pick **ret_picks, size_t *ret_count, struct err *err)
{
    (void)words, (void)err;
    *ret_picks = NEW(req->arena, struct pick);
    *ret_count = 0;
    return true;
}
