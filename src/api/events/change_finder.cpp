#include "api/events/change_finder.hpp"

#include <fmt/format.h>

#include <utility>

namespace holdfast::api {
namespace {

// What has ended is looked for a while longer: it is seen only when its transaction is done, and another
// server's clock may differ.
constexpr std::chrono::seconds overlap{60};

std::string name_of(const catalog::TaskRecord& task) {
    return fmt::format("task {} {}", task.account.to_string(), task.number);
}
std::string name_of(const catalog::BackupSession& session) {
    return "backup " + session.id.to_string();
}
std::string name_of(const catalog::RestoreSession& session) {
    return "restore " + session.id.to_string();
}

std::string state_of(const catalog::TaskRecord& task) {
    return task.ended ? "ended" : "running";
}
template <typename Session>
std::string state_of(const Session& session) {
    return fmt::format("{} {} {} {}", session.state, session.result, session.progress,
                       session.ended.has_value());
}

}  // namespace

template <typename Record>
void ChangeFinder::compare(std::vector<Record> records, States& states, std::vector<Change>& changes) const {
    for (auto& record : records) {
        auto name = name_of(record);
        auto state = state_of(record);
        auto known = known_.find(name);
        bool is_new = known == known_.end() || known->second != state;
        states.emplace(std::move(name), std::move(state));
        if (knows_ && is_new) changes.emplace_back(std::move(record));
    }
}

std::vector<Change> ChangeFinder::find() {
    auto time = now();
    auto since = asked_ - overlap;
    States states;
    std::vector<Change> changes;
    compare(catalog::LogonRecords(database_).list_current_tasks(since), states, changes);
    compare(catalog::BackupSessions(database_).list_current(since), states, changes);
    compare(catalog::RestoreSessions(database_).list_current(since), states, changes);
    known_ = std::move(states);
    knows_ = true;
    asked_ = time;
    return changes;
}

}  // namespace holdfast::api
