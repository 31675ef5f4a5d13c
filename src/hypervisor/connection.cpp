#include "hypervisor/connection.hpp"

#include <fmt/format.h>
#include <libvirt/virterror.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <future>
#include <thread>

#include "hypervisor/libvirt_error.hpp"

namespace holdfast::hypervisor {
namespace {

constexpr std::chrono::seconds open_limit{30};
constexpr int keepalive_interval = 5;        // seconds
constexpr unsigned int keepalive_count = 3;  // unanswered ones that end a connection

// Errors reach the user as Error; libvirt would print them a second time.
void ignore_printed_error(void*, virErrorPtr) {}

void start_event_loop() {
    static const bool started = [] {
        ::virSetErrorFunc(nullptr, ignore_printed_error);
        if (::virInitialize() != 0 || ::virEventRegisterDefaultImpl() != 0) return false;
        std::thread([] {
            while (true) {
                if (::virEventRunDefaultImpl() == 0) continue;
                spdlog::warn("libvirt's event loop stumbled: {}", last_libvirt_failure().message);
                std::this_thread::sleep_for(std::chrono::seconds(1));
            }
        }).detach();
        return true;
    }();
    if (!started) throw Error(ErrorKind::internal, "Cannot start libvirt's event loop");
}

}  // namespace

Connection::Connection(std::string uri) : uri_(std::move(uri)) {
    start_event_loop();
    connection_ = open();
}

std::shared_ptr<virConnect> Connection::open() const {
    // virConnectOpen has no limit of its own, and keepalive begins only after it: a thread waits for it.
    // Where the limit passes the thread is left to end by itself.
    struct Opened {
        std::shared_ptr<virConnect> connection;
        std::string reason;
    };
    std::packaged_task<Opened()> task([uri = uri_] {
        virConnectPtr opened = ::virConnectOpen(uri.c_str());
        if (opened == nullptr) return Opened{nullptr, last_libvirt_failure().message};
        return Opened{{opened, [](virConnectPtr closing) { ::virConnectClose(closing); }}, ""};
    });
    auto result = task.get_future();
    std::thread(std::move(task)).detach();
    Opened opened;
    if (result.wait_for(open_limit) == std::future_status::ready)
        opened = result.get();
    else
        opened.reason = fmt::format("no answer within {} s", open_limit.count());
    if (!opened.connection)
        throw Error(ErrorKind::unavailable,
                    fmt::format("Cannot connect to the libvirt host {}: {}", uri_, opened.reason))
            .advise("See whether libvirtd runs there and whether this user may use it, then try again.");
    auto shared = opened.connection;
    virConnectPtr connection = shared.get();
    // In-process test drivers have none; every real daemon does.
    if (::virConnectSetKeepAlive(connection, keepalive_interval, keepalive_count) < 0)
        spdlog::debug("No keepalive on {}: {}", uri_, last_libvirt_failure().message);
    return shared;
}

std::shared_ptr<virConnect> Connection::get() {
    auto asked_at = std::chrono::steady_clock::now();
    std::lock_guard lock(mutex_);
    if (connection_ && ::virConnectIsAlive(connection_.get()) == 1) return connection_;
    if (failure_ && failed_at_ > asked_at) throw Error(*failure_);
    connection_.reset();
    try {
        connection_ = open();
    } catch (const Error& error) {
        failure_ = error;
        failed_at_ = std::chrono::steady_clock::now();
        throw;
    }
    failure_.reset();
    return connection_;
}

DomainHandle Connection::find(const Uuid& uuid) {
    auto connection = get();
    DomainHandle domain(::virDomainLookupByUUIDString(connection.get(), uuid.to_string().c_str()));
    if (domain) return domain;
    auto failure = last_libvirt_failure();
    if (failure.code != VIR_ERR_NO_DOMAIN)
        throw to_error(failure, "Cannot look up the virtual machine " + uuid.to_string() + " on " + uri_);
    throw Error(ErrorKind::not_found, "The host " + uri_ + " has no virtual machine " + uuid.to_string())
        .advise("See whether it was removed or moved to another host.");
}

}  // namespace holdfast::hypervisor
