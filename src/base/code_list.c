#include "base/code_list.h"

#include "base/arena.h"
#include "base/text.h"

#include <string.h>

const struct code_list *code_list_find(const char *name)
{
    for (size_t from = 0, to = code_list_count; from < to;) {
        size_t middle = (from + to) / 2;
        int order = strcmp(name, code_lists[middle]->name);
        if (!order)
            return code_lists[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

const struct code *code_find(const struct code_list *list, const char *code)
{
    if (!list || !code)
        return NULL;
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(list->codes[i].code, code))
            return &list->codes[i];
    return NULL;
}

const char *code_label(const char *list, const char *code)
{
    const struct code *found = code_find(code_list_find(list), code);
    return found ? found->label : code ? code : "";
}

static bool says(struct arena *a, const struct code *c, const char *folded)
{
    return !strcmp(text_fold(a, c->label), folded) || !strcmp(text_fold(a, c->short_label), folded);
}

const char *code_from_label(const char *list, const char *label)
{
    const struct code_list *l = code_list_find(list);
    if (!l || !label || !*label)
        return NULL;
    for (size_t i = 0; i < l->count; i++)
        if (!strcmp(l->codes[i].label, label) || !strcmp(l->codes[i].code, label))
            return l->codes[i].code;
    auto_arena *a = arena_new();
    const char *folded = text_fold(a, label);
    for (size_t i = 0; *folded && i < l->count; i++)
        if (says(a, &l->codes[i], folded) || !strcmp(l->codes[i].code, folded))
            return l->codes[i].code;
    return NULL;
}
