// What all connections of a server share.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "http/server.hpp"
#include "http/tls.hpp"
#include "http/worker_pool.hpp"

namespace holdfast::http {

class Connection;

// Who is connected. Any thread.
class ConnectionRegistry {
  public:
    void add(const std::shared_ptr<Connection>& connection);
    void remove(const Connection* connection);
    std::size_t count() const;
    std::vector<std::shared_ptr<Connection>> all() const;
    // True when nobody is left before the deadline.
    bool wait_until_empty(std::chrono::steady_clock::time_point deadline);

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::unordered_map<const Connection*, std::weak_ptr<Connection>> connections_;
};

struct Core {
    Core(ServerOptions given, Handler handle, ErrorBody describe_error)
        : options(std::move(given)),
          handler(std::move(handle)),
          error_body(std::move(describe_error)),
          tls(options.certificate_file, options.private_key_file),
          workers(options.worker_threads, options.max_queued_requests),
          streams(options.max_streams, 0) {}

    // On a worker thread; never throws.
    Response run_handler(const Request& request) const;
    // The answer to what HTTP itself refuses; never throws.
    Response refuse(int status, std::string_view message, const Request* request) const;

    const ServerOptions options;
    const Handler handler;
    const ErrorBody error_body;
    const TlsContext tls;
    ConnectionRegistry connections;
    WorkerPool workers;
    WorkerPool streams;
};

}  // namespace holdfast::http
