/* facility_schema.h -- inside the feature: what was added when sources other than care offices came. */
#pragma once
extern const char facility_corrections_sql[];
extern const char facility_sources_sql[];
extern const char facility_groups_sql[];
extern const char facility_runs_sql[];
