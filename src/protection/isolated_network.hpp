// The network of a machine whose boot is verified: cables that end here.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "protection/network_peer.hpp"

namespace holdfast::protection {

// Listens on 127.0.0.1 for the machine's network cards (QEMU's `-netdev socket,connect=`), as many as it has,
// and for no other connection after them. Nothing that a machine sends leaves this object. Any thread.
class IsolatedNetwork {
  public:
    IsolatedNetwork(int cards, std::set<std::uint16_t> ports);
    ~IsolatedNetwork();

    std::uint16_t port() const { return port_; }
    bool has_answered_echo();
    bool is_open(std::uint16_t port);
    std::optional<std::string> machine_address();

  private:
    struct Cable;

    void work(const std::stop_token& stop);
    void accept_cable();

    const int cards_;
    const std::set<std::uint16_t> ports_;
    UniqueFd listener_;
    std::uint16_t port_ = 0;
    std::mutex mutex_;  // of the cables' peers
    std::vector<std::unique_ptr<Cable>> cables_;
    std::jthread thread_;
};

}  // namespace holdfast::protection
