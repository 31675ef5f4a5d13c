#include "protection/restore_runs.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <shared_mutex>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "catalog/backup_sessions.hpp"
#include "protection/progress_reporter.hpp"

namespace holdfast::protection {

struct RestoreRuns::Run {
    catalog::RestoreSession session;
    Uuid domain;
    std::atomic<bool> ended = false;
    std::jthread thread;
};

RestoreRuns::RestoreRuns(const Environment& environment, HostConnections& hosts,
                         OpenRepositories& repositories)
    : environment_(environment),
      hosts_(hosts),
      repositories_(repositories),
      sessions_(environment.database) {}

RestoreRuns::~RestoreRuns() {
    std::lock_guard lock(mutex_);
    for (auto& [id, run] : runs_) run->thread.request_stop();
    runs_.clear();
}

Uuid RestoreRuns::start(VmRestoreRequest request, const std::string& account) {
    const auto point = request.point;
    auto run = std::make_unique<Run>();
    run->domain = point.domain;
    run->session = catalog::new_restore_session("RestoreVm", environment_.owner, point, account);
    request.session = run->session.id;

    // A request that cannot be met is refused at once, rather than in a session that fails.
    check_restore(environment_, host_of(point), *repositories_.open(point.repository), request);

    std::lock_guard lock(mutex_);
    std::erase_if(runs_, [](const auto& entry) { return entry.second->ended.load(); });
    if (std::ranges::any_of(runs_, [&](const auto& entry) { return entry.second->domain == point.domain; }))
        throw Error(ErrorKind::conflict,
                    fmt::format("The machine {} is being restored already", point.vm_name))
            .advise("Wait for that restore session to end.");
    sessions_.start(run->session);
    auto* raw = run.get();
    runs_.emplace(raw->session.id, std::move(run));
    raw->thread = std::jthread([this, raw, request](std::stop_token stop) {
        work(*raw, request, stop);
        raw->ended = true;
    });
    return raw->session.id;
}

hypervisor::Host& RestoreRuns::host_of(const catalog::VmRestorePoint& point) {
    return hosts_.connect_to_root(point.hierarchy_root, point.vm_name);
}

void RestoreRuns::work(Run& run, const VmRestoreRequest& request, std::stop_token stop) {
    StopScope scope(stop);
    auto& session = run.session;
    spdlog::info("Restore of {} from {} started", session.vm_name, format_utc(request.point.created));
    try {
        auto& host = host_of(request.point);
        auto repository = repositories_.open(request.point.repository);
        auto gate = repositories_.gate(request.point.repository);
        std::shared_lock in_use(*gate);
        Progress progress;
        auto restore = [&] {
            // Ends before the session is written to below.
            ProgressReporter reporter(progress, [&](const Progress& seen) {
                session.progress = seen.percent();
                sessions_.update(session);
            });
            return restore_machine(environment_, host, *repository, request, progress, stop);
        };
        auto made = restore();
        session.restored_ref =
            fmt::format("{}.{}", request.point.hierarchy_root.to_string(), made.domain.uuid.to_string());
        session.result = catalog::result::success;
        session.progress = 100;
    } catch (const Error& error) {
        session.result = catalog::result::failed;
        session.reason =
            error.kind() == ErrorKind::cancelled ? "Stopped by the end of the server." : error.what();
    } catch (const std::exception& error) {
        session.result = catalog::result::failed;
        session.reason = error.what();
    }
    session.state = catalog::state::stopped;
    session.ended = now();
    try {
        sessions_.update(session);
    } catch (const std::exception& error) {
        spdlog::error("The end of restore session {} could not be stored: {}", session.id.to_string(),
                      error.what());
    }
    spdlog::info("Restore of {} ended: {} {}", session.vm_name, session.result, session.reason);
}

}  // namespace holdfast::protection
