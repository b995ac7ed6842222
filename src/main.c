/* main.c -- renkei: the features' commands. */
#include "features/feature_list.h"
#include "web/command.h"

int main(int argc, char **argv)
{
    return command_main(argc, argv, features);
}
