// Passwords of repositories: from a file, or asked on the terminal.
#pragma once

#include <stop_token>
#include <string>

namespace holdfast {

enum class AskTimes { once, twice };

// The first line of `file`; without a file it is asked on the terminal, without echo. invalid_input where
// there is neither, for an empty password, and for two that differ; cancelled by `stop`.
std::string read_password(const std::string& file, const std::string& question, AskTimes times,
                          const std::stop_token& stop);

}  // namespace holdfast
