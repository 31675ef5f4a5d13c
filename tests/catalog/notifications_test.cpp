// Notification targets and what waits for them, in SQLite and in PostgreSQL: which ends of sessions are
// noted, once each, and what becomes of a try.
#include <gmock/gmock.h>

#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/notification_outbox.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_sessions.hpp"
#include "catalog/test_database.hpp"
#include "error_of.hpp"

namespace holdfast::catalog {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class Notifications : public testing::TestWithParam<Kind> {
  protected:
    static NotificationTarget webhook(const std::string& name) {
        return {.id = Uuid::random(),
                .name = name,
                .url = "https://example.org/hook",
                .sealed_secret = "sealed",
                .created = now()};
    }
    NotificationTarget added(NotificationTarget target) {
        targets_.add(target);
        return target;
    }

    Job add_job(const std::string& name) {
        Repository repository{Uuid::random(), name, "", "/srv/" + name, "abc", "sealed", 100, 50};
        Repositories(*database_).add(repository);
        Job job{.id = Uuid::random(), .name = name, .repository = repository.id};
        Jobs(*database_).add(job);
        return job;
    }

    // A run of that job, to its end.
    BackupSession run(const Uuid& job, std::string_view result) {
        BackupSession session{
            .id = Uuid::random(), .job = job, .job_name = "j", .owner = "me", .created = now()};
        BackupSessions sessions(*database_);
        sessions.start(session, {});
        session.progress = 50;
        sessions.update(session);
        session.state = state::stopped;
        session.result = result;
        session.ended = now();
        sessions.update(session);
        return session;
    }
    RestoreSession restore(std::string_view result) {
        RestoreSession session{
            .id = Uuid::random(), .kind = "RestoreVm", .owner = "me", .vm_name = "web01", .created = now()};
        RestoreSessions sessions(*database_);
        sessions.start(session);
        session.result = result;
        session.ended = now();
        sessions.update(session);
        return session;
    }

    std::optional<Notification> next(const std::set<Uuid>& busy = {}) {
        return outbox_.next_due(now(), busy);
    }
    std::int64_t waiting(const NotificationTarget& target) {
        return targets_.find(target.id)->figures.waiting;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    NotificationTargets targets_{*database_};
    NotificationOutbox outbox_{*database_, "me"};
};

TEST_P(Notifications, TargetsAreKeptAsTheyWereMade) {
    auto hook = added(webhook("hook"));
    auto job = add_job("nightly");
    auto mail = webhook("mail");
    mail.url = "";
    mail.mail = MailSettings{.server = "mail.example.org",
                             .port = 587,
                             .user = "backup",
                             .from = "backup@example.org",
                             .to = {"ann@example.org", "bob@example.org"}};
    mail.on_success = false;
    mail.all_jobs = false;
    mail.jobs = {job.id};
    mail.restores = false;
    targets_.add(mail);

    auto found = targets_.list();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].url, "https://example.org/hook");
    EXPECT_EQ(found[0].mail, std::nullopt);
    EXPECT_TRUE(found[0].all_jobs);
    EXPECT_EQ(found[1].mail, mail.mail);
    EXPECT_FALSE(found[1].on_success);
    EXPECT_TRUE(found[1].on_failed);
    EXPECT_FALSE(found[1].restores);
    EXPECT_THAT(found[1].jobs, ElementsAre(job.id));
    EXPECT_EQ(found[1].created, mail.created);

    EXPECT_EQ(error_of([&] { targets_.add(webhook("hook")); }), ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { targets_.edit(mail.id, [](auto& one) { one.name = "hook"; }); }),
              ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { targets_.edit(mail.id, [](auto& one) { one.jobs = {Uuid::random()}; }); }),
              ErrorKind::invalid_input);
    targets_.edit(mail.id, [](auto& one) { one.name = "letters"; });
    EXPECT_EQ(targets_.find(mail.id)->name, "letters");
    EXPECT_THAT(targets_.find(mail.id)->jobs, ElementsAre(job.id));
    // Of chosen jobs none is left: that is not all of them.
    Jobs(*database_).remove(job.id);
    EXPECT_THAT(targets_.find(mail.id)->jobs, IsEmpty());
    EXPECT_FALSE(targets_.find(mail.id)->all_jobs);
    targets_.remove(hook.id);
    EXPECT_EQ(error_of([&] { targets_.remove(hook.id); }), ErrorKind::not_found);
}

