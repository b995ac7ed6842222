/* directory_inside.h -- what the files of the search share; nobody else includes it. */
#pragma once
#include "features/directory/directory.h"

enum { WINDOW = 40 }; /* entries that are ranked together; a multiple of DIRECTORY_PAGE */

/* An entry while it is ranked. */
struct candidate {
    const char *id, *name, *kana, *area_code, *confirmed_on;
    long latitude, longitude; /* FIELD_BLANK unknown */
    bool is_listed, is_near; /* is_near: in the own area */
    long metres; /* -1 unknown */
    long order;  /* as found */
    long score;  /* smaller is better */
    enum directory_state state;
    int closes;
};

/* directory_open.c: the state of at most DIRECTORY_OPEN_MOST entries at a moment.  `moment.minute` -1 leaves all unknown. */
enum { DIRECTORY_OPEN_MOST = WINDOW };
struct opening {
    const char *id;
    enum directory_state state;
    int closes; /* -1 unless open */
};
bool directory_states(struct db *db, struct directory_moment at, struct opening *items, size_t count, struct arena *a, struct err *err);
/* 0 Monday .. 6 Sunday, 7 a holiday: how facility_hours numbers days. */
int directory_day(struct date d);
/* Adds the condition that the entry c is open. */
void directory_add_open(struct query *q, struct directory_moment at);

/* directory_rank.c */
void directory_rank(const struct directory_query *d, struct date today, struct candidate *list, size_t count, struct arena *a);
const char *directory_reason(const struct directory_query *d, const struct directory_hit *hit, bool sees_confirmed, struct date today, struct arena *a);
/* How well the folded name fits the words: 0 it is them .. 4 they stand somewhere else. */
int directory_fit(const char *words, const char *name, const char *kana, struct arena *a);

/* The ids of entries shown as one with these: (member, shown) pairs, the entries themselves first.  At most `room`. */
struct member {
    const char *id, *shown;
};
bool directory_members(struct db *db, const char *const *shown, size_t count, struct member *ret, size_t room, size_t *ret_count, struct arena *a,
                       struct err *err);
/* Adds "(?, ?, ...)". */
void directory_add_ids(struct query *q, const char *const *ids, size_t count);

/* directory_search.c.  NULL when there are conditions beside the service. */
const char *directory_only_service(const struct directory_query *d);

/* directory_grid.c: the tables of the counts, and how they follow. */
extern const char directory_grid_sql[], directory_grid_sqlite[], directory_grid_postgresql[];
struct app;
bool directory_grid_chore(struct app *app, struct arena *a, struct err *err);
