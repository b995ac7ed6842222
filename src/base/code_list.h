/* code_list.h -- closed lists of choices (相談者区分, 相談内容, 要介護度 ...).
 *
 * The lists are data: codes/NAME.tsv, each with its label, source and rows `code<TAB>label[<TAB>short label]`, compiled to
 * C at build time.  A code is a lower-case identifier and never changes; a label may. */
#pragma once
#include <stddef.h>

struct code {
    const char *code, *label, *short_label; /* short_label == label when the file gives none */
};
struct code_list {
    const char *name, *label, *source;
    const struct code *codes;
    size_t count;
};

extern const struct code_list *const code_lists[]; /* NULL-terminated, sorted by name */
extern const size_t code_list_count;
/* NULL when there is no such list. */
const struct code_list *code_list_find(const char *name);
/* NULL when the code is not in the list. */
const struct code *code_find(const struct code_list *list, const char *code);
/* The label, or the code itself when unknown, "" for NULL or "". */
const char *code_label(const char *list, const char *code);
/* The code whose label or short label equals the text after folding, or the code itself; NULL when none.  For imports. */
const char *code_from_label(const char *list, const char *label);
