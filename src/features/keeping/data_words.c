#include "features/keeping/data_words.h"

#include "web/resource.h"

#include <string.h>

static const struct record *record_of(void *arg, const char *table)
{
    for (const struct feature *const *f = arg; *f; f++)
        for (size_t i = 0; i < (*f)->resource_count; i++)
            if (strcmp((*f)->resources[i]->record->table, table) == 0)
                return (*f)->resources[i]->record;
    return NULL;
}

static const char *table_label(void *arg, const char *table)
{
    const struct record *r = record_of(arg, table);
    return r && r->set->label ? r->set->label : "";
}

static const struct field *column_field(void *arg, const char *table, const char *column)
{
    const struct record *r = record_of(arg, table);
    for (size_t i = 0; r && i < r->set->count; i++)
        if (strcmp(r->set->fields[i].name, column) == 0)
            return &r->set->fields[i];
    return NULL;
}

struct export_words data_words(const struct feature *const *features)
{
    return (struct export_words){table_label, column_field, (void *)(uintptr_t)features};
}
