#include "app/snapshot_disk.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "base/error.hpp"
#include "protection/machine_snapshot.hpp"

namespace holdfast {
namespace {

std::optional<SnapshotDisk> find_file(repository::Repository& repository,
                                      const repository::SnapshotId& snapshot, const std::string& path) {
    try {
        return SnapshotDisk{path, repository.open_disk(snapshot, path)->size()};
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) throw;
        return std::nullopt;
    }
}

}  // namespace

SnapshotDisk find_disk(repository::Repository& repository, const repository::Snapshot& snapshot,
                       const std::string& folder, const std::string& name) {
    auto below = folder.empty() ? "" : folder + "/";
    std::vector<std::string> paths{below + name};
    if (!name.contains('/')) {
        paths.push_back(below + name + ".raw");
        paths.push_back(below + "disks/" + name + ".raw");
        if (folder.empty())
            for (const auto& machine : snapshot.paths)
                paths.push_back(protection::MachinePaths(machine.substr(1)).disk(name));
    }
    std::vector<SnapshotDisk> found;
    std::string names;
    for (const auto& path : paths)
        if (auto disk = find_file(repository, snapshot.id, path)) {
            found.push_back(*disk);
            names += (names.empty() ? "" : ", ") + path;
        }
    if (found.empty())
        throw Error(ErrorKind::not_found, fmt::format("The snapshot {} has no disk {}",
                                                      snapshot.id.to_string().substr(0, 8), below + name))
            .advise("`holdfast repository list SNAPSHOT` shows what is in it.");
    if (found.size() > 1)
        throw Error(ErrorKind::invalid_input, fmt::format("\"{}\" may be any of {}", name, names))
            .advise("Name the disk with its path.");
    return found.front();
}

}  // namespace holdfast
