#include "directory/connection_deadline.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace holdfast::directory {

ConnectionDeadline::ConnectionDeadline(std::chrono::seconds time)
    : thread_([this, time](const std::stop_token& stop) { wait(stop, time); }) {}

ConnectionDeadline::~ConnectionDeadline() {
    thread_.request_stop();
    thread_.join();
    for (int socket : sockets_) ::close(socket);
}

void ConnectionDeadline::watch(int socket) {
    int own = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    if (own < 0) throw os_error("A connection to the directory cannot be watched", errno);
    std::lock_guard lock(mutex_);
    sockets_.push_back(own);
    if (is_over_) ::shutdown(own, SHUT_RDWR);
}

void ConnectionDeadline::wait(const std::stop_token& stop, std::chrono::seconds time) {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, stop, time, [] { return false; });
    if (stop.stop_requested()) return;
    is_over_ = true;
    for (int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
}

}  // namespace holdfast::directory
