// Schedules and retention between the catalog and the API's form of them.
#pragma once

#include "api/types/job.hpp"
#include "catalog/schedule.hpp"

namespace holdfast::api {

ScheduleOptionsInfoType to_form(const catalog::Schedule& schedule);
// Of an immediate copy job: the hours in which it may copy.
ScheduleOptionsInfoType to_immediate_form(const catalog::Schedule& schedule);
SimpleRetentionPolicyInfoType to_form(const catalog::Retention& retention);
GfsRetentionPolicyOptionsInfoType to_form(const catalog::GfsRetention& retention);

// What the form leaves out keeps the value that it has in `schedule`. invalid_input for values that do not
// fit together.
void apply(const ScheduleOptionsInfoType& form, catalog::Schedule& schedule);
void apply_immediate(const ScheduleOptionsInfoType& form, catalog::Schedule& schedule);
void apply(const SimpleRetentionPolicyInfoType& form, catalog::Retention& retention);
void apply(const GfsRetentionPolicyOptionsInfoType& form, catalog::GfsRetention& retention);

}  // namespace holdfast::api
