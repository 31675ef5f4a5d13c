#include "protection/guest_indexer.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "catalog/guest_index_writer.hpp"
#include "protection/indexed_folders.hpp"
#include "protection/point_files.hpp"
#include "protection/system_work.hpp"

namespace holdfast::protection {
namespace {

// Beyond that the oldest is not indexed: the next run makes up for it.
constexpr std::size_t most_waiting = 10'000;

bool is_windows(const std::vector<guest::Root>& roots) {
    return std::ranges::any_of(
        roots, [](const auto& root) { return root.path.size() == 2 && root.path.ends_with(':'); });
}

catalog::FileKind kind_of(guest::EntryKind kind) {
    switch (kind) {
        case guest::EntryKind::directory:
            return catalog::FileKind::folder;
        case guest::EntryKind::file:
            return catalog::FileKind::file;
        case guest::EntryKind::symbolic_link:
            return catalog::FileKind::link;
        case guest::EntryKind::other:
            break;
    }
    return catalog::FileKind::other;
}

// What is in the folder of that path, as far as it is indexed.
std::vector<catalog::IndexedFile> to_index(const std::string& path, std::span<const guest::Entry> entries,
                                           const IndexedFolders& wanted) {
    bool holds = wanted.holds(path);
    std::vector<catalog::IndexedFile> files;
    files.reserve(entries.size());
    for (const auto& entry : entries) {
        bool is_indexed = entry.kind == guest::EntryKind::directory ? wanted.leads(entry.path) : holds;
        if (is_indexed)
            files.push_back({entry.name, kind_of(entry.kind), static_cast<std::int64_t>(entry.size),
                             entry.modified, entry.owner});
    }
    return files;
}

}  // namespace

GuestIndexer::GuestIndexer(const Environment& environment, OpenRepositories& repositories)
    : environment_(environment), repositories_(repositories) {}

GuestIndexer::~GuestIndexer() {
    stop();
}

void GuestIndexer::start() {
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

void GuestIndexer::stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

void GuestIndexer::session_ended(const catalog::BackupSession& session) {
    auto job = catalog::Jobs(environment_.database).find(session.job);
    std::vector<catalog::TaskSession> tasks;
    if (job && job->indexing.is_on())
        tasks = catalog::BackupSessions(environment_.database).list_tasks_of(session.id);
    std::lock_guard lock(mutex_);
    for (const auto& task : tasks) {
        if (!task.vm_restore_point) continue;
        if (waiting_.size() == most_waiting) waiting_.pop_front();
        waiting_.push_back({*task.vm_restore_point, job->indexing});
    }
    is_to_tidy_ = true;
    changed_.notify_all();
}

void GuestIndexer::run(std::stop_token stop) {
    StopScope scope(stop);
    while (!stop.stop_requested()) {
        std::optional<Waiting> next;
        bool tidies = false;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, stop, [&] { return is_to_tidy_ || !waiting_.empty(); });
            if (stop.stop_requested()) return;
            if (!waiting_.empty()) {
                next = waiting_.front();
                waiting_.pop_front();
            } else {
                tidies = std::exchange(is_to_tidy_, false);
            }
        }
        if (next) index(*next, stop);
        if (tidies) tidy();
    }
}

void GuestIndexer::tidy() {
    try {
        catalog::tidy_guest_index(environment_.database, environment_.owner);
    } catch (const std::exception& error) {
        spdlog::warn("The index of guest files holds more than it must, until the next run: {}",
                     error.what());
    }
}

void GuestIndexer::index(const Waiting& waiting, std::stop_token stop) {
    try {
        auto point = catalog::RestorePoints(environment_.database).find_vm_point(waiting.point);
        if (!point) return;
        SystemWork work(environment_, catalog::system_work::guest_indexing,
                        "Indexing of the files of " + point->vm_name);
        try {
            index(*point, waiting.wanted, work, stop);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::cancelled) return work.fail(error);
            spdlog::warn("The files of {} are not indexed: {}", point->vm_name, error.what());
            work.warn(error.what());
        }
    } catch (const std::exception& error) {
        spdlog::warn("The files of a restore point are not indexed: {}", error.what());
    }
}

void GuestIndexer::index(const catalog::VmRestorePoint& point, const catalog::GuestIndexing& wanted,
                         SystemWork& work, std::stop_token stop) {
    work.tell(fmt::format("Opening the restore point from {}", format_utc(point.created)));
    PointFiles opened(environment_, repositories_, point, stop);
    auto roots = opened.files().roots();
    bool windows = is_windows(roots);
    const auto& part = windows ? wanted.windows_guests : wanted.linux_guests;
    if (part.extent == catalog::IndexedExtent::none) {
        work.tell(
            fmt::format("It is a {} guest: the job does not index its files", windows ? "Windows" : "Linux"));
        return work.succeed();
    }
    auto folders = windows ? IndexedFolders::of_windows(part) : IndexedFolders::of_linux(part);
    auto enters = [&](const std::string& path) { return folders.leads(path); };
    catalog::GuestIndexWriter writer(environment_.database, point, environment_.owner);
    std::vector<catalog::IndexedFile> root_folders;
    for (const auto& root : roots)
        if (folders.leads(root.path))
            root_folders.push_back({root.path, catalog::FileKind::folder, 0, Timestamp(), ""});
    writer.put(std::string(catalog::folder_of_roots), std::move(root_folders));
    auto walked = opened.files().walk(
        [&](const std::string& path, std::span<const guest::Entry> entries) {
            writer.put(path, to_index(path, entries, folders));
        },
        {.path_bytes = catalog::GuestIndexWriter::longest_path, .enters = enters}, stop);
    writer.finish();
    work.tell(fmt::format("Folders: {}, files: {}; changed since the restore point before: {}",
                          walked.folders, walked.entries, writer.changes()));
    if (walked.left_out == 0) return work.succeed();
    work.warn(fmt::format("Folders left out: {}. {}", walked.left_out, walked.reason));
}

}  // namespace holdfast::protection
