/* count.h -- how many rows a constant table has. */
#pragma once
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
