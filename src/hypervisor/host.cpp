#include "hypervisor/host.hpp"

#include <fmt/format.h>
#include <libvirt/virterror.h>

#include "base/text.hpp"
#include "hypervisor/checkpoints.hpp"
#include "hypervisor/connection.hpp"
#include "hypervisor/domain_disks.hpp"
#include "hypervisor/frozen_guest.hpp"
#include "hypervisor/guest_agent.hpp"
#include "hypervisor/guest_feed.hpp"
#include "hypervisor/libvirt_error.hpp"
#include "hypervisor/live_backup.hpp"
#include "hypervisor/screenshot.hpp"
#include "hypervisor/system_user.hpp"
#include "hypervisor/xml.hpp"

namespace holdfast::hypervisor {
namespace {

constexpr const char* tags_namespace = "urn:holdfast:tags";

std::string version_text(unsigned long version) {
    return fmt::format("{}.{}.{}", version / 1'000'000, version / 1'000 % 1'000, version % 1'000);
}

DomainState to_state(int state) {
    switch (state) {
        case VIR_DOMAIN_RUNNING:
        case VIR_DOMAIN_BLOCKED:
            return DomainState::running;
        case VIR_DOMAIN_PAUSED:
            return DomainState::paused;
        case VIR_DOMAIN_SHUTOFF:
            return DomainState::shut_off;
        default:
            return DomainState::other;
    }
}

Domain describe(virDomainPtr handle) {
    char uuid[VIR_UUID_STRING_BUFLEN] = {};
    if (::virDomainGetUUIDString(handle, uuid) != 0)
        throw_libvirt_error("Cannot read a virtual machine's UUID");
    int state = VIR_DOMAIN_NOSTATE;
    if (::virDomainGetState(handle, &state, nullptr, 0) != 0)
        throw_libvirt_error("Cannot read the state of", handle);
    return {.name = name_of(handle),
            .uuid = Uuid::parse(uuid).value_or(Uuid()),
            .state = to_state(state),
            .persistent = ::virDomainIsPersistent(handle) == 1};
}

std::string xml_of(virDomainPtr domain, unsigned flags) {
    LibvirtText xml(::virDomainGetXMLDesc(domain, flags));
    if (!xml) throw_libvirt_error("Cannot read the definition of", domain);
    return xml.get();
}

// Empty where the pool is not active or has no such volume.
std::filesystem::path path_of_volume(virConnectPtr connection, const std::string& pool_name,
                                     const std::string& volume_name) {
    StoragePoolHandle pool(::virStoragePoolLookupByName(connection, pool_name.c_str()));
    if (!pool) return {};
    StorageVolumeHandle volume(::virStorageVolLookupByName(pool.get(), volume_name.c_str()));
    if (!volume) return {};
    LibvirtText path(::virStorageVolGetPath(volume.get()));
    return path ? path.get() : "";
}

StoragePool describe_pool(virStoragePoolPtr pool) {
    char uuid[VIR_UUID_STRING_BUFLEN] = {};
    LibvirtText xml(::virStoragePoolGetXMLDesc(pool, 0));
    if (!xml || ::virStoragePoolGetUUIDString(pool, uuid) != 0)
        throw_libvirt_error("Cannot read the definition of a storage pool");
    auto document = parse_xml(xml.get(), "pool");
    return {.name = ::virStoragePoolGetName(pool),
            .uuid = Uuid::parse(uuid).value_or(Uuid()),
            .path = document.document_element().child("target").child("path").text().as_string()};
}

Network describe_network(virNetworkPtr network) {
    char uuid[VIR_UUID_STRING_BUFLEN] = {};
    if (::virNetworkGetUUIDString(network, uuid) != 0) throw_libvirt_error("Cannot read a network's UUID");
    return {.name = ::virNetworkGetName(network), .uuid = Uuid::parse(uuid).value_or(Uuid())};
}

// A machine that is off has no block jobs.
std::optional<BlockJobProgress> find_block_job(virDomainPtr domain, const std::string& target) {
    virDomainBlockJobInfo info{};
    int found = ::virDomainGetBlockJobInfo(domain, target.c_str(), &info, 0);
    if (found < 0 && ::virDomainIsActive(domain) == 1)
        throw_libvirt_error("Cannot ask how far the disk " + target + " is of", domain);
    if (found <= 0) return std::nullopt;
    return BlockJobProgress{.done = info.cur, .total = info.end};
}

// A host without that driver of libvirt has no such things.
bool has_none() {
    return last_libvirt_failure().code == VIR_ERR_NO_SUPPORT;
}

// Gone since the list was made: not there. Any other failure stays one.
template <typename Object, typename Handles, typename Describe>
std::vector<Object> describe_all(const Handles& handles, Describe describe_one) {
    std::vector<Object> result;
    for (const auto& handle : handles) {
        try {
            result.push_back(describe_one(handle.get()));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::not_found) throw;
        }
    }
    return result;
}

class LibvirtHost : public Host {
  public:
    explicit LibvirtHost(const std::string& uri) : connection_(std::make_shared<Connection>(uri)) {}

