// The parts of Holdfast that are files of their own, beside its program.
#pragma once

#include <filesystem>
#include <string_view>

namespace holdfast {

// Looked for in the folder that the environment variable HOLDFAST_PLUGIN_DIR names, beside the running
// program, and in ../lib/holdfast from there. not_supported, naming these folders.
std::filesystem::path find_installed(std::string_view name);

}  // namespace holdfast
