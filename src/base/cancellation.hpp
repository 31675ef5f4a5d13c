// Stopping work that runs: a std::stop_token goes down, an Error of kind cancelled comes up.
#pragma once

#include <stop_token>

#include "base/error.hpp"

namespace holdfast {

inline void throw_if_stopped(const std::stop_token& stop) {
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "The work was stopped on request");
}

}  // namespace holdfast
