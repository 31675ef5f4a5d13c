// Times of files as trees hold them: RFC 3339 with nanoseconds, in the zone of this machine, as Go writes
// them.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::repository {

// "2026-06-14T23:09:26.173000001+02:00": a fraction only where there is one, trailing zeros trimmed. Years
// outside 0 to 9999 become these.
std::string format_file_time(const timespec& time);

// Any offset from UTC. Nothing for text of another form.
std::optional<timespec> parse_file_time(std::string_view text);

}  // namespace holdfast::repository
