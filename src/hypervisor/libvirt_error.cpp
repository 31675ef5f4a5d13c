#include "hypervisor/libvirt_error.hpp"

#include <libvirt/virterror.h>

#include <array>
#include <string_view>

namespace holdfast::hypervisor {
namespace {

// What the client library says when the daemon goes away in the middle of a call; it has no code of its own
// for that.
bool tells_of_lost_connection(std::string_view message) {
    constexpr std::array<std::string_view, 7> signs{"End of file while reading data",
                                                    "client socket is closed",
                                                    "Cannot write data",
                                                    "Cannot recv data",
                                                    "connection reset",
                                                    "connection closed due to keepalive timeout",
                                                    "connection is not open"};
    for (auto sign : signs)
        if (message.contains(sign)) return true;
    return false;
}

ErrorKind kind_of(const LibvirtFailure& failure) {
    if (tells_of_lost_connection(failure.message)) return ErrorKind::unavailable;
    switch (failure.code) {
        case VIR_ERR_NO_DOMAIN:
        case VIR_ERR_NO_DOMAIN_CHECKPOINT:
        case VIR_ERR_NO_DOMAIN_BACKUP:
        case VIR_ERR_CHECKPOINT_INCONSISTENT:
        case VIR_ERR_NO_STORAGE_POOL:
        case VIR_ERR_NO_STORAGE_VOL:
        case VIR_ERR_NO_NETWORK:
            return ErrorKind::not_found;
        case VIR_ERR_XML_ERROR:
        case VIR_ERR_XML_DETAIL:
        case VIR_ERR_XML_INVALID_SCHEMA:
        case VIR_ERR_INVALID_ARG:
            return ErrorKind::invalid_input;
        case VIR_ERR_CONFIG_UNSUPPORTED:
        case VIR_ERR_NO_SUPPORT:
        case VIR_ERR_OPERATION_UNSUPPORTED:
        case VIR_ERR_ARGUMENT_UNSUPPORTED:
            return ErrorKind::not_supported;
        case VIR_ERR_OPERATION_TIMEOUT:  // "cannot acquire state change lock": another job runs
        case VIR_ERR_OPERATION_INVALID:
        case VIR_ERR_DOM_EXIST:
        case VIR_ERR_RESOURCE_BUSY:
            return ErrorKind::conflict;
        case VIR_ERR_AUTH_FAILED:
        case VIR_ERR_AUTH_CANCELLED:
        case VIR_ERR_ACCESS_DENIED:
            return ErrorKind::forbidden;
        case VIR_ERR_NO_CONNECT:
        case VIR_ERR_INVALID_CONN:
        case VIR_ERR_RPC:
        case VIR_ERR_AGENT_UNRESPONSIVE:
            return ErrorKind::unavailable;
        default:
            // libvirt reports very different things as "internal error" and "operation failed".
            if (failure.message.contains("already exists")) return ErrorKind::conflict;
            return ErrorKind::io;
    }
}

}  // namespace

LibvirtFailure last_libvirt_failure() {
    const virError* error = ::virGetLastError();
    if (error == nullptr) return {VIR_ERR_INTERNAL_ERROR, "libvirt gave no reason"};
    return {error->code, error->message != nullptr ? error->message : "libvirt gave no reason"};
}

Error to_error(const LibvirtFailure& failure, const std::string& happened) {
    Error error(kind_of(failure), happened + ": " + failure.message);
    if (error.kind() == ErrorKind::unavailable)
        error.advise("See whether libvirtd runs and can be reached, then try again.");
    return error;
}

void throw_libvirt_error(const std::string& happened) {
    throw to_error(last_libvirt_failure(), happened);
}

void throw_libvirt_error(const std::string& happened_to, virDomainPtr domain) {
    auto failure = last_libvirt_failure();
    throw to_error(failure, happened_to + " " + name_of(domain));
}

std::string name_of(virDomainPtr domain) {
    const char* name = ::virDomainGetName(domain);
    return name != nullptr ? name : "a virtual machine";
}

}  // namespace holdfast::hypervisor
