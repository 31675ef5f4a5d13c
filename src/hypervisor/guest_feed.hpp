// Bytes into a script that runs in a guest, by its guest agent.
#pragma once

#include <memory>
#include <stop_token>

#include "hypervisor/host.hpp"
#include "hypervisor/libvirt_handles.hpp"

namespace holdfast::hypervisor {

std::unique_ptr<GuestFeed> start_guest_feed(DomainHandle domain, const FedScript& script,
                                            const std::stop_token& stop);

}  // namespace holdfast::hypervisor
