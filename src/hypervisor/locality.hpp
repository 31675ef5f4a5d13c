// Which libvirt URIs are of this machine.
#pragma once

#include <string_view>

namespace holdfast::hypervisor {

// "qemu:///system" and "qemu+unix:///session?..." are, "qemu+ssh://host/system" is not, wherever `host` is.
// What is no URI but an alias of libvirt's configuration is taken for another machine's.
bool is_of_this_machine(std::string_view uri);

}  // namespace holdfast::hypervisor
