#include "api/resources/services.hpp"

#include <mutex>

#include "api/resources/task_routes.hpp"
#include "api/resources/viewer_of.hpp"
#include "base/error.hpp"
#include "catalog/accounts.hpp"

namespace holdfast::api {
namespace {

// Ties what belongs to a logon session to its end, once.
struct SessionEnd {
    std::once_flag tied;
};

}  // namespace

std::string Services::session_key(const Call& call) const {
    auto& logon = call.logon();
    auto key = keeper.keep(logon);
    std::call_once(logon.attachment<SessionEnd>().tied,
                   [&] { logon.on_end([&mounts = mounts, key](LogonEnd) { mounts.unmount_all_of(key); }); });
    return key;
}

catalog::Viewer Services::viewer(const Call& call) const {
    auto found = viewer_of(database, call.logon());
    if (!found) throw Error(ErrorKind::unauthenticated, "The account of this logon session is gone");
    return *found;
}

catalog::Selection Services::selection(const Call& call) const {
    return {.viewer = viewer(call), .here = {server.id, server.name, server.version, server.port}};
}

catalog::Selection Services::selection_in(const Call& call, std::string_view parent, const Uuid& id) const {
    auto selection_of_parent = selection(call);
    selection_of_parent.inside.emplace(parent, id.to_string());
    return selection_of_parent;
}

Answer Services::start_task(const Call& call, const std::string& operation, TaskRunner::Work work) const {
    TaskOwner owner{viewer(call).account, session_key(call)};
    return accepted(represent(tasks.start(owner, operation, std::move(work)), call.links()));
}

}  // namespace holdfast::api