    HostInfo info() override {
        auto connection = connection_->get();
        auto require = [&](bool succeeded) {
            if (!succeeded) throw_libvirt_error("Cannot ask the host " + connection_->uri() + " what it is");
        };
        LibvirtText hostname(::virConnectGetHostname(connection.get()));
        require(hostname != nullptr);
        const char* type = ::virConnectGetType(connection.get());
        require(type != nullptr);
        unsigned long version = 0;
        require(::virConnectGetVersion(connection.get(), &version) == 0);
        unsigned long libvirt_version = 0;
        require(::virConnectGetLibVersion(connection.get(), &libvirt_version) == 0);
        LibvirtText capabilities(::virConnectGetCapabilities(connection.get()));
        require(capabilities != nullptr);
        auto document = parse_xml(capabilities.get(), "capabilities");
        const char* uuid = document.document_element().child("host").child("uuid").text().as_string();
        return {.hostname = hostname.get(),
                .hypervisor = type,
                .version = version_text(version),
                .libvirt_version = version_text(libvirt_version),
                .host_uuid = Uuid::parse(uuid).value_or(Uuid())};
    }

    std::vector<Domain> domains() override {
        auto connection = connection_->get();
        virDomainPtr* array = nullptr;
        int count = ::virConnectListAllDomains(connection.get(), &array, 0);
        if (count < 0) throw_libvirt_error("Cannot list the virtual machines of " + connection_->uri());
        return describe_all<Domain>(take_array<DomainHandle>(array, count), describe);
    }

    Domain find_domain(const Uuid& uuid) override { return describe(connection_->find(uuid).get()); }

    std::optional<Domain> find_domain_by_name(const std::string& name) override {
        auto connection = connection_->get();
        DomainHandle handle(::virDomainLookupByName(connection.get(), name.c_str()));
        if (handle) return describe(handle.get());
        auto failure = last_libvirt_failure();
        if (failure.code == VIR_ERR_NO_DOMAIN) return std::nullopt;
        throw to_error(failure,
                       fmt::format("Cannot look up the virtual machine {} on {}", name, connection_->uri()));
    }

    std::vector<StoragePool> storage_pools() override {
        auto connection = connection_->get();
        virStoragePoolPtr* array = nullptr;
        int count = ::virConnectListAllStoragePools(connection.get(), &array, 0);
        if (count < 0 && has_none()) return {};
        if (count < 0) throw_libvirt_error("Cannot list the storage pools of " + connection_->uri());
        return describe_all<StoragePool>(take_array<StoragePoolHandle>(array, count), describe_pool);
    }

    std::vector<Network> networks() override {
        auto connection = connection_->get();
        virNetworkPtr* array = nullptr;
        int count = ::virConnectListAllNetworks(connection.get(), &array, 0);
        if (count < 0 && has_none()) return {};
        if (count < 0) throw_libvirt_error("Cannot list the networks of " + connection_->uri());
        return describe_all<Network>(take_array<NetworkHandle>(array, count), describe_network);
    }

