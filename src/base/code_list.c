#include "base/code_list.h"

#include <string.h>

const struct code_list *code_list_find(const char *name)
{
    for (size_t i = 0; code_lists[i]; i++)
        if (!strcmp(code_lists[i]->name, name))
            return code_lists[i];
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
