// What tests of every folder ask of what fails.
#pragma once

#include <optional>

#include "base/error.hpp"

namespace holdfast {

// Runs `work` and gives the kind of the Error that left it; nothing when none did.
template <typename Work>
std::optional<ErrorKind> error_of(Work&& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind();
    }
    return std::nullopt;
}

}  // namespace holdfast
