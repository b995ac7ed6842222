/* field.h -- one row per item on the paper.
 *
 * The same row renders the input (web/form.h), parses and validates what was typed (here), binds to the database
 * (store/record.h), prints (output/paper.h), and names the CSV/XLSX column, the JSON member and the OpenAPI property.
 *
 * The values live in a plain struct at `offset`:
 *   FIELD_INT            long, FIELD_BLANK when empty
 *   everything else      const char *, "" when empty (never NULL after field_parse or record_find):
 *     DATE "2024-11-30"; TIME "14:03"; DATETIME "2024-11-30T14:03" (wall clock in Japan); CODE one code;
 *     CODES codes separated by one blank in the order of the list; REF an id; REFS ids separated by blanks;
 *     ROWS a JSON array of objects, one member per field of `rows`, every value its stored text ("[]" when empty). */
#pragma once
#include "base/arena.h"
#include "base/date.h"
#include "base/pairs.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define FIELD_BLANK LONG_MIN

enum field_type {
    FIELD_TEXT,      /* one line; max characters, 0 = 200 */
    FIELD_LONG_TEXT, /* several lines; max characters, 0 = 2000 */
    FIELD_KANA,      /* one line, stored as katakana; max characters, 0 = 200 */
    FIELD_INT,       /* min..max; both 0: any number from 0 */
    FIELD_DATE,
    FIELD_TIME,
    FIELD_DATETIME,
    FIELD_CODE,      /* one of `codes` */
    FIELD_CODES,     /* several of `codes`; min = how many at least (none is too few, unless required_when says it may be blank),
                        max = how many at most, 0 = all */
    FIELD_REF,       /* the id of another record; `picker` finds it while typing */
    FIELD_REFS,      /* min and max as for CODES */
    FIELD_ROWS,      /* a small table inside the form (出席者, 経過): rows of the set `rows`; min..max rows, max 0 = 200.
                        Form names are "attendees.0.profession" (0..999); rows left wholly blank are dropped.  Stored text under
                        the field's own name is taken too. */
};

enum field_flag {
    FIELD_PERSONAL = 1,  /* about a person: masked outside the office, never in logs or addresses */
    FIELD_SEARCHED = 2,  /* goes into the full-text index */
    FIELD_PAST = 4,      /* DATE, DATETIME: not after today */
    FIELD_COMPUTED = 8,  /* the program sets it; not on the input form, ignored in input */
    FIELD_PHONE = 16,    /* TEXT: digits, hyphens, brackets, + */
    FIELD_NO_COPY = 32,  /* "copy from last" leaves it blank */
    FIELD_FILLED = 64,   /* left blank, the save may fill it from what is known: a form sent again with the blank says the same */
    FIELD_INTERNAL = 128, /* for counting and indexes: kept and exported, not shown on pages */
};

struct field {
    const char *name;  /* glossary name, snake_case: column, JSON member, form name */
    const char *label; /* Japanese, as on the paper */
    const char *help;  /* Japanese line under the label, or NULL */
    enum field_type type;
    bool required;
    bool (*required_when)(const void *row); /* or NULL; asked after every field is parsed */
    long min, max;
    const char *codes;  /* FIELD_CODE(S): name of the list */
    const struct field_set *rows; /* FIELD_ROWS: the set of one row; no ROWS inside */
    const char *section; /* starts a new block of the form with this heading, or NULL */
    const char *picker; /* FIELD_REF(S): kind of thing to pick, "facility", "consultation"; see web/picker.h */
    const char *or_text; /* FIELD_REF: the text field beside it that takes words for which nothing was chosen, or NULL: they are refused */
    size_t offset;
    unsigned flags;     /* enum field_flag */
    const char *source; /* form and item, law, standard */
};

struct problems;
struct field_set {
    const char *name;  /* "consultation" */
    const char *label; /* 相談シート */
    const struct field *fields;
    size_t count;
    size_t size; /* sizeof the struct */
    void (*check)(const void *row, struct date today, struct problems *p); /* rules across fields, or NULL */
};

/* What is wrong with an input: every sentence at once, each with its field. */
struct problem {
    const char *field, *sentence;
};
struct problems {
    struct arena *arena;
    struct problem *items;
    size_t count, room;
};
void problems_init(struct problems *p, struct arena *a);
/* `sentence` is plain Japanese: what is wrong and what to do.  printf-like, made in the problems' arena. */
void problem_add(struct problems *p, const char *field, const char *sentence, ...) __attribute__((format(printf, 3, 4)));
/* The first sentence about the field, or NULL. */
const char *problem_of(const struct problems *p, const char *field);

/* Parses `in` to `row` (set->size bytes; COMPUTED fields are left alone) and validates it.  True when no problem was added.
 * Values that cannot be parsed leave the member blank; the form shows `in` again, so nothing typed is lost. */
bool field_parse(const struct field_set *set, const struct pairs *in, struct date today, void *row, struct arena *a,
                 struct problems *problems);
/* Only the fields that `in` names: PATCH, autosave, imports with missing columns.  `row` holds the other values; the set's
 * `check` is asked about the whole row. */
bool field_parse_partial(const struct field_set *set, const struct pairs *in, struct date today, void *row, struct arena *a,
                         struct problems *problems);
/* Sets every text member of a zeroed row to "" and every FIELD_INT to FIELD_BLANK. */
void field_clear(const struct field_set *set, void *row);
const struct field *field_find(const struct field_set *set, const char *name);

/* The stored text of one value ("" when blank; an int in decimal). */
const char *field_text(const struct field *f, const void *row, struct arena *a);
/* The value for a person: code labels joined by 、, dates in 和暦, ints with thousands separators. */
const char *field_display(const struct field *f, const void *row, struct arena *a);
/* Sets from stored text. */
void field_set_text(const struct field *f, void *row, const char *text, struct arena *a);
/* FIELD_ROWS: the rows as structs of f->rows (an array in the arena), and back to stored text. */
void *field_rows(const struct field *f, const void *row, struct arena *a, size_t *ret_count);
const char *field_rows_text(const struct field_set *rows, const void *items, size_t count, struct arena *a);
/* True when the blank-separated list holds the code. */
bool codes_has(const char *codes, const char *code);
/* Iterates a blank-separated list: `for (const char *c; (c = codes_next(&list, a));)`; NULL at the end. */
const char *codes_next(const char **list, struct arena *a);
