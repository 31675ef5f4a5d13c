// Machines that run from the repository, kept by SQLite and by PostgreSQL.
#include "catalog/instant_recoveries.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/backup_sessions.hpp"
#include "catalog/test_database.hpp"

namespace holdfast::catalog {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class Recoveries : public testing::TestWithParam<Kind> {
  protected:
    InstantRecovery start(const std::string& name) {
        InstantRecovery recovery{.session = {.id = Uuid::random(),
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
                                 .vm_name = name,
                                 .disks = {{"vda", "/images/" + name + "-vda.qcow2"}, {"vdb", "/b"}}};
        recoveries_.start(recovery);
        return recovery;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    InstantRecoveries recoveries_{*database_};
    RestoreSessions sessions_{*database_};
};

TEST_P(Recoveries, ComeBackWithTheirDisksAndTheirSession) {
    auto made = start("one");
    auto found = recoveries_.find(made.session.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, recovery_state::publishing);
    EXPECT_EQ(found->hierarchy_root, made.hierarchy_root);
    EXPECT_EQ(found->domain, made.domain);
    EXPECT_EQ(found->vm_name, "one");
    EXPECT_EQ(found->session.vm_name, "web01");
    EXPECT_EQ(found->session.owner, "me");
    ASSERT_THAT(found->disks, SizeIs(2));
    EXPECT_EQ(found->disks[0].overlay, "/images/one-vda.qcow2");
    recoveries_.forget_disk(made.session.id, "vda");
    recoveries_.set_state(made.session.id, recovery_state::migrating);
    ASSERT_THAT(recoveries_.list(), SizeIs(1));
    EXPECT_EQ(recoveries_.list()[0].state, recovery_state::migrating);
    EXPECT_THAT(recoveries_.list()[0].disks, SizeIs(1));
    EXPECT_FALSE(recoveries_.find(Uuid::random()));
}

// The restore point of a machine that runs from it is in use, also after a restart.
TEST_P(Recoveries, GoOnOverARestartUntilTheyEnd) {
    auto made = start("one");
    EXPECT_THAT(sessions_.fail_interrupted("me", "stopped"), IsEmpty());
    EXPECT_THAT(sessions_.points_in_use(), SizeIs(1));
    auto session = recoveries_.find(made.session.id)->session;
    session.state = state::stopped;
    session.result = result::success;
    session.ended = now();
    recoveries_.end(session);
    EXPECT_THAT(recoveries_.list(), IsEmpty());
    EXPECT_THAT(sessions_.points_in_use(), IsEmpty());
    EXPECT_EQ(sessions_.find(session.id)->result, result::success);
}

INSTANTIATE_TEST_SUITE_P(Databases, Recoveries, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const auto& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

}  // namespace
}  // namespace holdfast::catalog
