/* report_command.h -- `renkei report ID --area CODE --period P --format F`. */
#pragma once
#include "base/config.h"

int report_command(const struct config *config, int argc, char **argv);
