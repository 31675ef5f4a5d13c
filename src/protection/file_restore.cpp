#include "protection/file_restore.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/progress.hpp"
#include "catalog/backup_sessions.hpp"
#include "protection/guest_restore_script.hpp"
#include "protection/progress_reporter.hpp"

namespace holdfast::protection {
namespace {

using hypervisor::AgentState;
using hypervisor::DomainState;

constexpr std::chrono::seconds tar_limit{30};
constexpr std::size_t longest_name = 255;

// A guest may print anything; sessions tell it in one line of ASCII.
std::string in_one_line(std::string line) {
    for (char& c : line) {
        auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) c = ' ';
        if (byte >= 0x80) c = '?';
    }
    return line;
}

// "report_RESTORED_20261127_135200.txt" would hide what the name ends with; the time stands at the end.
std::string name_beside(const std::string& name, Timestamp point) {
    auto time = format_utc(point);
    std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
    auto ending = "_RESTORED_" + time.substr(0, 15);
    return name.substr(0, longest_name - ending.size()) + ending;
}

class FileRestore {
  public:
    FileRestore(hypervisor::Host& host, const FileRestoreRequest& request, Progress& progress,
                std::stop_token stop)
        : host_(host),
          request_(request),
          point_(request.mount->point()),
          progress_(progress),
          stop_(std::move(stop)) {}

    // Where it is now.
    std::string run() {
        require_agent();
        auto place = request_.mount->files().original_place(request_.path);
        progress_.total_bytes = place.size;
        auto beside = name_beside(place.name, point_.created);
        bool is_folder = place.kind == guest::EntryKind::directory;
        hypervisor::FedScript script{
            .text = guest_restore_script,
            .arguments = {Uuid::random().to_string(), is_folder ? "folder" : "file",
                          request_.existing == ExistingFiles::overwrite ? "overwrite" : "keep",
                          quoted_for_guest(place.folder), quoted_for_guest(place.name),
                          quoted_for_guest(beside)}};
        auto attributes = attributes_for_guest();
        auto feed = host_.feed_in_guest(point_.domain, script, stop_);
        request_.mount->files().read_original(request_.path, attributes, [&](auto bytes) {
            throw_if_stopped(stop_);
            request_.mount->touch();
            feed->write(bytes);
            if (is_folder) progress_.total_bytes += bytes.size();
            progress_.processed_bytes += bytes.size();
        });
        return told(feed->finish(), place, beside);
    }

  private:
    void require_agent() {
        auto state = host_.find_domain(point_.domain).state;
        if (state != DomainState::running)
            throw Error(ErrorKind::conflict, fmt::format("{} does not run", point_.vm_name))
                .advise("Start it, or download the files instead.");
        auto agent = host_.agent(point_.domain);
        if (agent == AgentState::none)
            throw Error(ErrorKind::not_supported,
                        fmt::format("{} has no channel for a guest agent", point_.vm_name))
                .advise("Give it a channel org.qemu.guest_agent.0, or download the files instead.");
        if (agent == AgentState::disconnected)
            throw Error(ErrorKind::unavailable, fmt::format("No guest agent runs in {}", point_.vm_name))
                .advise("Install qemu-guest-agent in it, or download the files instead.");
        host_.ping_agent(point_.domain);
    }

    guest::Attributes attributes_for_guest() {
        auto seen =
            host_.run_in_guest(point_.domain, {"tar --version 2>/dev/null | grep -q GNU", tar_limit}, stop_);
        knows_attributes_ = seen.ended_in_time && seen.status == 0;
        return knows_attributes_ ? guest::Attributes::all : guest::Attributes::plain;
    }

    std::string told(const hypervisor::GuestCommandResult& result, const guest::OriginalPlace& place,
                     const std::string& beside) const {
        auto shown = [&](const std::string& name) {
            return in_one_line((place.folder == "/" ? "" : place.folder) + "/" + name);
        };
        auto lacking = knows_attributes_ ? ""
                                         : " Access control lists and extended attributes were not restored: "
                                           "tar in the machine is not GNU tar.";
        auto output = in_one_line(result.output);
        switch (result.status) {
            case guest_restore_status::in_place:
                return fmt::format("Restored to {}.{}", shown(place.name), lacking);
            case guest_restore_status::beside:
                return fmt::format("{} is there and was kept; restored to {}.{}", shown(place.name),
                                   shown(beside), lacking);
            case guest_restore_status::some_refused:
                throw Error(ErrorKind::conflict,
                            fmt::format("Of {} all was restored but this: {}", shown(place.name), output));
            case guest_restore_status::unfinished:
                throw Error(ErrorKind::io, fmt::format("{} was restored in part, its files are whole: {}",
                                                       shown(place.name), output))
                    .advise("Restore it again.");
            default:
                throw Error(ErrorKind::io, fmt::format("{} was not restored: {}", shown(place.name), output));
        }
    }

    hypervisor::Host& host_;
    const FileRestoreRequest& request_;
    const catalog::VmRestorePoint& point_;
    Progress& progress_;
    const std::stop_token stop_;
    bool knows_attributes_ = false;
};

void end(catalog::RestoreSessions& sessions, catalog::RestoreSession& session, std::string_view result,
         std::string reason) {
    session.state = catalog::state::stopped;
    session.result = result;
    session.reason = std::move(reason);
    session.ended = now();
    sessions.update(session);
}

}  // namespace

FileRestoreEnd restore_in_place(catalog::Database& database, HostConnections& hosts,
                                const FileRestoreRequest& request, std::stop_token stop) {
    StopScope scope(stop);
    const auto& point = request.mount->point();
    catalog::RestoreSessions sessions(database);
    auto mounted = sessions.find(request.mount->session());
    if (!mounted) throw Error(ErrorKind::not_found, "The restore point is not mounted any more");
    auto session = catalog::new_restore_session("FileLevelRestore", mounted->owner, point, request.account);
    sessions.start(session);
    try {
        auto& host = hosts.connect_to_root(point.hierarchy_root, point.vm_name);
        Progress progress;
        auto restore = [&] {
            // Ends before the session is written to below.
            ProgressReporter reporter(progress, [&](const Progress& seen) {
                session.progress = std::min(seen.percent(), 99);
                sessions.update(session);
            });
            return FileRestore(host, request, progress, stop).run();
        };
        auto told = restore();
        session.progress = 100;
        end(sessions, session, catalog::result::success, told);
        spdlog::info("File restore into {}: {}", point.vm_name, told);
        return {session.id, told};
    } catch (const Error& error) {
        end(sessions, session, catalog::result::failed,
            error.kind() == ErrorKind::cancelled ? "Stopped on request." : error.what());
        throw;
    } catch (const std::exception& error) {
        end(sessions, session, catalog::result::failed, error.what());
        throw;
    }
}

}  // namespace holdfast::protection
