// When a schedule makes a job run next. Pure.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "catalog/schedule.hpp"

namespace holdfast::protection {

// The first moment after `after`; nothing for a schedule that names no time (none at all, or only after
// another job). Hours of the week are told in the server's own zone, which is `server_offset_minutes` east of
// UTC then.
std::optional<Timestamp> next_run(const catalog::Schedule& schedule, Timestamp after,
                                  int server_offset_minutes);

// Whether `time` lies in an hour that the grid marks; an empty grid allows everything.
bool is_allowed(const catalog::WeekGrid& grid, Timestamp time, int offset_minutes);

}  // namespace holdfast::protection
