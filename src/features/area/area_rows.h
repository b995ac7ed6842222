/* area_rows.h -- the statements that fill the table `area`, made at build time from areas.tsv by tools/areas.c. */
#pragma once
extern const char area_rows_sql[];
