#include <fmt/format.h>

#include "app/commands/backup_options.hpp"
#include "app/exit_status.hpp"
#include "app/snapshot_options.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "repository/backup_targets.hpp"

namespace holdfast {
namespace {

// The one that was named; else the newest of the same host and paths, where there is one.
std::optional<repository::SnapshotId> find_parent(const BackupOptions& options,
                                                  repository::Repository& repository) {
    repository::SnapshotFilter same{.hosts = {options.host}, .tags = {}, .paths = {}};
    for (const auto& path : options.paths) same.paths.push_back(repository::absolute_target(path).string());
    auto snapshots = repository.snapshots();
    try {
        return repository::choose_snapshot(snapshots, options.parent.empty() ? "latest" : options.parent,
                                           same)
            .id;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found || !options.parent.empty()) throw;
        return std::nullopt;
    }
}

}  // namespace

int back_up_files(const BackupOptions& options, CommandRun& run) {
    auto opened = run.open();
    auto parent = find_parent(options, *opened);
    auto writer = repository::SnapshotWriter::start(
        *opened, {.time = now(), .hostname = options.host, .tags = options.tags, .parent = parent});
    run.show_progress("files");
    auto result = writer->add_paths(options.paths, options.files, run.progress(), run.stop());
    auto snapshot = writer->finish();
    run.end_progress();
    for (const auto& problem : result.problems) run.warn(problem);
    run.say(fmt::format("{} files new, {} changed, {} unchanged; {} read, {} added", result.new_files,
                        result.changed_files, result.unchanged_files, format_bytes(result.read_bytes),
                        format_bytes(result.added_bytes)));
    run.say(fmt::format("Snapshot {} made in {:.1f} s.", short_id(snapshot.id), run.seconds()));
    run.report("summary", {{"snapshot_id", snapshot.id.to_string()},
                           {"new_files", result.new_files},
                           {"changed_files", result.changed_files},
                           {"unchanged_files", result.unchanged_files},
                           {"folders", result.folders},
                           {"read_bytes", result.read_bytes},
                           {"added_bytes", result.added_bytes},
                           {"problems", result.problems.size()},
                           {"seconds", run.seconds()}});
    return result.problems.empty() ? 0 : exit_incomplete;
}

}  // namespace holdfast
