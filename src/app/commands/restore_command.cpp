#include <fmt/format.h>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"
#include "app/exit_status.hpp"
#include "app/snapshot_disk.hpp"
#include "app/snapshot_options.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "disk/image_file.hpp"

namespace holdfast {
namespace {

struct Given : SnapshotOptions {
    std::string target;
    std::vector<std::string> disks;  // NAME=FILE
};

// A regular file that is taken away again unless it is kept: what is not whole must not look like a disk.
class NewImage {
  public:
    NewImage(const std::filesystem::path& path, std::uint64_t size)
        : sink_(disk::create_raw_image(path, size)), path_(path) {}
    NewImage(const NewImage&) = delete;
    NewImage& operator=(const NewImage&) = delete;
    ~NewImage() {
        std::error_code ignored;
        if (!is_kept_ && std::filesystem::is_regular_file(path_, ignored))
            std::filesystem::remove(path_, ignored);
    }
    repository::BlockSink& sink() { return *sink_; }
    void keep() { is_kept_ = true; }

  private:
    std::unique_ptr<repository::BlockSink> sink_;
    std::filesystem::path path_;
    bool is_kept_ = false;
};

int restore_disks(const Given& given, const ChosenSnapshot& chosen, CommandRun& run) {
    const auto& [repository, snapshot, folder] = chosen;
    boost::json::array disks;
    for (const auto& text : given.disks) {
        auto [name, file] = split_assignment("--disk", text);
        auto disk = find_disk(*repository, snapshot, folder, name);
        NewImage image(file, disk.size);
        run.show_progress(name);
        repository->restore_disk(snapshot.id, disk.path, image.sink(), run.progress(), run.stop());
        image.sink().flush();
        image.keep();
        disks.push_back({{"name", name}, {"path", disk.path}, {"file", file}, {"size", disk.size}});
        run.say(fmt::format("{}: {} restored to {}", disk.path, format_bytes(disk.size), file));
    }
    run.end_progress();
    run.report("summary", {{"snapshot_id", snapshot.id.to_string()},
                           {"disks", disks},
                           {"written_bytes", run.progress().transferred_bytes.load()},
                           {"seconds", run.seconds()}});
    return 0;
}

int restore_files(const Given& given, const ChosenSnapshot& chosen, CommandRun& run) {
    const auto& [repository, snapshot, path] = chosen;
    run.show_progress("files");
    auto result = repository->restore_files(snapshot.id, path, given.target, {}, run.progress(), run.stop());
    run.end_progress();
    for (const auto& problem : result.problems) run.warn(problem);
    run.say(fmt::format("{} files in {} folders, {}, restored to {} in {:.1f} s.", result.files,
                        result.folders, format_bytes(result.restored_bytes), given.target, run.seconds()));
    run.report("summary", {{"snapshot_id", snapshot.id.to_string()},
                           {"files", result.files},
                           {"folders", result.folders},
                           {"restored_bytes", result.restored_bytes},
                           {"problems", result.problems.size()},
                           {"seconds", run.seconds()}});
    return result.problems.empty() ? 0 : exit_incomplete;
}

int restore(const Given& given, CommandRun& run) {
    if (given.target.empty() == given.disks.empty())
        throw Error(ErrorKind::invalid_input, "restore needs either --target or --disk")
            .advise("Name a folder for files with --target, or a file for a disk with --disk NAME=FILE.");
    auto chosen = choose_snapshot(given, run.open());
    return given.disks.empty() ? restore_files(given, chosen, run) : restore_disks(given, chosen, run);
}

}  // namespace

void add_restore_command(CLI::App& app) {
    auto given = std::make_shared<Given>();
    auto* command = app.add_subcommand("restore", "Restore files into a folder, or disks into image files.");
    add_snapshot_options(*command, *given, "SNAPSHOT[:PATH]",
                         "An id, the beginning of one, or latest (of those that are let through)")
        ->required();
    command->add_option("--target", given->target, "Folder to restore into; made when it is missing")
        ->type_name("FOLDER");
    command
        ->add_option("--disk", given->disks,
                     "The disk NAME into a new raw file or onto an existing block device")
        ->type_name("NAME=FILE")
        ->allow_extra_args(false);
    add_footer(*command,
               "  holdfast restore latest --target /tmp/restored\n"
               "  holdfast restore 4f21:home/ann --target /tmp/ann\n"
               "  holdfast restore latest:web01 --disk vda=/srv/images/web01.raw\n");
    command->callback([given] {
        run_command(given->common, "What was restored completely stands; the rest is missing or partial.",
                    [&](CommandRun& run) { return restore(*given, run); });
    });
}

}  // namespace holdfast