    std::vector<std::string> networks_of(const Uuid& uuid) override {
        return describe_domain(xml_of(connection_->find(uuid).get(), 0)).networks;
    }

    std::vector<std::string> tags(const Uuid& uuid) override {
        auto handle = connection_->find(uuid);
        LibvirtText xml(::virDomainGetMetadata(handle.get(), VIR_DOMAIN_METADATA_ELEMENT, tags_namespace,
                                               VIR_DOMAIN_AFFECT_CONFIG));
        if (!xml) {
            auto failure = last_libvirt_failure();
            // A transient domain has no stored definition, and most domains have no tags.
            if (failure.code == VIR_ERR_NO_DOMAIN_METADATA || failure.code == VIR_ERR_OPERATION_INVALID)
                return {};
            throw to_error(failure, "Cannot read the tags of " + name_of(handle.get()));
        }
        std::vector<std::string> result;
        auto document = parse_xml(xml.get(), "tags");
        for (auto tag : document.document_element().children("tag"))
            result.emplace_back(trimmed(tag.text().as_string()));
        return result;
    }

    std::string domain_xml(const Uuid& uuid) override {
        auto handle = connection_->find(uuid);
        bool persistent = ::virDomainIsPersistent(handle.get()) == 1;
        unsigned flags = VIR_DOMAIN_XML_SECURE;
        if (persistent) flags |= VIR_DOMAIN_XML_INACTIVE;
        return xml_of(handle.get(), flags);
    }

    DomainDisks disks(const Uuid& uuid) override {
        auto handle = connection_->find(uuid);
        auto connection = connection_->get();
        // The live definition: snapshots and block jobs change which file a running domain writes to.
        auto description = describe_domain(xml_of(handle.get(), 0));
        DomainDisks result{.disks = {}, .skipped = std::move(description.skipped)};
        for (auto& [disk, pool, volume] : description.disks) {
            if (!volume.empty()) disk.source = path_of_volume(connection.get(), pool, volume);
            virDomainBlockInfo info{};
            if (::virDomainGetBlockInfo(handle.get(), disk.target.c_str(), &info, 0) == 0)
                disk.size = info.capacity;
            result.disks.push_back(std::move(disk));
        }
        return result;
    }

    std::optional<std::filesystem::path> nvram(const Uuid& uuid) override {
        return describe_domain(xml_of(connection_->find(uuid).get(), 0)).nvram;
    }

    std::vector<std::string> checkpoints(const Uuid& domain) override {
        return list_checkpoints(connection_->find(domain).get());
    }

    void delete_checkpoint(const Uuid& domain, const std::string& name) override {
        hypervisor::delete_checkpoint(*connection_, connection_->find(domain).get(), name);
    }

    std::unique_ptr<LiveBackup> begin_backup(const BackupRequest& request) override {
        return begin_live_backup(connection_, request);
    }

    bool abort_backup(const Uuid& domain, const std::filesystem::path& scratch_directory) override {
        return abort_left_backup(*connection_, domain, scratch_directory);
    }

    AgentState agent(const Uuid& domain) override {
        return describe_domain(xml_of(connection_->find(domain).get(), 0)).agent;
    }

    void ping_agent(const Uuid& domain) override { hypervisor::ping_agent(connection_->find(domain).get()); }

    std::unique_ptr<FrozenGuest> freeze(const Uuid& domain) override {
        return freeze_guest(connection_->uri(), domain, name_of(connection_->find(domain).get()));
    }

    int thaw(const Uuid& domain) override { return thaw_file_systems(connection_->find(domain).get()); }

    GuestCommandResult run_in_guest(const Uuid& domain, const GuestCommand& command,
                                    const std::stop_token& stop) override {
        return run_guest_command(connection_->find(domain).get(), command, stop);
    }

    std::unique_ptr<GuestFeed> feed_in_guest(const Uuid& domain, const FedScript& script,
                                             const std::stop_token& stop) override {
        return start_guest_feed(connection_->find(domain), script, stop);
    }

