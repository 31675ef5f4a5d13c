#include <fmt/format.h>

#include <set>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"
#include "app/snapshot_options.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "repository/snapshot_copier.hpp"

namespace holdfast {
namespace {

struct Given {
    CommonOptions common;
    FilterOptions filter;
    std::vector<std::string> snapshots;
    std::string target;
    std::string target_password_file;
};

struct Sum {
    std::uint64_t copied = 0, were_there = 0, blobs = 0, read_bytes = 0, added_bytes = 0;
};

// Oldest first, so that a copy that breaks off leaves a history without gaps.
std::vector<repository::Snapshot> choose(const Given& given, std::vector<repository::Snapshot> snapshots) {
    auto filter = given.filter.filter();
    std::set<repository::SnapshotId> named;
    for (const auto& name : given.snapshots)
        named.insert(repository::choose_snapshot(snapshots, name, filter).id);
    std::erase_if(snapshots, [&](const repository::Snapshot& snapshot) {
        return given.snapshots.empty() ? !filter.lets_through(snapshot) : !named.contains(snapshot.id);
    });
    return {snapshots.rbegin(), snapshots.rend()};
}

void tell(const repository::Snapshot& snapshot, const repository::CopyResult& result, CommandRun& run) {
    const auto& copy = result.snapshot;
    run.say(result.was_there
                ? fmt::format("{} is there already, as {}.", short_id(snapshot.id), short_id(copy.id))
                : fmt::format("{} copied, as {}: {} blobs, {} added", short_id(snapshot.id),
                              short_id(copy.id), result.copied_blobs, format_bytes(result.added_bytes)));
    auto fields = to_json(copy);
    fields["copy_of"] = snapshot.id.to_string();
    fields["was_there"] = result.was_there;
    fields["copied_blobs"] = result.copied_blobs;
    fields["added_bytes"] = result.added_bytes;
    run.report("snapshot", fields);
}

Sum copy_each(const Given& given, CommandRun& run) {
    auto source = run.open();
    auto chosen = choose(given, source->snapshots());
    auto password =
        read_password(given.target_password_file, "Password of " + given.target, AskTimes::once, run.stop());
    auto target = repository::Repository::open(given.target, password);
    auto copier = repository::SnapshotCopier::start(*source, *target);
    Sum sum;
    for (const auto& snapshot : chosen) {
        run.show_progress("copying " + short_id(snapshot.id));
        auto result = copier->copy(snapshot.id, {}, run.progress(), run.stop());
        tell(snapshot, result, run);
        ++(result.was_there ? sum.were_there : sum.copied);
        sum.blobs += result.copied_blobs;
        sum.read_bytes += result.read_bytes;
        sum.added_bytes += result.added_bytes;
    }
    return sum;
}

void copy(const Given& given, CommandRun& run) {
    auto sum = copy_each(given, run);
    run.end_progress();
    run.say(fmt::format("{} snapshots copied, {} there already; {} read, {} added in {:.1f} s.", sum.copied,
                        sum.were_there, format_bytes(sum.read_bytes), format_bytes(sum.added_bytes),
                        run.seconds()));
    run.report("summary", {{"copied", sum.copied},
                           {"were_there", sum.were_there},
                           {"copied_blobs", sum.blobs},
                           {"read_bytes", sum.read_bytes},
                           {"added_bytes", sum.added_bytes},
                           {"seconds", run.seconds()}});
}

}  // namespace

void add_copy_command(CLI::App& app) {
    auto given = std::make_shared<Given>();
    auto* command = app.add_subcommand(
        "copy", "Copy snapshots into another repository: only the data that it has not got.");
    add_common_options(*command, given->common);
    command->add_option(
        "SNAPSHOT", given->snapshots,
        "What to copy: ids, beginnings of ids, or latest; without any, all that are let through");
    command->add_option("--to", given->target, "Folder or URL of the repository to copy to, which exists")
        ->envname("HOLDFAST_TO_REPOSITORY")
        ->type_name("URL")
        ->required();
    command
        ->add_option("--to-password-file", given->target_password_file,
                     "File whose first line is its password; without it, it is asked on the terminal")
        ->envname("HOLDFAST_TO_PASSWORD_FILE")
        ->type_name("FILE");
    add_filter_options(*command, given->filter);
    add_footer(*command,
               "  holdfast copy --repository /srv/backups --to rest:https://away.example:8000/backups/\n"
               "  holdfast copy latest --host web01 --to /mnt/usb/backups --to-password-file usb.pw\n");
    command->callback([given] {
        run_command(given->common,
                    "Snapshots told as copied are there; copying again goes on with what has arrived.",
                    [&](CommandRun& run) {
                        copy(*given, run);
                        return 0;
                    });
    });
}

}  // namespace holdfast