TEST_P(Notifications, AreNotedOnceForEachTargetThatIsToKnow) {
    auto nightly = add_job("nightly");
    auto all = added(webhook("all"));
    auto failures = webhook("failures");
    failures.on_success = failures.on_warning = false;
    targets_.add(failures);
    auto chosen = webhook("chosen");
    chosen.all_jobs = chosen.restores = false;
    chosen.jobs = {nightly.id};
    targets_.add(chosen);

    auto session = run(nightly.id, result::success);
    run(Uuid::random(), result::failed);
    restore(result::warning);
    EXPECT_EQ(waiting(all), 3);
    EXPECT_EQ(waiting(failures), 1);
    EXPECT_EQ(waiting(chosen), 1);
    auto noted = next({all.id, failures.id});
    ASSERT_TRUE(noted);
    EXPECT_EQ(noted->target, chosen.id);
    EXPECT_EQ(noted->session_type, session_type::backup);
    EXPECT_EQ(noted->session, session.id);
    EXPECT_EQ(noted->created, session.ended);
    // What is written of it later ends it no second time.
    BackupSessions(*database_).update(session);
    EXPECT_EQ(waiting(all), 3);
}

TEST_P(Notifications, AreNotedForWhatACrashEnded) {
    auto all = added(webhook("all"));
    BackupSession session{
        .id = Uuid::random(), .job = Uuid::random(), .job_name = "j", .owner = "me", .created = now()};
    BackupSessions(*database_).start(session, {});
    RestoreSession restored{.id = Uuid::random(), .kind = "RestoreVm", .owner = "me", .created = now()};
    RestoreSessions(*database_).start(restored);
    for (int i = 0; i < 2; ++i) {
        BackupSessions(*database_).fail_interrupted("me", "The server was stopped");
        RestoreSessions(*database_).fail_interrupted("me", "The server was stopped");
        EXPECT_EQ(waiting(all), 2);
    }
    EXPECT_EQ(BackupSessions(*database_).find(session.id)->result, result::failed);
    EXPECT_EQ(RestoreSessions(*database_).find(restored.id)->reason, "The server was stopped");
}

TEST_P(Notifications, LeaveTheOutboxWhenTheyAreDelivered) {
    auto all = added(webhook("all"));
    EXPECT_FALSE(next());
    auto first = run(Uuid::random(), result::success);
    auto second = run(Uuid::random(), result::failed);
    EXPECT_FALSE(NotificationOutbox(*database_, "somebody else").next_due(now(), {}));
    EXPECT_FALSE(next({all.id}));
    auto notification = next();
    ASSERT_TRUE(notification);
    EXPECT_EQ(notification->session, first.id);
    auto time = now();
    outbox_.delivered(*notification, time);
    auto figures = targets_.find(all.id)->figures;
    EXPECT_EQ(figures.delivered, 1);
    EXPECT_EQ(figures.waiting, 1);
    EXPECT_EQ(figures.last_delivered, time);
    EXPECT_EQ(next()->session, second.id);
}

TEST_P(Notifications, WaitAfterAFailureAndGoInTheEnd) {
    auto all = added(webhook("all"));
    auto first = run(Uuid::random(), result::success);
    auto second = run(Uuid::random(), result::success);
    auto time = now();
    outbox_.failed(*next(), {"the server answered 400", time, time + hours(2), false});
    EXPECT_EQ(next()->session, second.id);  // the message was refused, not the target out of reach
    outbox_.failed(*next(), {"connection refused", time, time + hours(1)});
    EXPECT_FALSE(next());
    auto third = run(Uuid::random(), result::success);
    auto due = outbox_.next_due(time + hours(1), {});
    ASSERT_TRUE(due);
    EXPECT_EQ(due->session, second.id);
    EXPECT_EQ(due->tries, 1);
    auto figures = targets_.find(all.id)->figures;
    EXPECT_EQ(figures.waiting, 3);
    EXPECT_EQ(figures.given_up, 0);
    EXPECT_EQ(figures.last_failed, time);
    EXPECT_EQ(figures.last_failure, "connection refused");

    outbox_.gave_up(*due, "connection refused, for three days", time + seconds(1));
    EXPECT_EQ(next()->session, third.id);
    EXPECT_EQ(outbox_.next_due(time + hours(3), {})->session, first.id);
    figures = targets_.find(all.id)->figures;
    EXPECT_EQ(figures.waiting, 2);
    EXPECT_EQ(figures.given_up, 1);
    EXPECT_EQ(figures.last_failure, "connection refused, for three days");
}

TEST_P(Notifications, GoWithTheirTarget) {
    auto all = added(webhook("all"));
    run(Uuid::random(), result::success);
    auto notification = next().value();
    targets_.remove(all.id);
    EXPECT_FALSE(next());
    EXPECT_NO_THROW(outbox_.delivered(notification, now()));
    EXPECT_NO_THROW(outbox_.failed(notification, {"late", now(), now()}));
    EXPECT_NO_THROW(outbox_.gave_up(notification, "late", now()));
}

INSTANTIATE_TEST_SUITE_P(Both, Notifications, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const testing::TestParamInfo<Kind>& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

}  // namespace
}  // namespace holdfast::catalog
