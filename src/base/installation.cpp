#include "base/installation.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace holdfast {
namespace fs = std::filesystem;

fs::path find_installed(std::string_view name) {
    std::vector<fs::path> folders;
    if (const char* folder = std::getenv("HOLDFAST_PLUGIN_DIR"); folder != nullptr && *folder != '\0')
        folders.emplace_back(folder);
    std::error_code ignored;
    auto program = fs::read_symlink("/proc/self/exe", ignored);
    folders.push_back(program.parent_path());
    folders.push_back(program.parent_path().parent_path() / "lib/holdfast");
    std::string tried;
    for (auto& folder : folders) {
        if (fs::exists(folder / name, ignored)) return fs::absolute(folder / name);
        tried += (tried.empty() ? "" : ", ") + folder.string();
    }
    throw Error(ErrorKind::not_supported,
                fmt::format("{}, a part of Holdfast, is in none of these folders: {}", name, tried))
        .advise(
            "Install it beside the program or in ../lib/holdfast, or name its folder in "
            "HOLDFAST_PLUGIN_DIR.");
}

}  // namespace holdfast
