/* vacancy_demo.h -- invented offices with two months of invented answers, and calls of 北区's room. */
#pragma once
#include "store/store.h"

bool vacancy_demo(struct store *store, struct err *err);
