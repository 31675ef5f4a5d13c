#include "protection/repository_upkeep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <shared_mutex>

#include "base/error.hpp"
#include "base/progress.hpp"
#include "base/text.hpp"
#include "catalog/system_sessions.hpp"
#include "protection/system_work.hpp"

namespace holdfast::protection {
namespace {

repository::RepositoryKey find_key(const std::vector<repository::RepositoryKey>& keys,
                                   const std::string& id) {
    auto found = std::ranges::find(keys, id, &repository::RepositoryKey::id);
    if (found == keys.end())
        throw Error(ErrorKind::not_found, "The repository has no key " + id.substr(0, 64));
    return *found;
}

std::string current_key(repository::Repository& opened) {
    auto keys = opened.keys();
    auto found = std::ranges::find_if(keys, &repository::RepositoryKey::is_current);
    if (found == keys.end())
        throw Error(ErrorKind::corrupt, "The repository has no key of the password that it was opened with");
    return found->id;
}

// Ends the session of the work as the work ended.
template <typename Work>
auto in_session(SystemWork& session, Work work) {
    try {
        return work();
    } catch (const Error& error) {
        session.fail(error);
        throw;
    }
}

}  // namespace

repository::PruneResult forget_and_prune(const Environment& environment, OpenRepositories& repositories,
                                         const Uuid& repository, SystemWork& work, std::stop_token stop) {
    catalog::Repositories records(environment.database);
    auto names = records.snapshots_to_forget(repository);
    auto gate = repositories.gate(repository);
    // Whoever reads or writes there is not waited for: that may take hours.
    std::unique_lock alone(*gate, std::try_to_lock);
    if (!alone) throw Error(ErrorKind::conflict, "The repository is in use");
    auto opened = repositories.open(repository);
    if (!names.empty()) {
        work.tell(fmt::format("Snapshots that no restore point needs any more: {}", names.size()));
        std::vector<repository::SnapshotId> ids;
        for (const auto& name : names)
            if (auto id = repository::SnapshotId::parse(name)) ids.push_back(*id);
        opened->forget(ids);
    }
    Progress progress;
    auto pruned = opened->prune(progress, stop);
    work.tell(fmt::format("Removed from the repository: {} packs, {} written anew; freed: {}",
                          pruned.removed_packs, pruned.rewritten_packs, format_bytes(pruned.freed_bytes)));
    for (const auto& name : names) records.forgot(repository, name);
    return pruned;
}

catalog::Repository RepositoryUpkeep::record(const Uuid& repository) {
    auto found = records_.find(repository);
    if (!found) throw Error(ErrorKind::not_found, "There is no repository " + repository.to_string());
    return std::move(*found);
}

repository::CheckResult RepositoryUpkeep::check(const Uuid& repository, repository::CheckDepth depth,
                                                std::stop_token stop) {
    auto name = record(repository).name;
    SystemWork work(environment_, catalog::system_work::maintenance, "Check of " + name);
    return in_session(work, [&] {
        auto gate = repositories_.gate(repository);
        std::shared_lock reading(*gate, std::try_to_lock);
        if (!reading)
            throw Error(ErrorKind::conflict, "The repository is being pruned").advise("Check it afterwards.");
        work.tell(depth == repository::CheckDepth::all_data ? "Reading all data" : "Checking the structure");
        Progress progress;
        auto checked = repositories_.open(repository)->check(depth, progress, stop);
        for (const auto& problem : checked.problems) work.tell(problem);
        work.tell(fmt::format("Packs looked at: {}, blobs: {}, problems: {}", checked.checked_packs,
                              checked.checked_blobs, checked.problems.size()));
        if (checked.problems.empty())
            work.succeed();
        else
            work.fail(Error(ErrorKind::corrupt,
                            fmt::format("The repository {} is damaged: {}", name, checked.problems.front())));
        return checked;
    });
}

repository::PruneResult RepositoryUpkeep::prune(const Uuid& repository, std::stop_token stop) {
    SystemWork work(environment_, catalog::system_work::maintenance, "Prune of " + record(repository).name);
    return in_session(work, [&] {
        auto pruned = forget_and_prune(environment_, repositories_, repository, work, stop);
        repositories_.refresh_space(repository);
        work.succeed();
        return pruned;
    });
}

void RepositoryUpkeep::count_content(const Uuid& repository, std::stop_token stop) {
    auto gate = repositories_.gate(repository);
    std::shared_lock reading(*gate, std::try_to_lock);
    if (!reading)
        throw Error(ErrorKind::conflict, "The repository is being pruned").advise("Try it afterwards.");
    CountedContent counted{now(), repositories_.open(repository)->content_statistics(stop)};
    std::lock_guard lock(mutex_);
    counted_.insert_or_assign(repository, counted);
}

RepositoryFigures RepositoryUpkeep::figures(const Uuid& repository) {
    RepositoryFigures figures{repositories_.open(repository)->statistics(), {}};
    std::lock_guard lock(mutex_);
    if (auto found = counted_.find(repository); found != counted_.end()) figures.content = found->second;
    return figures;
}

std::vector<repository::RepositoryKey> RepositoryUpkeep::keys(const Uuid& repository) {
    return repositories_.open(repository)->keys();
}

repository::RepositoryKey RepositoryUpkeep::add_key(const Uuid& repository, const std::string& password) {
    auto opened = repositories_.open(repository);
    return find_key(opened->keys(), opened->add_key(password));
}

void RepositoryUpkeep::remove_key(const Uuid& repository, const std::string& key) {
    auto opened = repositories_.open(repository);
    if (find_key(opened->keys(), key).is_current)
        throw Error(ErrorKind::conflict, "The key " + key.substr(0, 8) + " is the one that this server uses")
            .advise("Change the password of the repository: that removes the old key.");
    opened->remove_key(key);
}

ChangedPassword RepositoryUpkeep::change_password(const Uuid& repository, const std::string& password) {
    if (password == repositories_.password(repository))
        throw Error(ErrorKind::invalid_input, "The new password is the old one")
            .advise("Nothing was changed.");
    auto opened = repositories_.open(repository);
    auto old_key = current_key(*opened);
    ChangedPassword changed{.key = opened->add_key(password)};
    auto reopened = repositories_.use_password(repository, password);
    try {
        reopened->remove_key(old_key);
    } catch (const Error& error) {
        changed.old_stays = fmt::format("The old password opens it, too: its key {} could not be removed: {}",
                                        old_key.substr(0, 8), error.what());
    }
    return changed;
}

}  // namespace holdfast::protection
