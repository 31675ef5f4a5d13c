#include "protection/session_end.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace holdfast::protection {

std::string_view worst_result(const std::vector<catalog::TaskSession>& tasks) {
    auto any = [&](std::string_view wanted) {
        return std::ranges::any_of(tasks, [&](const auto& task) { return task.result == wanted; });
    };
    if (any(catalog::result::failed)) return catalog::result::failed;
    if (any(catalog::result::warning)) return catalog::result::warning;
    return catalog::result::success;
}

std::string first_reason(const std::vector<catalog::TaskSession>& tasks, std::string_view result) {
    for (const auto& task : tasks)
        if (task.result == result) return task.vm_name + ": " + task.reason;
    return {};
}

void fail_unreached(catalog::BackupSessions& sessions, std::vector<catalog::TaskSession>& tasks,
                    const std::string& reason) {
    for (auto& task : tasks) {
        if (task.ended) continue;
        task.state = catalog::state::completed;
        task.result = catalog::result::failed;
        task.reason = reason;
        task.ended = now();
        try {
            sessions.update_task(task);
        } catch (const std::exception& error) {
            spdlog::error("The end of the work on {} could not be stored: {}", task.vm_name, error.what());
        }
    }
}

void end_session(catalog::BackupSessions& sessions, catalog::BackupSession& session) {
    session.state = catalog::state::stopped;
    session.ended = now();
    if (session.result != catalog::result::failed) session.progress = 100;
    try {
        sessions.update(session);
    } catch (const std::exception& error) {
        spdlog::error("The end of session {} could not be stored: {}", session.id.to_string(), error.what());
    }
    spdlog::info("Session {} of the job {} ended: {} {}", session.id.to_string(), session.job_name,
                 session.result, session.reason);
}

}  // namespace holdfast::protection
