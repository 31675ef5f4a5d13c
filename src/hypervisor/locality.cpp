#include "hypervisor/locality.hpp"

namespace holdfast::hypervisor {

bool is_of_this_machine(std::string_view uri) {
    auto scheme = uri.find(':');
    return scheme != std::string_view::npos && uri.substr(scheme).starts_with(":///");
}

}  // namespace holdfast::hypervisor
