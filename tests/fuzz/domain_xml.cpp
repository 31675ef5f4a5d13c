// The XML of a domain out of a restore point, changed for its new place: refused, or XML again.
#include <string>

#include "base/error.hpp"
#include "hypervisor/host.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace holdfast;
    hypervisor::DomainChanges changes;
    changes.new_name = "copy";
    changes.new_uuid = Uuid::parse("b6bfce60-7d42-46d7-9e55-0a40c04b0d7d");
    changes.new_mac_addresses = true;
    changes.disks.push_back({"vda", "/srv/copy.qcow2", disk::ImageFormat::qcow2});
    try {
        auto changed = hypervisor::change_domain_xml(fuzz::as_text(data, size), changes);
        fuzz::must_hold(changed.find("copy") != std::string::npos, "the new name is there");
        hypervisor::change_domain_xml(changed, changes);
    } catch (const Error& error) {
        fuzz::must_hold(error.kind() != ErrorKind::internal, "wrong XML is no defect of the program");
    }
    return 0;
}
