#include "tests/support/record_world.h"

#include "base/id.h"
#include "features/account/account.h"
#include "features/activity/activity.h"
#include "features/area/area.h"
#include "features/attachment/attachment.h"
#include "features/audience/audience.h"
#include "features/contact_person/contact_person.h"
#include "features/daily_log/daily_log.h"
#include "features/directory/directory.h"
#include "features/facility/facility.h"
#include "features/facility_local/facility_local.h"
#include "features/gathering/gathering.h"
#include "features/guide/guide.h"
#include "features/keeping/keeping.h"
#include "features/numbering/numbering.h"
#include "features/organization/organization.h"
#include "features/patient/patient.h"
#include "features/report/report.h"
#include "features/submission/submission.h"
#include "features/today/today.h"
#include "store/tally.h"
#include "web/draft.h"
#include "web/job.h"
#include "web/picker.h"

#include <stdlib.h>
#include <string.h>

static const struct feature *const record_features[] = {
    &resource_feature, &picker_feature, &draft_feature, &job_feature, &area_feature, &organization_feature, &account_feature,
    &facility_feature, &facility_local_feature, &audience_feature, &directory_feature, &contact_person_feature, &guide_feature, &numbering_feature, &patient_feature, &consultation_feature, &activity_feature, &gathering_feature,
    &daily_log_feature, &attachment_feature, &report_feature, &submission_feature, &today_feature, &keeping_feature, NULL,
};

int record_begin(void **state)
{
    struct record_world *r = xcalloc(1, sizeof *r);
    void *world = NULL;
    if (world_begin(&world))
        return -1;
    r->w = world;
    r->config = (struct config){.data = r->w->url, .listen = "127.0.0.1:0", .base_url = "http://renkei.example", .workers = 8,
                                .idle_minutes = 10, .session_hours = 12,
                                .secret_key_file = arena_printf(r->w->arena, "%s/key", r->w->folder)};
    if (!app_migrate(r->w->store, record_features, &r->w->err))
        return -1;
    r->app = app_new(&r->config, r->w->store, record_features, &r->w->err);
    if (!r->app)
        return -1;
    r->visitor = visitor_new(r->app, r->w->arena);
    struct session as = kita_coordinator();
    visitor_sign_in(r->visitor, &as);
    *state = r;
    return 0;
}

int record_end(void **state)
{
    struct record_world *r = *state;
    void *world = r->w;
    app_free(r->app);
    int ended = world_end(&world);
    free(r);
    return ended;
}

#define KITA "00000000-0000-7000-8000-000000271276"
#define MIYAKOJIMA "00000000-0000-7000-8000-000000271021"

struct session kita_coordinator(void)
{
    return (struct session){.user_id = "U-KITA", .display_name = "見本 花子", .membership_id = "M-1", .role = ROLE_COORDINATOR,
                            .office_id = KITA, .office_name = "北区相談支援室", .area_code = "271276", .area_name = "北区",
                            .area_path = "270008/271004/271276/"};
}

struct session miyakojima_coordinator(void)
{
    return (struct session){.user_id = "U-MIYA", .display_name = "架空 太郎", .membership_id = "M-2", .role = ROLE_COORDINATOR,
                            .office_id = MIYAKOJIMA, .office_name = "都島区相談支援室", .area_code = "271021", .area_name = "都島区",
                            .area_path = "270008/271004/271021/"};
}

struct session kita_officer(void)
{
    return (struct session){.user_id = "U-WARD", .display_name = "見本 次郎", .membership_id = "M-3", .role = ROLE_WARD_OFFICER,
                            .office_id = "O-WARD", .office_name = "北区役所", .area_code = "271276", .area_name = "北区",
                            .area_path = "270008/271004/271276/"};
}

struct session bureau_officer(void)
{
    return (struct session){.user_id = "U-CITY", .display_name = "架空 三郎", .membership_id = "M-4", .role = ROLE_HEALTH_BUREAU,
                            .office_id = "O-CITY", .office_name = "健康局", .area_code = "271004", .area_name = "大阪市",
                            .area_path = "270008/271004/"};
}

struct saving {
    struct record_world *r;
    const struct resource *resource;
    void *row;
    const void *saved;
};

static bool save_row(struct db *db, void *arg, struct err *err)
{
    struct saving *s = arg;
    struct save save = {.resource = s->resource, .row = s->row, .arena = s->r->w->arena};
    bool ok = resource_save(db, &save, "U-KITA", err);
    s->saved = save.saved;
    return ok;
}

bool record_save(struct record_world *r, const struct resource *resource, void *row)
{
    struct saving s = {.r = r, .resource = resource, .row = row};
    r->w->err = (struct err){0};
    if (!store_write(r->w->store, save_row, &s, &r->w->err))
        return false;
    memcpy(row, s.saved, resource->record->set->size);
    return true;
}

void record_load(struct record_world *r, const struct record *record, const char *id, void *row)
{
    struct scope all = SCOPE_EVERYTHING;
    memset(row, 0, record->set->size);
    if (!record_find(world_db(r->w), record, &all, id, row, r->w->arena, &r->w->err))
        fail_msg("%s %s: %s", record->table, id, r->w->err.detail);
}

struct consultation a_case(struct record_world *r, const char *received_at)
{
    struct consultation c;
    memset(&c, 0, sizeof c);
    field_clear(&consultation_set, &c);
    c.head = (struct record_head){.id = id_new(r->w->arena), .office_id = KITA, .area_code = "271276", .created_at = "", .created_by = "",
                                  .changed_at = "", .changed_by = "", .deleted_at = ""};
    c.received_at = received_at;
    c.channel = "phone";
    c.consulter_type = "care_manager";
    c.subject_kind = "individual_case";
    c.is_ltci_subject = "yes";
    c.content = "home_nursing";
    c.outcome = "continuing";
    return c;
}

long long counted(struct record_world *r, const char *measure, const char *basis, const char *code)
{
    struct scope all = SCOPE_EVERYTHING;
    struct tally_cell *cells;
    size_t count;
    const char *dimension = arena_strndup(r->w->arena, code, strcspn(code, "="));
    const struct tally_query q = {.scope = &all, .first_month = "0000-00", .last_month = "9999-99", .measure = measure, .basis = basis,
                                  .dimension = dimension};
    if (!tally_read(world_db(r->w), &q, r->w->arena, &cells, &count, &r->w->err))
        fail_msg("tally: %s", r->w->err.detail);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(cells[i].code, code))
            return cells[i].n;
    return 0;
}
