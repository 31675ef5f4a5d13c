// A session at another Holdfast server: logged on with the first object's making, logged off at its end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "peer/conversation.hpp"

namespace holdfast::peer {

// Of one thing that was begun there.
struct PeerTask {
    std::string message;
    // Where its links "Related" lead, with the host.
    std::vector<std::string> related;
};

// One thread. What fails throws as ask_identity() does.
class PeerSession {
  public:
    PeerSession(PeerAccess access, const PeerLimits& limits);
    PeerSession(const PeerSession&) = delete;
    PeerSession& operator=(const PeerSession&) = delete;
    // Where ending it fails it ends by itself a little later.
    ~PeerSession();

    PeerIdentity identity();
    // The members of the array `list` of what is at `path`, each as JSON. Nothing where the account may not
    // read it.
    std::optional<std::vector<std::string>> list(const std::string& path, const std::string& list);
    // One entity as JSON; nothing where it is not there.
    std::optional<std::string> entity(const std::string& path);
    // Begins what answers with a task, and waits for its end. Throws conflict where it does not end well, and
    // what the server says where it is not begun.
    PeerTask run(const std::string& path);

  private:
    const PeerAccess access_;
    Conversation server_;
    std::optional<Uuid> id_;
};

}  // namespace holdfast::peer
