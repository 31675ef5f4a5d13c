#include "hypervisor/checkpoints.hpp"

#include <fmt/format.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>
#include <chrono>

#include "base/process.hpp"
#include "hypervisor/domain_disks.hpp"
#include "hypervisor/libvirt_error.hpp"
#include "hypervisor/locality.hpp"

namespace holdfast::hypervisor {
namespace {

namespace json = boost::json;

json::value ask_monitor(virDomainPtr domain, const json::object& command) {
    char* answer = nullptr;
    int result = ::virDomainQemuMonitorCommand(domain, json::serialize(command).c_str(), &answer, 0);
    LibvirtText text(answer);
    if (result != 0) throw_libvirt_error("Cannot send a command to the QEMU of", domain);
    boost::system::error_code error;
    json::value value = json::parse(text.get(), error);
    if (error || !value.is_object() || !value.as_object().contains("return"))
        throw Error(ErrorKind::io,
                    fmt::format("The QEMU of {} answered: {:.500}", name_of(domain), text.get()));
    return value.as_object().at("return");
}

bool has_bitmap(const json::value& node, const std::string& name) {
    const auto* bitmaps = node.as_object().if_contains("dirty-bitmaps");
    if (bitmaps == nullptr) return false;
    for (const auto& bitmap : bitmaps->as_array()) {
        const auto* found = bitmap.as_object().if_contains("name");
        if (found != nullptr && found->as_string() == name) return true;
    }
    return false;
}

// Also of bitmaps that are marked as inconsistent, which libvirt does not touch.
void remove_bitmaps_of_running(virDomainPtr domain, const std::string& name) {
    auto nodes =
        ask_monitor(domain, {{"execute", "query-named-block-nodes"}, {"arguments", {{"flat", true}}}});
    for (const auto& node : nodes.as_array()) {
        if (!has_bitmap(node, name)) continue;
        ask_monitor(domain, {{"execute", "block-dirty-bitmap-remove"},
                             {"arguments", {{"node", node.at("node-name")}, {"name", name}}}});
    }
}

// QEMU's lock on the image keeps this from an image that is in use after all.
void remove_bitmaps_of_shut_off(const Connection& connection, virDomainPtr domain, const std::string& name) {
    LibvirtText xml(::virDomainGetXMLDesc(domain, 0));
    if (!xml || !is_of_this_machine(connection.uri())) return;
    for (const auto& described : describe_domain(xml.get()).disks) {
        const auto& image = described.disk.source;
        if (!described.disk.supports_checkpoints || image.empty() || !std::filesystem::exists(image))
            continue;
        try {
            run_command({"qemu-img", "bitmap", "--remove", "-f", "qcow2",
                         std::filesystem::absolute(image).string(), name},
                        std::chrono::seconds(60));
        } catch (const Error& error) {  // most often: the image has none of that name
            spdlog::debug("The bitmap {} stays as it is: {}", name, error.what());
        }
    }
}

void remove_bitmaps(const Connection& connection, virDomainPtr domain, const std::string& name) {
    try {
        if (::virDomainIsActive(domain) == 1)
            remove_bitmaps_of_running(domain, name);
        else
            remove_bitmaps_of_shut_off(connection, domain, name);
    } catch (const Error& error) {
        // A bitmap that stays costs some memory and work of QEMU, and nothing else: names of checkpoints are
        // never used twice.
        spdlog::warn("The bitmap {} of {} could not be removed: {}", name, name_of(domain), error.what());
    } catch (const std::exception& error) {  // JSON of another shape than expected
        spdlog::warn("The bitmap {} of {} could not be removed: {}", name, name_of(domain), error.what());
    }
}

}  // namespace

std::vector<std::string> list_checkpoints(virDomainPtr domain) {
    virDomainCheckpointPtr* array = nullptr;
    int count = ::virDomainListAllCheckpoints(domain, &array, VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL);
    if (count < 0) throw_libvirt_error("Cannot list the checkpoints of", domain);
    std::vector<std::string> names;
    for (const auto& checkpoint : take_array<CheckpointHandle>(array, count))
        names.emplace_back(::virDomainCheckpointGetName(checkpoint.get()));
    return names;
}

void delete_checkpoint(Connection& connection, virDomainPtr domain, const std::string& name) {
    std::string doing = fmt::format("Cannot delete the checkpoint {} of {}", name, name_of(domain));
    CheckpointHandle checkpoint(::virDomainCheckpointLookupByName(domain, name.c_str(), 0));
    if (!checkpoint) {
        auto failure = last_libvirt_failure();
        if (failure.code == VIR_ERR_NO_DOMAIN_CHECKPOINT) return;
        throw to_error(failure, doing);
    }
    if (::virDomainIsActive(domain) == 1) {
        if (::virDomainCheckpointDelete(checkpoint.get(), 0) == 0) return;
        Error error = to_error(last_libvirt_failure(), doing);
        if (error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::conflict) throw error;
    }
    remove_bitmaps(connection, domain, name);
    if (::virDomainCheckpointDelete(checkpoint.get(), VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY) != 0) {
        auto failure = last_libvirt_failure();
        if (failure.code != VIR_ERR_NO_DOMAIN_CHECKPOINT) throw to_error(failure, doing);
    }
}

}  // namespace holdfast::hypervisor
