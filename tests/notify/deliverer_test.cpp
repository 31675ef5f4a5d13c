// What becomes of messages that cannot be delivered. (Those that can are the matter of
// tests/e2e/test_notifications.py.)
#include "notify/deliverer.hpp"

#include <gmock/gmock.h>

#include "base/file.hpp"
#include "catalog/backup_sessions.hpp"

namespace holdfast::notify {
namespace {

using std::chrono::days;
using testing::HasSubstr;

class Deliveries : public ::testing::Test {
  protected:
    Deliveries() {
        // Port 1 of this machine: nobody answers there.
        target_ = {.id = Uuid::random(), .name = "hook", .url = "http://127.0.0.1:1/", .created = now()};
        target_.sealed_secret = secrets_.seal(catalog::NotificationTarget::secret_name(target_.id), "secret");
    }

    void note_session(Timestamp ended) {
        catalog::BackupSession session{
            .id = Uuid::random(), .job = Uuid::random(), .owner = "me", .created = ended};
        catalog::BackupSessions sessions(*database_);
        sessions.start(session, {});
        session.result = catalog::result::success;
        session.ended = ended;
        sessions.update(session);
    }

    // The figures once they are as that says.
    template <typename Condition>
    catalog::DeliveryFigures figures_once(Condition condition, const Deliverer::Compose& compose) {
        Deliverer deliverer(*database_, secrets_, "me", compose);
        deliverer.start();
        while (true) {
            auto figures = catalog::NotificationTargets(*database_).find(target_.id).value().figures;
            if (condition(figures)) return figures;
            std::this_thread::yield();
        }
    }
    static std::optional<Message> say_something(const catalog::Notification& notification,
                                                const catalog::NotificationTarget&) {
        return Message{.id = notification.id, .time = notification.created, .json = "{}"};
    }

    TemporaryDirectory folder_;
    std::unique_ptr<catalog::Database> database_ =
        catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    SecretBox secrets_ = SecretBox::open(folder_.path() / "secret.key");
    catalog::NotificationTarget target_;
};

TEST_F(Deliveries, ThatFailAreTriedAgain) {
    catalog::NotificationTargets(*database_).add(target_);
    note_session(now() - days(2));
    auto figures = figures_once([](const auto& seen) { return seen.last_failed.has_value(); }, say_something);
    EXPECT_EQ(figures.waiting, 1);
    EXPECT_EQ(figures.given_up, 0);
}

TEST_F(Deliveries, ThatFailForThreeDaysAreGivenUp) {
    catalog::NotificationTargets(*database_).add(target_);
    note_session(now() - days(3));
    auto figures = figures_once([](const auto& seen) { return seen.given_up == 1; }, say_something);
    EXPECT_EQ(figures.waiting, 0);
    EXPECT_THAT(figures.last_failure, HasSubstr("Given up after three days: "));
}

TEST_F(Deliveries, OfASessionThatIsGoneAreGivenUp) {
    catalog::NotificationTargets(*database_).add(target_);
    note_session(now());
    auto figures = figures_once([](const auto& seen) { return seen.given_up == 1; },
                                [](const auto&, const auto&) { return std::nullopt; });
    EXPECT_EQ(figures.last_failure, "The session that it tells of is gone");
}

TEST_F(Deliveries, TellOfASecretThatCannotBeRead) {
    target_.sealed_secret = "sealed by somebody else";
    catalog::NotificationTargets(*database_).add(target_);
    note_session(now());
    auto figures = figures_once([](const auto& seen) { return seen.last_failed.has_value(); }, say_something);
    EXPECT_EQ(figures.waiting, 1);
    EXPECT_THAT(figures.last_failure, HasSubstr("cannot be decrypted"));
}

}  // namespace
}  // namespace holdfast::notify
