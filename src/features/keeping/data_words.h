/* data_words.h -- what people call the tables and columns, from the records' own fields. */
#pragma once
#include "store/backup.h"
#include "web/feature.h"

struct export_words data_words(const struct feature *const *features);
