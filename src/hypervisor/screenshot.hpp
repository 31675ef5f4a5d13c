// What is on a machine's screen.
#pragma once

#include <libvirt/libvirt.h>

#include <cstddef>
#include <string_view>
#include <vector>

namespace holdfast::hypervisor {

// Of a running machine, as PNG. not_supported where it has no screen; too_large for one of more than 32
// million pixels' bytes.
std::vector<std::byte> take_screenshot(virConnectPtr connection, virDomainPtr domain);

// A portable pixmap (P6, eight bits a colour) as PNG; corrupt for text that is none.
std::vector<std::byte> png_of_pixmap(std::string_view pixmap);

}  // namespace holdfast::hypervisor
