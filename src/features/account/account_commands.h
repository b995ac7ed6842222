/* account_commands.h -- renkei user add|disable|reset, renkei token create. */
#pragma once
#include "web/feature.h"

int user_add_command(const struct config *config, int argc, char **argv);
int user_disable_command(const struct config *config, int argc, char **argv);
int user_reset_command(const struct config *config, int argc, char **argv);
int token_create_command(const struct config *config, int argc, char **argv);
