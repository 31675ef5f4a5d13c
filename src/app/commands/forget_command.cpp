#include <fmt/format.h>

#include <set>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/prune_and_tell.hpp"
#include "app/snapshot_options.hpp"
#include "base/error.hpp"
#include "repository/keep_policy.hpp"

namespace holdfast {
namespace {

using repository::SnapshotId;

struct Given {
    CommonOptions common;
    FilterOptions filter;
    std::vector<std::string> snapshots;
    repository::KeepPolicy policy;  // what the options below do not say
    std::string within;
    std::vector<std::string> tags;  // "a,b": both
    bool dry_run = false;
    bool prune = false;
};

repository::KeepPolicy policy_of(const Given& given) {
    auto policy = given.policy;
    auto within = repository::parse_calendar_span(given.within);
    if (!within)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("--keep-within {} is not a length of time", given.within))
            .advise("Write for instance 1y5m7d2h, 30d or 12h.");
    policy.within = *within;
    for (const auto& list : given.tags) policy.tags.push_back(split_tags(list));
    return policy;
}

void tell(const repository::Snapshot& snapshot, std::string_view action,
          const std::vector<std::string>& reasons, CommandRun& run) {
    std::string why;
    for (const auto& reason : reasons) why += (why.empty() ? "  " : ", ") + reason;
    run.say(
        fmt::format("  {:6}  {}  {}{}", action, short_id(snapshot.id), format_for_name(snapshot.time), why));
    auto fields = to_json(snapshot);
    fields["action"] = action;
    fields["reasons"] = boost::json::value_from(reasons);
    run.report("snapshot", fields);
}

std::set<SnapshotId> choose_by_name(const Given& given, std::span<const repository::Snapshot> snapshots,
                                    CommandRun& run) {
    std::set<SnapshotId> chosen;
    for (const auto& name : given.snapshots) {
        const auto& snapshot = repository::choose_snapshot(snapshots, name, given.filter.filter());
        if (chosen.insert(snapshot.id).second) tell(snapshot, "remove", {}, run);
    }
    return chosen;
}

std::set<SnapshotId> choose_by_policy(const Given& given, std::vector<repository::Snapshot> snapshots,
                                      CommandRun& run) {
    auto filter = given.filter.filter();
    std::erase_if(snapshots, [&](const auto& snapshot) { return !filter.lets_through(snapshot); });
    std::set<SnapshotId> chosen;
    for (const auto& group : repository::apply_policy(snapshots, policy_of(given), now())) {
        run.say(fmt::format("{}  {}", group.hostname, fmt::join(group.paths, ",")));
        for (const auto& kept : group.keep) tell(kept.snapshot, "keep", kept.reasons, run);
        for (const auto& snapshot : group.remove) {
            tell(snapshot, "remove", {}, run);
            chosen.insert(snapshot.id);
        }
    }
    return chosen;
}

void forget(const Given& given, CommandRun& run) {
    bool is_policy = !policy_of(given).is_empty();
    if (given.snapshots.empty() && !is_policy)
        throw Error(ErrorKind::invalid_input, "Neither snapshots nor a policy are named")
            .advise("Name snapshots, or what to keep: --keep-last 7 for instance.");
    if (!given.snapshots.empty() && is_policy)
        throw Error(ErrorKind::invalid_input, "Snapshots and a policy are named")
            .advise("Name either snapshots to forget, or what to keep.");
    auto opened = run.open();
    auto snapshots = opened->snapshots();
    auto chosen = is_policy ? choose_by_policy(given, snapshots, run) : choose_by_name(given, snapshots, run);
    std::vector<SnapshotId> ids(chosen.begin(), chosen.end());
    if (!given.dry_run) {
        opened->forget(ids);
        run.say(fmt::format("{} snapshots removed, {} kept.", ids.size(), snapshots.size() - ids.size()));
        if (given.prune && !ids.empty()) prune_and_tell(*opened, run);
    } else {
        run.say(fmt::format("{} snapshots would be removed, {} kept. Nothing was removed.", ids.size(),
                            snapshots.size() - ids.size()));
    }
    run.report(
        "summary",
        {{"removed", ids.size()}, {"kept", snapshots.size() - ids.size()}, {"dry_run", given.dry_run}});
}

void add_policy_options(CLI::App& command, Given& given) {
    auto& policy = given.policy;
    const char* group = "Policy: a snapshot is kept for any one of these reasons";
    command.add_option("--keep-last", policy.last, "The newest N of each host and paths")
        ->type_name("N")
        ->group(group);
    command
        .add_option("--keep-hourly", policy.hourly, "The newest of each of the last N hours that have one")
        ->type_name("N")
        ->group(group);
    command.add_option("--keep-daily", policy.daily, "The same of days")->type_name("N")->group(group);
    command.add_option("--keep-weekly", policy.weekly, "The same of weeks, from Monday")
        ->type_name("N")
        ->group(group);
    command.add_option("--keep-monthly", policy.monthly, "The same of months")->type_name("N")->group(group);
    command.add_option("--keep-yearly", policy.yearly, "The same of years")->type_name("N")->group(group);
    command
        .add_option("--keep-within", given.within,
                    "All since so long before the newest: 1y5m7d2h, any part of it")
        ->type_name("DURATION")
        ->group(group);
    command.add_option("--keep-tag", given.tags, "All with this tag, or all of TAG,TAG")
        ->allow_extra_args(false)
        ->type_name("TAG")
        ->group(group);
}

}  // namespace

void add_forget_command(CLI::App& repository) {
    auto given = std::make_shared<Given>();
    auto* command = repository.add_subcommand(
        "forget", "Remove snapshots: those named, or those that a policy does not keep.");
    add_common_options(*command, given->common);
    command->add_option("SNAPSHOT", given->snapshots,
                        "What to remove: ids, beginnings of ids, or latest (of those that are let through)");
    add_policy_options(*command, *given);
    add_filter_options(*command, given->filter);
    command->add_flag("--dry-run", given->dry_run, "Only say what would be removed");
    command->add_flag("--prune", given->prune, "Then remove the data that no snapshot uses any more");
    add_footer(*command,
               "  holdfast repository forget --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --dry-run\n"
               "  holdfast repository forget --keep-last 3 --host web01 --prune\n"
               "  holdfast repository forget 3f1c92ab\n");
    command->callback([given] {
        run_command(given->common,
                    "Some snapshots may have been removed; `repository list` shows what is there.",
                    [&](CommandRun& run) {
                        forget(*given, run);
                        return 0;
                    });
    });
}

}  // namespace holdfast