    Domain define(const std::string& xml) override {
        auto connection = connection_->get();
        DomainHandle handle(::virDomainDefineXMLFlags(connection.get(), xml.c_str(), 0));
        if (!handle) throw_libvirt_error("Cannot define the virtual machine on " + connection_->uri());
        return describe(handle.get());
    }

    void undefine(const Uuid& uuid) override {
        auto handle = connection_->find(uuid);
        unsigned flags = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
                         VIR_DOMAIN_UNDEFINE_NVRAM | VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA;
        if (::virDomainUndefineFlags(handle.get(), flags) != 0)
            throw_libvirt_error("Cannot remove the virtual machine", handle.get());
    }

    void start(const Uuid& uuid) override {
        auto handle = connection_->find(uuid);
        if (::virDomainCreate(handle.get()) != 0)
            throw_libvirt_error("Cannot start the virtual machine", handle.get());
    }

    Domain start_transient(const std::string& xml) override {
        auto connection = connection_->get();
        DomainHandle handle(
            ::virDomainCreateXML(connection.get(), xml.c_str(), VIR_DOMAIN_START_AUTODESTROY));
        if (!handle) throw_libvirt_error("Cannot start the virtual machine on " + connection_->uri());
        return describe(handle.get());
    }

    std::vector<std::byte> screenshot(const Uuid& uuid) override {
        auto handle = connection_->find(uuid);
        return take_screenshot(connection_->get().get(), handle.get());
    }

    void power_off(const Uuid& uuid) override {
        auto handle = connection_->find(uuid);
        if (::virDomainIsActive(handle.get()) == 0 || ::virDomainDestroy(handle.get()) == 0) return;
        auto failure = last_libvirt_failure();
        // It may have gone off by itself just now.
        if (::virDomainIsActive(handle.get()) != 0)
            throw to_error(failure, "Cannot power off the virtual machine " + name_of(handle.get()));
    }

    void resume(const Uuid& uuid) override {
        auto handle = connection_->find(uuid);
        if (::virDomainResume(handle.get()) != 0)
            throw_libvirt_error("Cannot resume the virtual machine", handle.get());
    }

    bool is_paused_by_disk_error(const Uuid& uuid) override {
        auto handle = connection_->find(uuid);
        int state = VIR_DOMAIN_NOSTATE;
        int reason = 0;
        if (::virDomainGetState(handle.get(), &state, &reason, 0) != 0)
            throw_libvirt_error("Cannot read the state of", handle.get());
        return state == VIR_DOMAIN_PAUSED && reason == VIR_DOMAIN_PAUSED_IOERROR;
    }

    std::optional<SystemUser> user_of_machines() override {
        auto connection = connection_->get();
        LibvirtText capabilities(::virConnectGetCapabilities(connection.get()));
        if (!capabilities) throw_libvirt_error("Cannot ask the host " + connection_->uri() + " what it is");
        auto document = parse_xml(capabilities.get(), "capabilities");
        for (auto model : document.document_element().child("host").children("secmodel"))
            for (auto label : model.children("baselabel"))
                if (auto user = parse_dac_label(label.text().as_string())) return user;
        return std::nullopt;
    }

    void begin_pull(const Uuid& uuid, const std::string& target) override {
        auto handle = connection_->find(uuid);
        if (find_block_job(handle.get(), target)) return;
        if (::virDomainBlockPull(handle.get(), target.c_str(), 0, 0) != 0)
            throw_libvirt_error("Cannot complete the disk " + target + " of", handle.get());
    }

    std::optional<BlockJobProgress> pull_progress(const Uuid& uuid, const std::string& target) override {
        return find_block_job(connection_->find(uuid).get(), target);
    }

  private:
    std::shared_ptr<Connection> connection_;
};

}  // namespace

bool is_active(Host& host, const Uuid& domain) {
    try {
        return host.find_domain(domain).state != DomainState::shut_off;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) throw;
        return false;
    }
}

std::unique_ptr<Host> Host::connect(const std::string& uri) {
    return std::make_unique<LibvirtHost>(uri);
}

}  // namespace holdfast::hypervisor
