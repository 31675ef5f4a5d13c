// Checkpoints of a domain and the dirty bitmaps behind them.
#pragma once

#include <string>
#include <vector>

#include "hypervisor/connection.hpp"

namespace holdfast::hypervisor {

std::vector<std::string> list_checkpoints(virDomainPtr domain);

// With its bitmaps. Bitmaps that libvirt cannot remove because they are broken, or because the domain is off,
// are removed past it: by a QEMU monitor command, or by qemu-img where the image is on this machine. Gone
// already: no error.
void delete_checkpoint(Connection& connection, virDomainPtr domain, const std::string& name);

}  // namespace holdfast::hypervisor
