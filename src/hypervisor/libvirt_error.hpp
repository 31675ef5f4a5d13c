// What libvirt said went wrong, as an Error.
#pragma once

#include <libvirt/libvirt.h>

#include <string>

#include "base/error.hpp"

namespace holdfast::hypervisor {

// The last error of this thread. Take it right after the call that failed.
struct LibvirtFailure {
    int code = 0;  // virErrorNumber
    std::string message;
};
LibvirtFailure last_libvirt_failure();

// `happened` without its reason: "Cannot start web01". What libvirt's code tells decides on the kind.
Error to_error(const LibvirtFailure& failure, const std::string& happened);
[[noreturn]] void throw_libvirt_error(const std::string& happened);
// With the domain's name at the end: "Cannot read the definition of" becomes "Cannot read the definition of
// web01: <reason>".
[[noreturn]] void throw_libvirt_error(const std::string& happened_to, virDomainPtr domain);

// For messages. Like every call of libvirt it clears the last error of this thread: take that first.
std::string name_of(virDomainPtr domain);

}  // namespace holdfast::hypervisor
