#include "repository/backup_targets.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "base/error.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;

// As Go's filepath.Clean.
fs::path clean(const fs::path& path) {
    fs::path normal = path.lexically_normal();
    if (!normal.has_filename() && normal != normal.root_path()) normal = normal.parent_path();
    return normal.empty() ? fs::path(".") : normal;
}

// The names under which a path lies in the snapshot: without the "/" or ".." that it begins with.
std::vector<std::string> names_of(const fs::path& path) {
    std::vector<std::string> names;
    for (const auto& part : path.relative_path())
        if (part != ".." && part != ".") names.push_back(part.string());
    return names;
}

std::vector<fs::path> read_folder(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        paths.push_back(entry->path());
    if (error) throw os_error("Cannot read the folder " + folder.string(), error.value());
    std::ranges::sort(paths);
    return paths;
}

// The folder that holds the first name: "/", "." or "../..".
fs::path first_directory(const fs::path& path) {
    if (path.is_absolute()) return "/";
    fs::path directory = ".";
    for (const auto& part : path)
        if (part == "..") directory /= part;
    return directory;
}

BackupTarget& first_entry(BackupTarget& root, const std::string& name, const fs::path& directory) {
    for (int number = 0;; ++number) {
        auto& entry = root.entries[number == 0 ? name : name + "-" + std::to_string(number)];
        if (entry.directory.empty()) entry.directory = directory;
        if (entry.directory == directory) return entry;
    }
}

void add_target(BackupTarget& root, const fs::path& path, const fs::path& given) {
    auto names = names_of(path);
    fs::path directory = first_directory(path);
    BackupTarget* target = &first_entry(root, names.front(), directory);
    fs::path at = absolute_target(directory) / names.front();
    for (std::size_t i = 1; i < names.size(); ++i) {
        if (target->path.empty()) target->path = at;
        target = &target->entries[names[i]];
        at /= names[i];
    }
    target->path = absolute_target(path);
    target->given = absolute_target(given);
    target->is_whole = true;
}

// A folder that is to be backed up whole, and also stands on the way: the rest of its entries is added.
void add_missing_entries(BackupTarget& target) {
    if (target.is_whole && !target.entries.empty()) {
        for (const auto& path : read_folder(target.path)) {
            auto& entry = target.entries[path.filename().string()];
            if (entry.is_whole) continue;
            entry.path = path;
            entry.given = target.given;
            entry.is_whole = true;
        }
        target.is_whole = false;
    }
    for (auto& [name, entry] : target.entries) add_missing_entries(entry);
}

}  // namespace

fs::path absolute_target(const fs::path& path) {
    return clean(fs::absolute(path));
}

BackupTarget lay_out_targets(std::span<const fs::path> paths) {
    BackupTarget root;
    std::set<fs::path> seen;
    for (const auto& path : paths) {
        if (path.empty()) throw Error(ErrorKind::invalid_input, "An empty path cannot be backed up");
        fs::path target = clean(path);
        if (!seen.insert(target).second) continue;
        if (!names_of(target).empty()) {
            add_target(root, target, target);
            continue;
        }
        for (const auto& entry : read_folder(target)) {
            fs::path inside = clean(entry);
            if (seen.insert(inside).second) add_target(root, inside, target);
        }
    }
    add_missing_entries(root);
    return root;
}

}  // namespace holdfast::repository
