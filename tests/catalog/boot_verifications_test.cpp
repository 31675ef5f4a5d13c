// What was seen of machines whose boot was verified, kept by SQLite and by PostgreSQL.
#include "catalog/boot_verifications.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/test_database.hpp"
#include "error_of.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Verifications : public testing::TestWithParam<Kind> {
  protected:
    BootVerification start() {
        BootVerification made{.session = {.id = Uuid::random(),
                                          .kind = "RestoreVm",
                                          .owner = "me",
                                          .vm_restore_point = Uuid::random(),
                                          .vm_name = "web01",
                                          .started_by = "ann",
                                          .created = now(),
                                          .state = std::string(state::working),
                                          .result = std::string(result::none)},
                              .hierarchy_root = Uuid::random(),
                              .domain = Uuid::random(),
                              .twin_name = "holdfast-verify-1"};
        verifications_.start(made);
        return made;
    }
    void end(BootVerification& one) {
        one.session.state = state::stopped;
        one.session.result = result::failed;
        one.session.reason = "Ping: not within 5 s";
        one.session.ended = now();
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    BootVerifications verifications_{*database_};
    RestoreSessions sessions_{*database_};
};

TEST_P(Verifications, ComeBackWithTheirEvidence) {
    auto made = start();
    auto begun = verifications_.find(made.session.id);
    ASSERT_TRUE(begun);
    EXPECT_EQ(begun->domain, made.domain);
    EXPECT_EQ(begun->twin_name, "holdfast-verify-1");
    EXPECT_FALSE(begun->boot_ms);
    EXPECT_FALSE(begun->has_screenshot);
    made.checks = {{.kind = std::string(boot_check::tcp_port),
                    .target = "22",
                    .result = std::string(result::success),
                    .after_ms = 0},
                   {.kind = std::string(boot_check::ping),
                    .result = std::string(result::failed),
                    .message = "not within 5 s"}};
    made.boot_ms = 4200;
    made.console = "login: ";
    end(made);
    verifications_.update(made, as_bytes("picture"));
    auto found = verifications_.find(made.session.id);
    ASSERT_TRUE(found);
    ASSERT_THAT(found->checks, SizeIs(2));
    EXPECT_EQ(found->checks[0].target, "22");
    EXPECT_EQ(found->checks[0].after_ms, 0);
    EXPECT_EQ(found->checks[1].message, "not within 5 s");
    EXPECT_FALSE(found->checks[1].after_ms);
    EXPECT_EQ(found->boot_ms, 4200);
    EXPECT_EQ(found->console, "login: ");
    EXPECT_EQ(found->session.result, result::failed);
    EXPECT_TRUE(found->has_screenshot);
    auto picture = verifications_.screenshot(made.session.id);
    ASSERT_TRUE(picture);
    EXPECT_EQ(as_text(*picture), "picture");
    EXPECT_FALSE(verifications_.screenshot(Uuid::random()));
    ASSERT_THAT(verifications_.list(made.session.created), SizeIs(1));
    EXPECT_THAT(verifications_.list(made.session.created)[0].checks, SizeIs(2));
    EXPECT_THAT(verifications_.list(now() + std::chrono::hours(1)), IsEmpty());
}

TEST_P(Verifications, KeepTheRestorePointWhileTheyGoOn) {
    auto made = start();
    EXPECT_THAT(sessions_.points_in_use(), ElementsAre(made.session.vm_restore_point));
    end(made);
    verifications_.update(made);
    EXPECT_THAT(sessions_.points_in_use(), IsEmpty());
}

TEST_P(Verifications, AreLookedAfterUntilNothingIsLeft) {
    auto made = start();
    // The server dies: the session ends, what it had made does not.
    EXPECT_THAT(sessions_.fail_interrupted("me", "The server was stopped"), SizeIs(1));
    EXPECT_THAT(verifications_.not_removed("other"), IsEmpty());
    auto left = verifications_.not_removed("me");
    ASSERT_THAT(left, SizeIs(1));
    EXPECT_EQ(left[0].domain, made.domain);
    EXPECT_EQ(left[0].session.reason, "The server was stopped");
    EXPECT_EQ(error_of([&] { verifications_.forget(made.session.id); }), ErrorKind::conflict);
    verifications_.note_removed(made.session.id);
    EXPECT_THAT(verifications_.not_removed("me"), IsEmpty());
    EXPECT_TRUE(verifications_.forget(made.session.id));
    EXPECT_FALSE(verifications_.forget(made.session.id));
    EXPECT_FALSE(verifications_.find(made.session.id));
    EXPECT_TRUE(sessions_.find(made.session.id));
}

TEST_P(Verifications, KeepTheirHost) {
    ManagedServers servers(*database_);
    auto made = start();
    ManagedServer host{Uuid::random(), made.hierarchy_root, "kvm1", "", "test:///default", "h"};
    servers.add(host);
    EXPECT_EQ(error_of([&] { servers.remove(host.id); }), ErrorKind::conflict);
    verifications_.note_removed(made.session.id);
    servers.remove(host.id);
}

TEST_P(Verifications, TheLastOfEachMachineIsTold) {
    EXPECT_THAT(verifications_.last_of_each_machine(Timestamp(), 10), IsEmpty());
    auto first = start();
    end(first);
    verifications_.update(first);
    auto second = start();
    end(second);
    second.session.ended = *first.session.ended + std::chrono::seconds(1);
    second.session.result = result::success;
    second.boot_ms = 7000;
    verifications_.update(second);
    start();  // goes on
    auto told = verifications_.last_of_each_machine(Timestamp(), 10);
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_EQ(told[0].vm_name, "web01");
    EXPECT_EQ(told[0].result, result::success);
    EXPECT_EQ(told[0].ended, second.session.ended);
    EXPECT_EQ(told[0].boot_ms, 7000);
    EXPECT_THAT(verifications_.last_of_each_machine(*second.session.ended + std::chrono::seconds(1), 10),
                IsEmpty());
}

TEST_P(Verifications, AreNotForgottenWhileTheyGoOn) {
    auto made = start();
    verifications_.note_removed(made.session.id);
    EXPECT_EQ(error_of([&] { verifications_.forget(made.session.id); }), ErrorKind::conflict);
}

INSTANTIATE_TEST_SUITE_P(Databases, Verifications, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const auto& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

}  // namespace
}  // namespace holdfast::catalog
