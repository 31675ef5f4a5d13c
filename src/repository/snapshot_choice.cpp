#include "repository/snapshot_choice.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t max_candidates_named = 10;

bool has_all(const std::vector<std::string>& of_snapshot, const std::vector<std::string>& wanted) {
    return std::ranges::all_of(
        wanted, [&](const auto& one) { return std::ranges::find(of_snapshot, one) != of_snapshot.end(); });
}

Error ambiguous(std::string_view name, const std::vector<const Snapshot*>& found) {
    std::string candidates;
    for (const auto* snapshot : std::span(found).first(std::min(found.size(), max_candidates_named)))
        candidates += "\n  " + snapshot->id.to_string().substr(0, 16) + "  " +
                      format_for_name(snapshot->time) + "  " + snapshot->hostname;
    if (found.size() > max_candidates_named) candidates += "\n  ...";
    return Error(ErrorKind::invalid_input, std::to_string(found.size()) + " snapshots begin with \"" +
                                               std::string(name) + "\":" + candidates + "\n")
        .advise("Give more of the id.");
}

const Snapshot& newest(std::span<const Snapshot> snapshots, const SnapshotFilter& filter) {
    const Snapshot* best = nullptr;
    for (const auto& snapshot : snapshots)
        if (filter.lets_through(snapshot) && (best == nullptr || snapshot.time > best->time))
            best = &snapshot;
    if (best == nullptr)
        throw Error(ErrorKind::not_found, snapshots.empty() ? "There is no snapshot in the repository"
                                                            : "There is no snapshot of that host, with "
                                                              "these tags and paths")
            .advise("`holdfast repository list` shows those there are.");
    return *best;
}

}  // namespace

bool has_tags(const Snapshot& snapshot, const std::vector<std::string>& wanted) {
    if (snapshot.tags.empty() && std::ranges::find(wanted, "") != wanted.end())
        return wanted.front().empty();  // "a," still wants a
    return has_all(snapshot.tags, wanted);
}

bool SnapshotFilter::lets_through(const Snapshot& snapshot) const {
    bool host = hosts.empty() || std::ranges::find(hosts, snapshot.hostname) != hosts.end();
    bool tag =
        tags.empty() || std::ranges::any_of(tags, [&](const auto& list) { return has_tags(snapshot, list); });
    return host && tag && has_all(snapshot.paths, paths);
}

const Snapshot& choose_snapshot(std::span<const Snapshot> snapshots, std::string_view name,
                                const SnapshotFilter& latest_of) {
    if (name == "latest") return newest(snapshots, latest_of);
    std::vector<const Snapshot*> found;
    if (!name.empty())
        for (const auto& snapshot : snapshots)
            if (snapshot.id.to_string().starts_with(name)) found.push_back(&snapshot);
    if (found.empty())
        throw Error(ErrorKind::not_found, "There is no snapshot \"" + std::string(name) + "\"")
            .advise("`holdfast repository list` shows them.");
    if (found.size() > 1) throw ambiguous(name, found);
    return *found.front();
}

}  // namespace holdfast::repository
