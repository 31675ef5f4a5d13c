#include "app/commands/backup_options.hpp"
#include "app/commands/commands.hpp"
#include "base/error.hpp"
#include "repository/process_identity.hpp"

namespace holdfast {
namespace {

constexpr const char* examples =
    "  holdfast backup /home /etc --exclude '*.tmp'\n"
    "  holdfast backup --disk vda=/srv/images/web01.qcow2 --machine web01\n"
    "  holdfast backup --disk vda=vda.raw --parent latest --changed vda=changed.txt\n"
    "\n"
    "A file for --changed has a line \"OFFSET LENGTH\" in bytes for each run that was changed since the\n"
    "parent; all else is taken from the parent unread.\n";

void add_file_options(CLI::App& command, BackupOptions& options) {
    command.add_option("PATH", options.paths, "Files and folders to back up")->type_name("");
    command.add_option("--exclude", options.files.excludes, "Leave out what matches this pattern")
        ->type_name("PATTERN")
        ->allow_extra_args(false);
    command.add_flag("--one-file-system", options.files.one_file_system, "Do not go into other file systems");
    command.add_flag("--force", options.files.ignore_parent, "Read every file, changed or not");
}

void add_disk_options(CLI::App& command, BackupOptions& options) {
    command
        .add_option("--disk", options.disks,
                    "A raw or qcow2 file, a block device or an NBD URI, stored as NAME")
        ->type_name("NAME=IMAGE")
        ->allow_extra_args(false);
    command.add_option("--machine", options.machine, "Whose disks they are; default: this host's name")
        ->type_name("NAME");
    command
        .add_option(
            "--chunk-size", options.chunk_size,
            "Disks are cut at multiples of it: a power of two, 64K to 8M; default: the parent's, or one "
            "that suits the disk's size")
        ->transform(CLI::AsSizeValue(false))
        ->type_name("SIZE");
    command.add_option("--changed", options.changed, "Only what FILE lists was changed since the parent")
        ->type_name("NAME=FILE")
        ->allow_extra_args(false);
}

int back_up(BackupOptions& options, CommandRun& run) {
    if (options.paths.empty() == options.disks.empty())
        throw Error(ErrorKind::invalid_input, "backup needs either paths or --disk")
            .advise("Name what to back up; disks and files go into snapshots of their own.");
    if (options.disks.empty() && !(options.changed.empty() && options.machine.empty()))
        throw Error(ErrorKind::invalid_input, "--changed and --machine are for --disk only");
    if (options.host.empty()) options.host = repository::ProcessIdentity::current().hostname;
    return options.disks.empty() ? back_up_files(options, run) : back_up_disks(options, run);
}

}  // namespace

void add_backup_command(CLI::App& app) {
    auto given = std::make_shared<BackupOptions>();
    auto* command = app.add_subcommand("backup", "Back up files and folders, or disk images.");
    add_common_options(*command, given->common);
    add_file_options(*command, *given);
    add_disk_options(*command, *given);
    command->add_option("--tag", given->tags, "A tag for the snapshot")
        ->type_name("TAG")
        ->allow_extra_args(false);
    command->add_option("--host", given->host, "Host that the snapshot names; default: this one")
        ->type_name("NAME");
    command
        ->add_option("--parent", given->parent,
                     "Snapshot to compare with, an id or latest; files default to the newest of the same "
                     "host and paths")
        ->type_name("SNAPSHOT");
    add_footer(*command, examples);
    command->callback([given] {
        run_command(given->common,
                    "No snapshot was made. Earlier snapshots stand; the next prune removes what was "
                    "written so far.",
                    [&](CommandRun& run) { return back_up(*given, run); });
    });
}

}  // namespace holdfast
