/* office_contact.c -- how an office likes to be asked. */
#include "base/count.h"
#include "features/office_link/office_link.h"

#include <string.h>

/* One plain address: it goes into a mail's header and to a program's arguments. */
static bool is_address(const char *s)
{
    const char *at = strchr(s, '@');
    size_t size = strlen(s);
    return at && at != s && *s != '-' && *s != '.' && !strchr(at + 1, '@') && strchr(at, '.') && s[size - 1] != '.' &&
           strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.!#$&'*+/=?^_{|}~@-") == size;
}

static void check(const void *row, struct date today, struct problems *p)
{
    const struct office_contact *c = row;
    (void)today;
    if (*c->mail && !is_address(c->mail))
        problem_add(p, "mail", "メールアドレスの形が正しくありません。1つだけ、半角で入れてください。");
    if (!strcmp(c->channel, "mail") && !*c->mail)
        problem_add(p, "mail", "メールで連絡するには、メールアドレスを入れてください。");
}

#define AT(member) offsetof(struct office_contact, member)
static const struct field fields[] = {
    {.name = "channel", .label = "連絡の方法", .help = "情報が古くなったとき、この方法で聞き直します。", .type = FIELD_CODE, .codes = "contact_channel",
     .offset = AT(channel), .source = "事業所の希望"},
    {.name = "mail", .label = "事業所のメールアドレス", .help = "事業所の代表アドレス。個人のアドレスは入れないでください。", .type = FIELD_TEXT, .max = 120,
     .offset = AT(mail), .source = "事業所の希望"},
    {.name = "note", .label = "連絡のときの注意", .help = "かけてよい時間、窓口の名前（部署名）など。", .type = FIELD_TEXT, .max = 100, .offset = AT(note),
     .source = "事業所の希望"},
};
const struct field_set office_contact_fields = {
    .name = "office_contact", .label = "事業所への連絡", .fields = fields, .count = COUNT(fields), .size = sizeof(struct office_contact), .check = check};

bool office_contact_find(struct db *db, const char *facility_id, struct arena *a, struct office_contact *ret_contact, struct err *err)
{
    auto_rows *r = db_query(db, NULL, err, "SELECT channel, mail, note FROM office_contact WHERE facility_id = $1", TEXT(facility_id));
    if (!r)
        return false;
    bool known = rows_next(r);
    *ret_contact = (struct office_contact){.facility_id = facility_id, .channel = known ? arena_strdup(a, rows_text(r, 0)) : "",
                                           .mail = known ? arena_strdup(a, rows_text(r, 1)) : "",
                                           .note = known ? arena_strdup(a, rows_text(r, 2)) : ""};
    return !rows_failed(r);
}

bool office_contact_save(struct db *db, const struct office_contact *c, const char *user_id, struct arena *a, struct err *err)
{
    return db_run(db, err,
                  "INSERT INTO office_contact (facility_id, channel, mail, note, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6) "
                  "ON CONFLICT (facility_id) DO UPDATE SET channel = $2, mail = $3, note = $4, changed_at = $5, changed_by = $6",
                  TEXT(c->facility_id), TEXT(c->channel), TEXT(c->mail), TEXT(c->note), TEXT(now_utc(a)), TEXT(user_id)) >= 0;
}
