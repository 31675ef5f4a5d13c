// A libvirt of one's own, with test guests in it. Nothing of it is left when it is destroyed.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/process.hpp"
#include "hypervisor/host.hpp"

namespace holdfast::hypervisor {

// virtlogd and libvirtd for one user, in a folder of their own: see "A libvirt for tests" in
// src/hypervisor/README.md.
class PrivateLibvirt {
  public:
    PrivateLibvirt();
    ~PrivateLibvirt();

    const std::string& uri() const { return uri_; }
    // Below it everything belongs to the user under whom QEMU runs.
    const std::filesystem::path& folder() const { return directory_.path(); }
    std::filesystem::path scratch() const { return folder() / "scratch"; }
    Host& host() { return *host_; }

    // A new guest from tests/guests/make-guest as `<folder>/<name>.qcow2`, defined and off. Further disks:
    // "FILE:FORMAT".
    Domain define_guest(const std::string& name, const std::vector<std::string>& further_disks = {});
    // The same with an empty disk of 64 MiB, for what needs a QEMU but nothing that runs in it.
    Domain define_empty(const std::string& name);
    std::filesystem::path image(const std::string& name) const { return folder() / (name + ".qcow2"); }
    std::filesystem::path console_log(const std::string& name) const { return folder() / (name + ".log"); }
    // Starts it and waits for its banner in its console log.
    void boot(const Domain& domain, const std::filesystem::path& log);
    void boot(const Domain& domain) { boot(domain, console_log(domain.name)); }
    // Starts QEMU without letting the guest run.
    void start_paused(const Domain& domain) { virsh({"start", "--paused", domain.name}); }
    // Runs a command in the guest, over its serial console; gives what it printed. Throws where it fails
    // there.
    std::string run(const Domain& domain, const std::string& command);
    void give_to_user(const std::filesystem::path& path);
    void kill_qemu(const Domain& domain);
    // virsh with this URI.
    std::string virsh(std::vector<std::string> arguments);

    void kill_daemon();
    void start_daemon();

  private:
    Process start_as_user(const std::vector<std::string>& command);
    Domain define(const std::string& name, const std::vector<std::string>& further_disks);

    TemporaryDirectory directory_;
    std::string user_;  // empty: our own
    std::string uri_;
    std::optional<Process> log_daemon_;
    std::optional<Process> daemon_;
    std::unique_ptr<Host> host_;
};

}  // namespace holdfast::hypervisor
