#include "protection/indexed_folders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::protection {
namespace {

using catalog::IndexedExtent;

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> windows_variables{{
    {"%windir%", "C:/Windows"},
    {"%SystemRoot%", "C:/Windows"},
    {"%SystemDrive%", "C:"},
    {"%ProgramFiles%", "C:/Program Files"},
    {"%ProgramFiles(x86)%", "C:/Program Files (x86)"},
    {"%ProgramW6432%", "C:/Program Files"},
    {"%ProgramData%", "C:/ProgramData"},
    {"%TEMP%", "C:/Windows/Temp"},
}};

Error no_folder(std::string_view text, const std::string& advice) {
    return Error(ErrorKind::invalid_input,
                 fmt::format("The folder '{}' cannot be indexed by that name", text.substr(0, 200)))
        .advise(advice);
}

// Without empty parts; nothing for a path with "." or "..".
std::optional<std::string> joined_parts(std::string_view path) {
    std::string joined;
    while (!path.empty()) {
        auto slash = std::min(path.find('/'), path.size());
        auto part = path.substr(0, slash);
        path.remove_prefix(std::min(slash + 1, path.size()));
        if (part == "." || part == "..") return std::nullopt;
        if (part.empty()) continue;
        if (!joined.empty()) joined += '/';
        joined += part;
    }
    return joined;
}

bool is_drive(std::string_view text) {
    return text.size() >= 2 && to_lower(text.substr(0, 1)) >= "a" && to_lower(text.substr(0, 1)) <= "z" &&
           text[1] == ':' && (text.size() == 2 || text[2] == '/');
}

std::string without_variable(std::string path) {
    if (!path.starts_with('%')) return path;
    for (const auto& [variable, folder] : windows_variables)
        if (equal_ignoring_case(std::string_view(path).substr(0, variable.size()), variable))
            return std::string(folder) + path.substr(variable.size());
    return path;
}

bool lies_in(std::string_view path, std::string_view folder) {
    return folder.empty() ||
           (path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/'));
}

template <typename Parse>
std::vector<std::string> parse_all(const std::vector<std::string>& texts, Parse parse) {
    std::vector<std::string> folders;
    folders.reserve(texts.size());
    for (const auto& text : texts) folders.push_back(parse(text));
    return folders;
}

}  // namespace

std::string parse_linux_folder(std::string_view text) {
    auto path = text.starts_with('/') ? joined_parts(text) : std::nullopt;
    if (!path) throw no_folder(text, "Name it from the root: /var/log.");
    return std::move(*path);
}

std::string parse_windows_folder(std::string_view text) {
    std::string slashed(text);
    std::ranges::replace(slashed, '\\', '/');
    auto path = joined_parts(without_variable(std::move(slashed)));
    if (!path || !is_drive(*path))
        throw no_folder(text, "Name it from its drive, C:\\Users, or by a variable as %windir%.");
    return std::move(*path);
}

IndexedFolders::IndexedFolders(IndexedExtent extent, std::vector<std::string> folders, bool folds_case)
    : extent_(extent), folders_(std::move(folders)), folds_case_(folds_case) {
    if (!folds_case_) return;
    for (auto& folder : folders_) folder = to_lower(folder);
}

IndexedFolders IndexedFolders::of_linux(const catalog::IndexedPart& wanted) {
    return {wanted.extent, parse_all(wanted.folders, parse_linux_folder), false};
}

IndexedFolders IndexedFolders::of_windows(const catalog::IndexedPart& wanted) {
    return {wanted.extent, parse_all(wanted.folders, parse_windows_folder), true};
}

bool IndexedFolders::is_below_one(std::string_view folder) const {
    return std::ranges::any_of(folders_, [&](const auto& named) { return lies_in(folder, named); });
}

bool IndexedFolders::holds(std::string_view folder) const {
    if (folder == "/") folder = "";
    auto folded = folds_case_ ? to_lower(folder) : std::string(folder);
    switch (extent_) {
        case IndexedExtent::none:
            return false;
        case IndexedExtent::all:
            return true;
        case IndexedExtent::only:
            return is_below_one(folded);
        case IndexedExtent::all_but:
            return !is_below_one(folded);
    }
    return false;
}

bool IndexedFolders::leads(std::string_view folder) const {
    if (holds(folder)) return true;
    if (extent_ != IndexedExtent::only) return false;
    if (folder == "/") folder = "";
    auto folded = folds_case_ ? to_lower(folder) : std::string(folder);
    return std::ranges::any_of(folders_, [&](const auto& named) { return lies_in(named, folded); });
}

}  // namespace holdfast::protection
