// Logging goes through spdlog's default logger: spdlog::info("Job {} started", name).
#pragma once

#include <string_view>

namespace holdfast {

// Standard error, one line an event: time in UTC, level, text. `level` is debug, info, warning or error.
void start_logging(std::string_view level);

}  // namespace holdfast
