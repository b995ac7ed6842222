/* facility_import_pages.h -- the handlers of /facilities/imports and /facilities/mappings. */
#pragma once
#include "web/request.h"

handler_fn facility_import_runs_page, facility_import_new_page, facility_import_upload_post, facility_import_upload_page, facility_import_start_post,
    facility_import_run_page, facility_import_refused_page, facility_import_undo_post, facility_import_columns_page, facility_import_columns_post,
    facility_mappings_page, facility_mapping_rename_post, facility_mapping_delete_post;
