// What all connections of a server share.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>

#include "http/memory_budget.hpp"
#include "http/server.hpp"
#include "http/tls.hpp"
#include "http/worker_pool.hpp"

namespace holdfast::http {

class Connection;

// Who is connected, and who waits for how long for its client. Any thread.
class ConnectionRegistry {
    struct Entry {
        std::weak_ptr<Connection> connection;
        bool waits = false;
    };

  public:
    using Place = std::list<Entry>::iterator;

    Place add(const std::shared_ptr<Connection>& connection);
    void remove(Place place);
    // For something to come from its client, or to be taken by it; from now on.
    void begin_waiting(Place place);
    void end_waiting(Place place);
    bool waits(Place place) const;
    // Takes at most that many out of those who wait: the ones that have done so for the longest.
    std::vector<std::shared_ptr<Connection>> take_longest_waiting(std::size_t most);
    std::size_t count() const;
    std::vector<std::shared_ptr<Connection>> all() const;
    // True when nobody is left before the deadline.
    bool wait_until_empty(std::chrono::steady_clock::time_point deadline);

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::list<Entry> busy_;
    std::list<Entry> waiting_;  // the one that has waited longest is in front
};

struct Core {
    Core(ServerOptions given, Handler handle, ErrorBody describe_error)
        : options(std::move(given)),
          handler(std::move(handle)),
          error_body(std::move(describe_error)),
          tls(options.certificate_file, options.private_key_file),
          held_bytes(options.max_held_bytes),
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
    MemoryBudget held_bytes;
    WorkerPool workers;
    WorkerPool streams;
};

}  // namespace holdfast::http
