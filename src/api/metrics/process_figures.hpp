// What the kernel says of this process.
#pragma once

#include <cstdint>

#include "api/metrics/exposition.hpp"

namespace holdfast::api {

struct ProcessFigures {
    std::uint64_t resident_bytes = 0;
    std::uint64_t virtual_bytes = 0;
    double cpu_seconds = 0;
    double start_time = 0;  // seconds since 1970
    std::uint64_t open_files = 0;
    std::uint64_t most_files = 0;
};

// Throws io where /proc tells nothing.
ProcessFigures process_figures();
// Under the names that all of Prometheus' client libraries use.
void write_process(Exposition& page, const ProcessFigures& figures);

}  // namespace holdfast::api
