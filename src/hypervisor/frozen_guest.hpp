// File systems of a guest, frozen by a process of its own, holdfast-freeze-guard, which thaws them when it is
// told to, when Holdfast is gone, and when the time is up in any case.
#pragma once

#include <memory>
#include <string>

#include "hypervisor/host.hpp"

namespace holdfast::hypervisor {

std::unique_ptr<FrozenGuest> freeze_guest(const std::string& uri, const Uuid& domain,
                                          const std::string& name);

}  // namespace holdfast::hypervisor
