// holdfast serve: its options, from the command line, the environment and a configuration file.
#pragma once

#include <CLI/CLI.hpp>

namespace holdfast {

void add_serve_command(CLI::App& app);

}  // namespace holdfast
