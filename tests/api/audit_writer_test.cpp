// The audit log under many requests at once.
#include "api/resources/audit_writer.hpp"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "base/file.hpp"

namespace holdfast::api {
namespace {

class Writer : public ::testing::Test {
  protected:
    TemporaryDirectory folder_{"/tmp"};
    std::unique_ptr<catalog::Database> database_ =
        catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    AuditWriter writer_{*database_};
};

TEST_F(Writer, HasWrittenAnEventWhenItReturns) {
    constexpr int threads = 8;
    constexpr int events = 25;
    {
        std::vector<std::jthread> running;
        for (int i = 0; i < threads; ++i)
            running.emplace_back([this, i] {
                for (int n = 0; n < events; ++n) {
                    writer_.write({now(), "ann", "192.0.2.7", std::to_string(i * events + n), 200});
                    EXPECT_GE(catalog::AuditLog(*database_).count(), static_cast<std::uint64_t>(n + 1));
                }
            });
    }
    std::set<std::string> operations;
    for (const auto& event : catalog::AuditLog(*database_).list(0, 1000)) operations.insert(event.operation);
    EXPECT_EQ(operations.size(), static_cast<std::size_t>(threads * events));
    EXPECT_EQ(catalog::AuditLog(*database_).count(), static_cast<std::uint64_t>(threads * events));
}

TEST_F(Writer, GoesOnWhereTheDatabaseFails) {
    database_->transaction(
        [](catalog::Connection& connection) { connection.query("DROP TABLE audit_events").run(); });
    writer_.write({now(), "ann", "192.0.2.7", "POST /api/jobs", 201});
    writer_.write({now(), "ann", "192.0.2.7", "POST /api/jobs", 201});
}

}  // namespace
}  // namespace holdfast::api
