/* population_view.h -- what the page of the population shows. */
#pragma once
#include "features/indicator/population.h"
#include "web/form.h"

struct population_line {
    const char *area_code, *area, *year, *people, *source, *changed, *edit_url;
    const char *year_number; /* 2024 */
};
struct population_view {
    const char *csrf;
    const char *missing;        /* 北区、福島区: areas without any number; "" none */
    const char *trouble;        /* of the file as a whole, "" none */
    const char *taken;          /* what became of a file, "" none */
    const struct population_file *file; /* with refused rows, or NULL */
    const struct population_line *lines; size_t count;
    const struct form *form;
    bool is_cut;
};
