/* main.c -- renkei: subcommands, one line each. */
#include "features/feature_list.h"

#include <stdio.h>

int main(void)
{
    fprintf(stderr, "renkei: no command yet\n");
    return features[0] ? 0 : 2;
}
