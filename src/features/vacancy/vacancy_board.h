/* vacancy_board.h -- inside the feature: lines of the board, shared with the call list and the office's page. */
#pragma once
#include "features/vacancy/vacancy_view.h"

bool vacancy_line_fill(struct request *req, const struct vacancy *v, const char *now, struct vacancy_line *l, struct err *err);
bool vacancy_area_select(struct request *req, const char *chosen, struct vacancy_select *ret_select, struct err *err);
handler_fn vacancy_board_page;
