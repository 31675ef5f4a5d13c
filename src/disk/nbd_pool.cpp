#include "disk/nbd_pool.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace holdfast::disk {
namespace {

constexpr std::size_t most_connections = 4;

}  // namespace

NbdPool::NbdPool(const NbdAddress& address, const std::vector<std::string>& meta_contexts,
                 std::chrono::milliseconds deadline) {
    auto first = std::make_unique<NbdConnection>(address, meta_contexts, deadline);
    size_ = first->size();
    is_read_only_ = first->is_read_only();
    std::ranges::copy_if(meta_contexts, std::back_inserter(contexts_),
                         [&](const std::string& name) { return first->has_context(name); });
    bool several = first->allows_several();
    idle_.push_back(std::move(first));
    while (several && idle_.size() < most_connections) {
        try {
            idle_.push_back(std::make_unique<NbdConnection>(address, meta_contexts, deadline));
        } catch (const Error& error) {  // a server may allow fewer clients than it says
            spdlog::debug("Goes on with {} NBD connections: {}", idle_.size(), error.what());
            break;
        }
    }
}

bool NbdPool::has_context(const std::string& name) const {
    return std::ranges::find(contexts_, name) != contexts_.end();
}

std::unique_ptr<NbdConnection> NbdPool::take() {
    std::unique_lock lock(mutex_);
    // Not for ever: whoever has a connection brings it back after at most a deadline for each request of his.
    returned_.wait(lock, [&] { return !idle_.empty() || failure_; });
    if (failure_) throw Error(*failure_);
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
}

void NbdPool::put_back(std::unique_ptr<NbdConnection> connection) {
    std::lock_guard lock(mutex_);
    if (!connection->is_dead()) idle_.push_back(std::move(connection));
    returned_.notify_one();
}

void NbdPool::give_up(const Error& error) {
    std::lock_guard lock(mutex_);
    if (!failure_) failure_ = error;
    returned_.notify_all();
}

}  // namespace holdfast::disk
