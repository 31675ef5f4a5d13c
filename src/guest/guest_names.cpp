#include "guest/guest_names.hpp"

#include "base/error.hpp"

namespace holdfast::guest {
namespace {

constexpr std::size_t longest_path = 16 << 10;

}  // namespace

std::vector<std::string> split_path(std::string_view path) {
    if (path.size() > longest_path) throw Error(ErrorKind::invalid_input, "The path is longer than 16 KiB");
    if (path.find('\0') != path.npos)
        throw Error(ErrorKind::invalid_input, "The path has a NUL character in it");
    std::vector<std::string> names;
    while (!path.empty()) {
        auto name = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), name.size() + 1));
        if (name == "..")
            throw Error(ErrorKind::invalid_input, "The path has \"..\" in it")
                .advise("Give the path from the root.");
        if (!name.empty() && name != ".") names.emplace_back(name);
    }
    return names;
}

std::string joined(const std::vector<std::string>& names) {
    std::string path;
    for (auto& name : names) path += (path.empty() ? "" : "/") + name;
    return path;
}

}  // namespace holdfast::guest
