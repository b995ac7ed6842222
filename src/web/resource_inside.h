/* resource_inside.h -- what the files of the resource mechanism share; nobody else includes it. */
#pragma once
#include "web/resource.h"

static inline struct record_head *head_of(void *row)
{
    return row;
}
static inline const struct record_head *head_in(const void *row)
{
    return row;
}

/* A blank row with a head that has no NULL. */
void *resource_row(const struct resource *r, struct arena *a);
void *resource_copy(const struct resource *r, const void *row, struct arena *a);
bool resource_has_personal(const struct resource *r);
/* Blanks the personal members of a row that this user sees only masked; does nothing for who sees them. */
void resource_mask(struct request *req, const struct resource *r, void *row);
/* Which rows this request may see of the resource. */
const struct scope *resource_scope(struct request *req, const struct resource *r);
/* Where a saved record is read. */
const char *resource_home(const struct resource *r, const void *row, struct arena *a);
/* Finds the record of ":id" within the scope and names it in the audit entry. */
void *resource_load(struct request *req, const struct resource *r, struct err *err);
/* May this user read and change persons' data of this resource at all? */
bool resource_sees(const struct request *req, const struct resource *r);
/* Display name of a user, 「ほかの利用者」 when it cannot be known. */
const char *resource_person(struct request *req, const char *user_id);
const char *resource_title(const struct resource *r, const void *row, struct arena *a);
/* Crumbs: the list, and the record when `row` is given. */
struct page resource_page(struct request *req, const struct resource *r, const char *title, const void *row);

/* The save of a form inside its write; retried with a fresh copy each time. */
bool resource_store(struct request *req, const struct resource *r, const void *row, const void *old, const void **ret_saved, struct err *err);
bool resource_store_delete(struct request *req, const struct resource *r, const void *old, struct err *err);
bool resource_store_undelete(struct request *req, const struct resource *r, const char *id, struct err *err);
/* The stored texts of the record as it was at `revision`, from the versions since; `now` is the row as it is. */
bool resource_base(struct request *req, const struct resource *r, const void *now, long revision, struct pairs *ret_base, struct err *err);

/* Handlers */
bool resource_list_page(struct request *req, struct err *err);
bool resource_search(struct request *req, struct err *err);
bool resource_new_page(struct request *req, struct err *err);
bool resource_create(struct request *req, struct err *err);
bool resource_show_page(struct request *req, struct err *err);
bool resource_edit_page(struct request *req, struct err *err);
bool resource_update(struct request *req, struct err *err);
bool resource_patch(struct request *req, struct err *err);
bool resource_delete(struct request *req, struct err *err);
bool resource_undelete(struct request *req, struct err *err);
bool resource_print(struct request *req, struct err *err);
bool resource_history_page(struct request *req, struct err *err);
