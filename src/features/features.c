#include "features/account/account.h"
#include "features/activity/activity.h"
#include "features/area/area.h"
#include "features/attachment/attachment.h"
#include "features/audience/audience.h"
#include "features/campaign/campaign.h"
#include "features/consultation/consultation.h"
#include "features/contact_person/contact_person.h"
#include "features/daily_log/daily_log.h"
#include "features/demo/demo.h"
#include "features/directory/directory.h"
#include "features/facility/facility.h"
#include "features/facility_export/facility_export.h"
#include "features/facility_local/facility_local.h"
#include "features/feature_list.h"
#include "features/fhir/fhir.h"
#include "features/gathering/gathering.h"
#include "features/indicator/indicator.h"
#include "features/guide/guide.h"
#include "features/keeping/keeping.h"
#include "features/numbering/numbering.h"
#include "features/office_link/office_link.h"
#include "features/organization/organization.h"
#include "features/patient/patient.h"
#include "features/report/report.h"
#include "features/submission/submission.h"
#include "features/today/today.h"
#include "features/vacancy/vacancy.h"
#include "web/draft.h"
#include "web/job.h"
#include "web/picker.h"
#include "web/resource.h"

const struct feature *const features[] = {
    /* mechanisms of the web floor */
    &resource_feature, &picker_feature, &draft_feature, &job_feature,
    /* people and places */
    &area_feature, &organization_feature, &account_feature, &facility_feature,
    &facility_local_feature, &audience_feature, &directory_feature, &contact_person_feature, &guide_feature, &facility_export_feature, &fhir_feature,
    &vacancy_feature, &campaign_feature, &office_link_feature,
    /* the month */
    &numbering_feature, &patient_feature, &consultation_feature, &activity_feature, &gathering_feature, &daily_log_feature, &attachment_feature,
    /* what comes out of it */
    &report_feature, &indicator_feature, &submission_feature, &today_feature,
    /* invented years; then keeping it all */
    &demo_feature, &keeping_feature,
    NULL,
};
