// Ends the connections of a piece of work that takes too long, wherever it waits: libldap bounds its
// questions, but not the TLS handshake before them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace holdfast::directory {

class ConnectionDeadline {
  public:
    explicit ConnectionDeadline(std::chrono::seconds time);
    ~ConnectionDeadline();

    // A connected socket, which stays its owner's.
    void watch(int socket);

  private:
    void wait(const std::stop_token& stop, std::chrono::seconds time);

    std::mutex mutex_;
    std::condition_variable_any ended_;
    bool is_over_ = false;
    std::vector<int> sockets_;  // descriptors of our own, so that none is shut down that has become another's
    std::jthread thread_;
};

}  // namespace holdfast::directory
