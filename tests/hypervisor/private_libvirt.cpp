#include "hypervisor/private_libvirt.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::hypervisor {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::filesystem::path guests = std::filesystem::path(HOLDFAST_TESTS_DIR) / "guests";

// Waits for something that tells nobody when it happens.
template <typename Condition>
void wait_for(const std::string& what, std::chrono::seconds limit, Condition&& condition) {
    auto end = Clock::now() + limit;
    while (!condition()) {
        if (Clock::now() > end)
            throw Error(ErrorKind::unavailable, fmt::format("Waited {} s for {}", limit.count(), what));
        ::poll(nullptr, 0, 20);
    }
}

std::string content(const std::filesystem::path& file) {
    return std::filesystem::exists(file) ? read_file(file, 16 << 20) : "";
}

std::size_t count(const std::string& text, const std::string& word) {
    std::size_t found = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
    return found;
}

}  // namespace

PrivateLibvirt::PrivateLibvirt() {
    ::signal(SIGPIPE, SIG_IGN);  // as holdfast does: libvirt's client may write to a daemon that has died
    if (::geteuid() == 0) user_ = ::getpwnam("libvirt-qemu") != nullptr ? "libvirt-qemu" : "nobody";
    ::chmod(folder().c_str(), 0711);
    for (const char* name : {"run", "home", "scratch"}) {
        std::filesystem::create_directory(folder() / name);
        give_to_user(folder() / name);
    }
    ::chmod((folder() / "run").c_str(), 0700);
    give_to_user(folder());
    uri_ = "qemu+unix:///session?socket=" + (folder() / "run/libvirt/libvirt-sock").native();
    log_daemon_.emplace(start_as_user({"virtlogd"}));
    start_daemon();
    host_ = Host::connect(uri_);
}

PrivateLibvirt::~PrivateLibvirt() {
    try {
        if (!daemon_) start_daemon();
        for (const auto& domain : host_->domains())
            if (domain.state != DomainState::shut_off) host_->power_off(domain.uuid);
    } catch (const std::exception& error) {
        fmt::print(stderr, "Cannot clean up after a test: {}\n", error.what());
    }
    host_.reset();
    daemon_.reset();
    log_daemon_.reset();
}

Process PrivateLibvirt::start_as_user(const std::vector<std::string>& command) {
    std::vector<std::string> arguments;
    if (!user_.empty())
        arguments = {"setpriv", "--reuid=" + user_, "--regid=" + user_, "--clear-groups",
                     "--pdeathsig=KILL"};  // a change of the user drops the one that Process sets
    arguments.insert(arguments.end(), command.begin(), command.end());
    std::string home = (folder() / "home").native();
    return Process::start(arguments, {.environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"},
                                                      {"HOME", home},
                                                      {"XDG_RUNTIME_DIR", (folder() / "run").native()},
                                                      {"XDG_CONFIG_HOME", home + "/config"},
                                                      {"XDG_CACHE_HOME", home + "/cache"}},
                                      .output_file = folder() / (command[0] + ".log")});
}

void PrivateLibvirt::start_daemon() {
    daemon_.emplace(start_as_user({"libvirtd", "--timeout", "0"}));
    wait_for("libvirtd", 60s, [&] {
        if (daemon_->wait(0ms)) throw Error(ErrorKind::unavailable, "libvirtd ended: " + daemon_->output());
        try {
            virsh({"list"});
            return true;
        } catch (const Error&) {
            return false;
        }
    });
}

void PrivateLibvirt::kill_daemon() {
    ::kill(daemon_->pid(), SIGKILL);
    daemon_->wait(10s);
    daemon_.reset();
}

void PrivateLibvirt::give_to_user(const std::filesystem::path& path) {
    if (user_.empty()) return;
    const passwd* entry = ::getpwnam(user_.c_str());
    if (::chown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0)
        throw os_error("Cannot give away " + path.string(), errno);
}

std::string PrivateLibvirt::virsh(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"virsh", "-q", "-c", uri_});
    return std::string(trimmed(run_command(arguments, 60s)));
}

Domain PrivateLibvirt::define_guest(const std::string& name, const std::vector<std::string>& further_disks) {
    auto build = folder() / (name + ".build");
    run_command({(guests / "make-guest").native(), build.native(), name}, 120s);
    std::filesystem::rename(build / "disk.qcow2", image(name));
    std::filesystem::remove_all(build);
    return define(name, further_disks);
}

Domain PrivateLibvirt::define_empty(const std::string& name) {
    disk::create_image(image(name), disk::ImageFormat::qcow2, 64 << 20);
    return define(name, {});
}

Domain PrivateLibvirt::define(const std::string& name, const std::vector<std::string>& further_disks) {
    give_to_user(image(name));
    std::vector<std::string> command{(guests / "make-domain-xml").native(), name, image(name).native(),
                                     console_log(name).native()};
    for (const auto& disk : further_disks) {
        give_to_user(disk.substr(0, disk.rfind(':')));
        command.insert(command.end(), {"--extra", disk});
    }
    return host_->define(run_command(command, 20s));
}

void PrivateLibvirt::boot(const Domain& domain, const std::filesystem::path& log) {
    auto before = count(content(log), "HOLDFAST-GUEST READY");
    host_->start(domain.uuid);
    wait_for(domain.name + " to be up", 90s,
             [&] { return count(content(log), "HOLDFAST-GUEST READY") > before; });
}

std::string PrivateLibvirt::run(const Domain& domain, const std::string& command) {
    UniqueFd console = open_file(virsh({"ttyconsole", domain.name}), O_RDWR | O_NOCTTY | O_NONBLOCK);
    write_all(console.get(), as_bytes(command + "\n"), "the console of " + domain.name);
    std::string answer;
    wait_for("an answer to " + command, 60s, [&] {
        char buffer[4096];
        for (ssize_t got = 0; (got = ::read(console.get(), buffer, sizeof buffer)) > 0;)
            answer.append(buffer, static_cast<std::size_t>(got));
        auto end = answer.rfind("RC=");
        return end != std::string::npos && answer.find('\n', end) != std::string::npos;
    });
    auto end = answer.rfind("RC=");
    if (trimmed(answer.substr(end)) != "RC=0")
        throw Error(ErrorKind::io, command + " failed in the guest: " + answer);
    return answer.substr(0, end);
}

void PrivateLibvirt::kill_qemu(const Domain& domain) {
    auto pid_file = folder() / "run/libvirt/qemu/run" / (domain.name + ".pid");
    ::kill(std::stoi(content(pid_file)), SIGKILL);
    wait_for(domain.name + " to be off", 30s,
             [&] { return host_->find_domain(domain.uuid).state == DomainState::shut_off; });
}

}  // namespace holdfast::hypervisor
