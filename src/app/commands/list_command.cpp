#include <fmt/format.h>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"
#include "app/snapshot_options.hpp"

namespace holdfast {
namespace {

std::string joined(const std::vector<std::string>& texts) {
    std::string line;
    for (const auto& text : texts) line += (line.empty() ? "" : ",") + text;
    return line;
}

void list_snapshots(const SnapshotOptions& given, CommandRun& run) {
    auto filter = given.filter.filter();
    auto snapshots = run.open()->snapshots();
    std::erase_if(snapshots, [&](const auto& snapshot) { return !filter.lets_through(snapshot); });
    if (snapshots.empty())
        run.say(filter.hosts.empty() && filter.tags.empty() && filter.paths.empty()
                    ? "There is no snapshot in the repository yet."
                    : "There is no snapshot of that host, with these tags and paths.");
    else
        run.show(fmt::format("{:8}  {:19}  {:20}  {}", "ID", "Time (UTC)", "Host", "Paths  [Tags]"));
    for (const auto& snapshot : snapshots) {
        run.show(fmt::format("{}  {:.19}  {:20}  {}{}", short_id(snapshot.id), format_for_name(snapshot.time),
                             snapshot.hostname, joined(snapshot.paths),
                             snapshot.tags.empty() ? "" : "  [" + joined(snapshot.tags) + "]"));
        run.report("snapshot", to_json(snapshot));
    }
    run.report("summary", {{"snapshots", snapshots.size()}});
}

// "drwxr-xr-x", as ls has it.
std::string mode_text(const repository::FileEntryInfo& entry) {
    std::string text = entry.type == "dir"       ? "d"
                       : entry.type == "symlink" ? "l"
                       : entry.type == "dev"     ? "b"
                       : entry.type == "chardev" ? "c"
                       : entry.type == "fifo"    ? "p"
                       : entry.type == "socket"  ? "s"
                                                 : "-";
    constexpr std::string_view letters = "rwxrwxrwx";
    for (unsigned i = 0; i < letters.size(); ++i) text += (entry.mode >> (8 - i) & 1) != 0 ? letters[i] : '-';
    return text;
}

void list_content(const SnapshotOptions& given, CommandRun& run) {
    auto chosen = choose_snapshot(given, run.open());
    std::uint64_t entries = 0;
    auto show = [&](const repository::FileEntryInfo& entry) {
        ++entries;
        run.show(fmt::format("{} {:5} {:5} {:>12} {} /{}{}", mode_text(entry), entry.uid, entry.gid,
                             entry.size, format_for_name(entry.modified).substr(0, 19), entry.path,
                             entry.link_target.empty() ? "" : " -> " + entry.link_target));
        run.report("entry", {{"path", entry.path},
                             {"entry_type", entry.type},
                             {"mode", entry.mode},
                             {"uid", entry.uid},
                             {"gid", entry.gid},
                             {"size", entry.size},
                             {"modified", format_utc(entry.modified)},
                             {"link_target", entry.link_target}});
    };
    chosen.repository->list_files(chosen.snapshot.id, chosen.path, show, run.stop());
    run.report("summary", {{"entries", entries}});
}

}  // namespace

void add_list_command(CLI::App& repository) {
    auto given = std::make_shared<SnapshotOptions>();
    auto* command = repository.add_subcommand("list", "Show the snapshots, or what is in one of them.");
    add_snapshot_options(
        *command, *given, "SNAPSHOT[:PATH]",
        "Its content: an id, the beginning of one, or latest (of those that are let through)");
    add_footer(*command,
               "  holdfast repository list\n  holdfast repository list --host web01\n"
               "  holdfast repository list latest:home/ann\n");
    command->callback([given] {
        run_command(given->common, "", [&](CommandRun& run) {
            given->snapshot.empty() ? list_snapshots(*given, run) : list_content(*given, run);
            return 0;
        });
    });
}

}  // namespace holdfast
