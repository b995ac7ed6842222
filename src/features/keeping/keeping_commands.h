/* keeping_commands.h -- backup, restore, export, verify from the command line. */
#pragma once
#include "web/feature.h"

int backup_command(const struct config *config, int argc, char **argv);
int restore_command(const struct config *config, int argc, char **argv);
int export_command(const struct config *config, int argc, char **argv);
int verify_command(const struct config *config, int argc, char **argv);
/* Prints the sentence of the failure; the exit code. */
int keeping_failed(const struct err *err);
