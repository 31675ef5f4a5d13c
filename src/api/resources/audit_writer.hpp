// Writes changes to the audit log, those that come together in one transaction: a disk that makes few of them
// durable in a second is no limit to logons.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <vector>

#include "catalog/audit_log.hpp"

namespace holdfast::api {

// Any thread.
class AuditWriter {
  public:
    explicit AuditWriter(catalog::Database& database) : log_(database) {}

    // Returns when the event is durable. Where that fails the server's log has it instead.
    void write(catalog::AuditEvent event);

  private:
    void write_waiting(std::unique_lock<std::mutex>& lock);

    catalog::AuditLog log_;
    std::mutex mutex_;
    std::condition_variable written_more_;
    std::vector<catalog::AuditEvent> waiting_;  // no more than there are requests at a time
    std::uint64_t last_ = 0;                    // events are numbered as they come
    std::uint64_t written_ = 0;                 // all up to this one
    bool is_writing_ = false;
};

}  // namespace holdfast::api
