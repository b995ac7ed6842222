#include "tests/support/directory_world.h"

#include "features/account/account.h"
#include "features/area/area.h"
#include "features/audience/audience.h"
#include "features/contact_person/contact_person.h"
#include "features/directory/directory.h"
#include "features/facility/facility.h"
#include "features/facility_export/facility_export.h"
#include "features/facility_local/facility_local.h"
#include "features/fhir/fhir.h"
#include "features/indicator/indicator.h"
#include "features/office_link/office_link.h"
#include "features/organization/organization.h"
#include "features/report/report.h"
#include "features/vacancy/vacancy.h"
#include "web/draft.h"
#include "web/job.h"
#include "web/picker.h"
#include "web/resource.h"

static const struct feature *const directory_features[] = {
    &resource_feature, &picker_feature, &draft_feature, &job_feature, &area_feature, &organization_feature, &account_feature, &facility_feature,
    &facility_local_feature, &audience_feature, &directory_feature, &contact_person_feature, &office_link_feature, &vacancy_feature, &report_feature,
    &indicator_feature, &facility_export_feature, &fhir_feature, NULL,
};

int entries_begin(void **state)
{
    static const struct feature *const used[] = {&area_feature, &facility_feature, &facility_local_feature, &audience_feature, NULL};
    if (world_begin(state))
        return -1;
    struct world *w = *state;
    return app_migrate(w->store, used, &w->err) ? 0 : -1;
}

struct facility_report entries_given(struct world *w, const char *path)
{
    struct facility_report r = {0};
    if (!facility_import(w->store, path, "auto", w->arena, &r, &w->err))
        fail_msg("%s: %s %s", path, w->err.message, w->err.detail);
    return r;
}

int directory_begin(void **state)
{
    if (world_begin(state))
        return -1;
    struct world *w = *state;
    struct directory_world *d = NEW(w->arena, struct directory_world);
    d->w = w;
    d->config = (struct config){.data = w->url, .listen = "127.0.0.1:1", .base_url = "http://renkei.test/", .tile_host = "",
                                .secret_key_file = arena_printf(w->arena, "%s/key", w->folder)};
    if (!app_migrate(w->store, directory_features, &w->err) || !(d->app = app_new(&d->config, w->store, directory_features, &w->err)))
        return -1;
    d->v = visitor_new(d->app, w->arena);
    *state = d;
    return 0;
}

int directory_end(void **state)
{
    struct directory_world *d = *state;
    void *world = d->w;
    app_free(d->app);
    return world_end(&world);
}

struct session directory_reader(enum role role, const char *user_id, const char *office_id)
{
    return (struct session){.user_id = user_id, .display_name = "見本 花子", .role = role, .office_id = office_id, .area_code = "271276",
                            .area_path = "270008/271004/271276/"};
}

struct facility_report directory_given_file(struct directory_world *d, const char *path)
{
    return entries_given(d->w, path);
}

struct facility_report directory_given(struct directory_world *d, const char *name, const char *text)
{
    return directory_given_file(d, world_file(d->w, name, text));
}
