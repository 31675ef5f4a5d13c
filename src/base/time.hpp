// Points in time: always UTC, to the microsecond (what PostgreSQL and EM's own JSON carry).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

Timestamp now();

// "2026-06-14T23:09:26.173Z": a fraction only where there is one, trailing zeros trimmed.
std::string format_utc(Timestamp time);
// "2026-06-14 23:09:26": the form that stands in names of sessions and restore points.
std::string format_for_name(Timestamp time);
// "2026-06-14 23:09:26.173": as format_utc, for names too.
std::string format_in_full(Timestamp time);
// ISO 8601 with `Z`, an offset, or neither (then UTC), with or without a fraction.
std::optional<Timestamp> parse_time(std::string_view text);

// What the database keeps: microseconds since 1970.
inline std::int64_t to_micros(Timestamp time) {
    return time.time_since_epoch().count();
}
inline Timestamp from_micros(std::int64_t micros) {
    return Timestamp(std::chrono::microseconds(micros));
}

}  // namespace holdfast
