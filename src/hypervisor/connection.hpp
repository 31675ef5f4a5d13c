// The connection to a libvirt daemon, made again after it was lost.
#pragma once

#include <libvirt/libvirt.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "hypervisor/libvirt_handles.hpp"

namespace holdfast::hypervisor {

// Any thread. libvirt's event loop runs on a thread of its own from the first connection to the end of the
// process: it notices, within about 15 s, a daemon that no longer answers, and calls under way then fail
// instead of waiting for ever.
class Connection {
  public:
    explicit Connection(std::string uri);

    const std::string& uri() const { return uri_; }
    // A live connection, for the time of one call. Throws unavailable.
    std::shared_ptr<virConnect> get();

    // not_found, naming the host.
    DomainHandle find(const Uuid& uuid);

  private:
    std::shared_ptr<virConnect> open() const;

    const std::string uri_;
    std::mutex mutex_;
    std::shared_ptr<virConnect> connection_;
    // The last attempt to connect, when it failed: whoever waited for it meanwhile is told the same.
    std::optional<Error> failure_;
    std::chrono::steady_clock::time_point failed_at_;
};

}  // namespace holdfast::hypervisor
