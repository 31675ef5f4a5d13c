// Who asked for which change, from where, and what was answered.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace holdfast::catalog {

struct AuditEvent {
    Timestamp time;
    std::string account;    // as it logged on, or tried to
    std::string address;    // "192.0.2.7"
    std::string operation;  // "POST /api/jobs/<id>?action=start"
    int status = 0;         // of the answer: 202, 403
};

class AuditLog {
  public:
    explicit AuditLog(Database& database) : database_(database) {}

    // All in one transaction.
    void add(const std::vector<AuditEvent>& events);
    std::uint64_t count();
    // Newest first.
    std::vector<AuditEvent> list(std::uint64_t first, std::uint64_t count);
    void remove_before(Timestamp time);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
