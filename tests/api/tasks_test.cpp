#include <gtest/gtest.h>

#include <chrono>
#include <semaphore>
#include <thread>

#include "api/tasks/logon_keeper.hpp"
#include "api/tasks/task_runner.hpp"
#include "base/error.hpp"
#include "base/file.hpp"

namespace holdfast::api {
namespace {

class TasksTest : public testing::Test {
  protected:
    std::unique_ptr<catalog::Database> open() {
        return catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    }

    TaskOwner ann(const std::string& session = "a") { return {ann_, session}; }
    TaskView end_of(TaskRunner& runner, int number) {
        auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (std::chrono::steady_clock::now() < deadline) {
            auto task = runner.find(ann_, number);
            if (task && task->is_finished) return *task;
            std::this_thread::yield();
        }
        throw std::runtime_error("the task does not end");
    }

    TemporaryDirectory folder_;
    std::unique_ptr<catalog::Database> database_ = open();
    const Uuid ann_ = Uuid::random();
    const Uuid bob_ = Uuid::random();
};

TEST_F(TasksTest, EndWithTheirOutcome) {
    TaskRunner runner(*database_, "me");
    auto begun = runner.start(ann(), "StartJob", [](std::stop_token) {
        return TaskOutcome{.message = "Done", .links = {{"Related", "/jobs/1", "Job", std::nullopt}}};
    });
    EXPECT_FALSE(begun.is_finished);
    auto task = end_of(runner, begun.number);
    EXPECT_TRUE(task.succeeded);
    EXPECT_EQ(task.message, "Done");
    EXPECT_EQ(task.links.at(0).path, "/jobs/1");
    EXPECT_FALSE(task.links.at(0).name);
    EXPECT_FALSE(runner.find(bob_, begun.number));
    EXPECT_FALSE(runner.remove(bob_, begun.number));
}

TEST_F(TasksTest, TellWhyTheyFailed) {
    TaskRunner runner(*database_, "me");
    runner.start(ann(), "X", [](std::stop_token) -> TaskOutcome {
        throw Error(ErrorKind::io, "Cannot write it").advise("Free some space.");
    });
    runner.start(ann(), "X",
                 [](std::stop_token) -> TaskOutcome { throw std::runtime_error("password=hunter2"); });
    EXPECT_EQ(end_of(runner, 1).message, "Cannot write it. Free some space.");
    EXPECT_FALSE(end_of(runner, 1).succeeded);
    EXPECT_EQ(end_of(runner, 2).message.find("hunter2"), std::string::npos);
}

TEST_F(TasksTest, AreStoppedWhenTheyAreDeleted) {
    std::binary_semaphore stopped(0);
    TaskRunner runner(*database_, "me");
    auto task = runner.start(ann(), "X", [&](std::stop_token stop) {
        std::stop_callback told(stop, [&] { stopped.release(); });
        stopped.acquire();
        return TaskOutcome{};
    });
    EXPECT_TRUE(runner.remove(ann_, task.number));
    EXPECT_FALSE(runner.remove(ann_, task.number));
    EXPECT_FALSE(runner.find(ann_, task.number));
    // The number is not given again: the end of the old work must not be taken for the end of the new.
    auto next = runner.start(ann(), "X", [](std::stop_token) { return TaskOutcome{}; });
    EXPECT_GT(next.number, task.number);
}

TEST_F(TasksTest, AndTheirSessionOutliveTheServer) {
    auto secrets = SecretBox::open(folder_.path() / "key");
    Uuid id;
    std::string key;
    {
        LogonRegistry logons;
        LogonKeeper keeper(logons, *database_, secrets);
        auto logon = logons.open("ann", RoleSet{AccountRole::portal_user}, "v1_6");
        auto without_tasks = logons.open("bob", {}, "v1_7");
        keeper.keep(*logons.open("carol", {}, "v1_7", std::chrono::hours(12)));  // would lose its end
        id = logon->id();
        key = keeper.keep(*logon);
        EXPECT_EQ(key.find(id.to_string()), std::string::npos);
        catalog::LogonRecords(*database_)
            .add_task(
                {.account = ann_, .logon_session = key, .owner = "me", .operation = "X", .links = "[]"});
    }
    database_ = open();
    catalog::LogonRecords(*database_).fail_interrupted_tasks("me", "The server was stopped.");
    LogonRegistry logons;
    LogonKeeper keeper(logons, *database_, secrets);
    keeper.restore();
    EXPECT_EQ(logons.count(), 1u);
    auto use = logons.use(id);
    ASSERT_TRUE(use);
    EXPECT_EQ(use.logon()->account(), "ann");
    EXPECT_EQ(use.logon()->version(), "v1_6");
    EXPECT_EQ(keeper.keep(*use.logon()), key);
    TaskRunner runner(*database_, "me");
    EXPECT_EQ(runner.find(ann_, 1)->message, "The server was stopped.");
}

TEST_F(TasksTest, ASessionThatEndedAfterARestartIsNotThereAfterTheNext) {
    auto secrets = SecretBox::open(folder_.path() / "key");
    Uuid id;
    {
        LogonRegistry logons;
        LogonKeeper keeper(logons, *database_, secrets);
        auto logon = logons.open("ann", RoleSet{AccountRole::portal_administrator}, "v1_7");
        id = logon->id();
        keeper.keep(*logon);
    }
    {
        LogonRegistry logons;
        LogonKeeper keeper(logons, *database_, secrets);
        keeper.restore();
        EXPECT_TRUE(logons.use(id));
        logons.end_account("ann");  // as when it loses a role
    }
    LogonRegistry logons;
    LogonKeeper keeper(logons, *database_, secrets);
    keeper.restore();
    EXPECT_FALSE(logons.use(id));
}

TEST_F(TasksTest, WhatStandsForATokenComesBackWithTheTokenOnly) {
    auto secrets = SecretBox::open(folder_.path() / "key");
    const TokenGrant grant{Uuid::random(), "nightly", "ann", RoleSet{AccountRole::portal_user},
                           now() + std::chrono::hours(1)};
    std::string key;
    {
        LogonRegistry logons;
        LogonKeeper keeper(logons, *database_, secrets);
        key = keeper.keep(*logons.use(grant).logon());
    }
    LogonRegistry logons;
    LogonKeeper keeper(logons, *database_, secrets);
    keeper.restore();
    EXPECT_EQ(logons.count(), 0u) << "it would not end with the token";
    EXPECT_EQ(keeper.keep(*logons.use(grant).logon()), key) << "its tasks are still its own";
}

TEST_F(TasksTest, OutliveTheLogonSessionThatBeganThem) {
    auto secrets = SecretBox::open(folder_.path() / "key");
    LogonRegistry logons;
    LogonKeeper keeper(logons, *database_, secrets);
    TaskRunner runner(*database_, "me");
    std::binary_semaphore over(0);
    auto logon = logons.open("ann", {}, "v1_7");
    auto key = keeper.keep(*logon);
    auto begun = runner.start(ann(key), "X", [&](std::stop_token) {
        over.acquire();
        return TaskOutcome{};
    });
    logons.end(logon->id());
    EXPECT_FALSE(runner.find(ann_, begun.number)->is_finished) << "the end of the session does not stop it";
    over.release();
    EXPECT_TRUE(end_of(runner, begun.number).succeeded);
    auto next = runner.start(ann("of another session"), "X", [](std::stop_token) { return TaskOutcome{}; });
    EXPECT_GT(next.number, begun.number) << "an account's tasks have numbers of their own";
    runner.forget_old();
    EXPECT_TRUE(runner.find(ann_, begun.number)) << "it ended just now";
}

}  // namespace
}  // namespace holdfast::api
