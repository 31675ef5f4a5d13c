// `rclone serve restic` as a child process: whatever rclone reaches (S3 and the other clouds, SFTP, …) as a
// REST server for Holdfast alone.
#pragma once

#include <mutex>
#include <string>

#include "base/process.hpp"
#include "repository/repository_url.hpp"

namespace holdfast::repository {

// It listens on loopback, on a port of the kernel's choice, and serves only whoever knows a password made for
// this run, which it gets in its environment. The remote is handed over there too, so that no secret in it is
// seen in a list of processes. Any thread. Destroying it ends rclone.
class RcloneServer {
  public:
    // Waits until it serves. Throws not_supported without the program rclone, unavailable with what rclone
    // said.
    explicit RcloneServer(const RcloneAddress& remote);
    ~RcloneServer();

    const RestAddress& address() const { return address_; }
    // For messages: what it printed last, or that it has ended.
    std::string explain();

  private:
    std::string wait_until_served(const std::string& remote);

    RestAddress address_;
    std::mutex mutex_;
    Process process_;
};

}  // namespace holdfast::repository
