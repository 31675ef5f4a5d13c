#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/commands/backup_options.hpp"
#include "app/commands/changed_extents.hpp"
#include "app/snapshot_options.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "disk/image_file.hpp"
#include "protection/machine_snapshot.hpp"

namespace holdfast {
namespace {

std::optional<repository::SnapshotId> find_parent(const BackupOptions& options, const std::string& folder,
                                                  repository::Repository& repository) {
    if (options.parent.empty()) return std::nullopt;
    auto snapshots = repository.snapshots();
    return repository::choose_snapshot(snapshots, options.parent,
                                       {.hosts = {options.host}, .tags = {}, .paths = {"/" + folder}})
        .id;
}

class DisksBackup {
  public:
    DisksBackup(const BackupOptions& options, CommandRun& run)
        : options_(options),
          run_(run),
          paths_(options.machine.empty() ? options.host : options.machine),
          repository_(run.open()),
          parent_(find_parent(options, paths_.folder, *repository_)) {
        for (const auto& given : options.changed) changed_.insert(split_assignment("--changed", given));
        if (!changed_.empty() && !parent_)
            throw Error(ErrorKind::invalid_input, "--changed tells what changed since a parent")
                .advise("Name the parent, for instance --parent latest.");
    }

    int run() {
        for (const auto& given : options_.disks) disks_.push_back(split_assignment("--disk", given));
        for (const auto& [name, file] : changed_)
            if (std::ranges::find(disks_, name, [](const auto& disk) { return disk.first; }) == disks_.end())
                throw Error(ErrorKind::invalid_input, "--changed names a disk that --disk does not: " + name);
        auto writer = repository::SnapshotWriter::start(
            *repository_,
            {.time = now(), .hostname = options_.host, .tags = options_.tags, .parent = parent_});
        boost::json::array disks;
        for (const auto& [name, image] : disks_) {
            run_.show_progress(name);
            disks.push_back(add(*writer, name, image));
        }
        auto snapshot = writer->finish();
        run_.end_progress();
        run_.say(fmt::format("Snapshot {} made in {:.1f} s.", short_id(snapshot.id), run_.seconds()));
        run_.report(
            "summary",
            {{"snapshot_id", snapshot.id.to_string()}, {"disks", disks}, {"seconds", run_.seconds()}});
        return 0;
    }

  private:
    boost::json::object add(repository::SnapshotWriter& writer, const std::string& name,
                            const std::string& image) {
        auto source = disk::open_image(image);
        auto path = paths_.disk(name);
        std::optional<repository::DiskParent> base;
        if (auto file = changed_.find(name); file != changed_.end())
            base = {*parent_, path, read_changed_extents(file->second, source->size())};
        auto add_with = [&](const std::optional<repository::DiskParent>& known) {
            return writer.add_disk(path, *source, known, options_.chunk_size, run_.progress(), run_.stop());
        };
        repository::DiskResult added;
        try {
            added = add_with(base);
        } catch (const Error& error) {
            bool base_is_unusable =
                error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::conflict;
            if (!base || !base_is_unusable) throw;
            run_.warn(fmt::format("The disk {} is read in full: {}.", name, error.happened()));
            added = add_with(std::nullopt);
        }
        run_.say(fmt::format("{}: {} in size, {} read, {} added", name, format_bytes(added.size),
                             format_bytes(added.read_bytes), format_bytes(added.added_bytes)));
        return {{"name", name},
                {"path", path},
                {"size", added.size},
                {"read_bytes", added.read_bytes},
                {"added_bytes", added.added_bytes},
                {"new_blobs", added.new_blobs}};
    }

    const BackupOptions& options_;
    CommandRun& run_;
    const protection::MachinePaths paths_;
    const std::unique_ptr<repository::Repository> repository_;
    const std::optional<repository::SnapshotId> parent_;
    std::vector<std::pair<std::string, std::string>> disks_;  // name and image
    std::map<std::string, std::string> changed_;              // name and file
};

}  // namespace

int back_up_disks(const BackupOptions& options, CommandRun& run) {
    return DisksBackup(options, run).run();
}

}  // namespace holdfast
