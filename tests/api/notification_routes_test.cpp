// Notification targets over the API: what may be made, what is kept secret, and what a message says.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "api/notifications/session_message.hpp"
#include "api/openapi_judge.hpp"
#include "api/whole_server.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/notification_outbox.hpp"
#include "catalog/restore_sessions.hpp"

namespace holdfast::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto administrator = AccountRole::portal_administrator;

class NotificationRoutes : public ::testing::Test {
  protected:
    http::Response ask(std::string method, const std::string& target, const std::string& body = "") {
        return server_.ask(administrator, std::move(method), "/api/notificationTargets" + target,
                           "application/json", body);
    }
    int make_status(const std::string& body) { return ask("POST", "", body).status; }
    // Its path below the collection.
    std::string make(const std::string& body) {
        auto response = ask("POST", "", body);
        EXPECT_EQ(response.status, 201) << text_of(response);
        auto uid = boost::json::value_to<std::string>(boost::json::parse(text_of(response)).at("UID"));
        return "/" + uid.substr(uid.rfind(':') + 1);
    }
    boost::json::value shown(const std::string& path) {
        return boost::json::parse(text_of(ask("GET", path + "?format=Entity")));
    }
    catalog::NotificationTarget kept(const std::string& path) {
        return catalog::NotificationTargets(server_.database()).find(*Uuid::parse(path.substr(1))).value();
    }

    static inline const std::string hook =
        R"({"Name":"chat","Webhook":{"Url":"https://example.org/hook","Secret":"sixteen characters and more"}})";
    static std::string mail(const std::string& more) {
        return R"({"Name":"letters","Mail":{"Server":"mail.example.org",)" + more +
               R"("From":"holdfast@example.org","To":{"Addresses":["ann@example.org"]}}})";
    }

    WholeServer server_;
};

TEST_F(NotificationRoutes, ShowATargetWithoutItsSecret) {
    auto path = make(hook);
    auto target = shown(path);
    EXPECT_EQ(target.at("Webhook").at("Url").as_string(), "https://example.org/hook");
    EXPECT_TRUE(target.at("Mail").is_null());
    EXPECT_TRUE(target.at("OnSuccess").as_bool());
    EXPECT_TRUE(target.at("Jobs").is_null());
    EXPECT_EQ(target.at("PendingCount").as_int64(), 0);
    for (const auto& form : {path, path + "?format=Entity", std::string("?format=Entity")})
        EXPECT_THAT(text_of(ask("GET", form)), Not(HasSubstr("sixteen"))) << form;
    EXPECT_THAT(kept(path).sealed_secret, Not(HasSubstr("sixteen")));

    EXPECT_EQ(ask("DELETE", path).status, 204);
    EXPECT_EQ(ask("GET", path).status, 404);
}

TEST_F(NotificationRoutes, TakeMailWithTheUsualPortsAndPasswordsOverTlsOnly) {
    auto target = shown(make(mail(R"("User":"backup","Password":"word",)")));
    EXPECT_EQ(target.at("Mail").at("Encryption").as_string(), "StartTls");
    EXPECT_EQ(target.at("Mail").at("Port").as_int64(), 587);
    EXPECT_EQ(target.at("Mail").at("User").as_string(), "backup");
    EXPECT_THAT(boost::json::serialize(target), Not(HasSubstr("word\"")));
    for (const auto* more :
         {R"("User":"backup","Password":"word","Encryption":"None",)", R"("Password":"word",)",
          R"("User":"backup",)", R"("Port":0,)", R"("Encryption":"Maybe",)"})
        EXPECT_EQ(make_status(mail(more)), 400) << more;
}

TEST_F(NotificationRoutes, RefuseWhatIsNoTarget) {
    for (
        const auto* body :
        {R"({"Name":"x"})", R"({"Name":"x","Webhook":{"Url":"https://example.org/"}})",
         R"({"Name":"x","Webhook":{"Url":"https://example.org/","Secret":"short"}})",
         R"({"Name":"x","Webhook":{"Url":"file:///etc/passwd","Secret":"sixteen characters and more"}})",
         R"({"Name":" x","Webhook":{"Url":"https://example.org/","Secret":"sixteen characters and more"}})",
         R"({"Name":"x","Webhook":{"Url":"https://example.org/","Secret":"sixteen characters and more"},"Jobs":{"JobUids":["b6bfce60-7d42-46d7-9e55-0a40c04b0d7d"]}})",
         R"({"Name":"x","Webhook":{"Url":"https://example.org/","Secret":"sixteen characters and more"},"Jobs":{"JobUids":["?"]}})"})
        EXPECT_EQ(make_status(body), 400) << body;
    make(hook);
    EXPECT_EQ(make_status(hook), 409);
}

TEST_F(NotificationRoutes, KeepASecretThatAnEditLeavesOutUnlessItWouldGoElsewhere) {
    auto path = make(hook);
    auto before = kept(path).sealed_secret;
    EXPECT_EQ(
        ask("PUT", path,
            R"({"Name":"talk","Webhook":{"Url":"https://example.org/other"},"OnSuccess":false,"Jobs":{}})")
            .status,
        204);
    auto target = kept(path);
    EXPECT_EQ(target.name, "talk");
    EXPECT_EQ(target.url, "https://example.org/other");
    EXPECT_EQ(target.sealed_secret, before);
    EXPECT_FALSE(target.on_success);
    EXPECT_FALSE(target.all_jobs);
    EXPECT_EQ(ask("PUT", path, mail(R"("User":"backup",)")).status,
              400);  // a webhook's secret is no password

    auto letters = make(mail(R"("User":"backup","Password":"word",)"));
    before = kept(letters).sealed_secret;
    EXPECT_EQ(ask("PUT", letters, mail(R"("User":"backup","Port":587,)")).status, 204);
    EXPECT_EQ(kept(letters).sealed_secret, before);
    EXPECT_EQ(ask("PUT", letters, mail(R"("User":"backup","Port":588,)")).status, 400);
    EXPECT_EQ(ask("PUT", letters, mail(R"("User":"other",)")).status, 400);
    EXPECT_EQ(ask("PUT", letters, mail("")).status, 204);
    EXPECT_EQ(kept(letters).sealed_secret, "");
}

// Of the sessions that the catalog of the test has.
class SessionMessage : public NotificationRoutes {
  protected:
    notify::Message message_of(std::string_view type, const std::string& sample) {
        catalog::Notification notification{.id = Uuid::random(),
                                           .target = Uuid::random(),
                                           .session_type = std::string(type),
                                           .session = *Uuid::parse(server_.sample(administrator, sample)),
                                           .created = *parse_time("2026-11-26T07:08:09Z")};
        catalog::NotificationTarget target{.id = notification.target, .name = "chat"};
        ThisServer here{Uuid::random(), "backup", "0.1.0"};
        return session_message(server_.database(), here, notification, target).value();
    }
};

TEST_F(SessionMessage, TellsABackupAsTheApiDoes) {
    auto message = message_of(catalog::session_type::backup, "/backupSessions/{ID}");
    auto body = boost::json::parse(message.json);
    EXPECT_EQ(body.at("Id").as_string(), message.id.to_string());
    EXPECT_EQ(body.at("Event").as_string(), "BackupJobSessionEnded");
    EXPECT_EQ(body.at("TimeUTC").as_string(), "2026-11-26T07:08:09Z");
    EXPECT_EQ(body.at("TargetName").as_string(), "chat");
    auto shown = boost::json::parse(text_of(server_.ask(
        administrator, "GET",
        "/api/backupSessions/" + server_.sample(administrator, "/backupSessions/{ID}") + "?format=Entity",
        "application/json")));
    const auto& session = body.at("BackupJobSession").as_object();
    for (const auto& member : session)
        if (member.key() == "Links" || member.key() == "Href")
            EXPECT_TRUE(member.value().is_null());
        else
            EXPECT_EQ(member.value(), shown.at(member.key())) << member.key();
    EXPECT_EQ(session.at("Result").as_string(), "Success");
    EXPECT_EQ(body.at("BackupTaskSessions").as_array().at(0).at("VmDisplayName").as_string(), "web01");
    EXPECT_TRUE(body.at("RestoreSession").is_null());
    EXPECT_EQ(message.subject, "[Holdfast] Success: nightly & <more>");
    EXPECT_THAT(message.text, HasSubstr("\nMachines: 1\n  web01: Success\n"));
}

TEST_F(SessionMessage, TellsARestoreAsTheApiDoes) {
    auto message = message_of(catalog::session_type::restore, "/restoreSessions/{ID}");
    auto body = boost::json::parse(message.json);
    EXPECT_EQ(body.at("Event").as_string(), "RestoreSessionEnded");
    EXPECT_EQ(body.at("RestoreSession").at("VmDisplayName").as_string(), "web01");
    EXPECT_EQ(body.at("RestoreSession").at("JobType").as_string(), "RestoreVm");
    EXPECT_EQ(message.subject, "[Holdfast] Success: restore of web01");
    EXPECT_THAT(message.text, HasSubstr("Restore:  machine web01\n"));
}

TEST_F(SessionMessage, IsAsTheOpenApiDocumentStates) {
    boost::json::array cases;
    auto judge = [&](const std::string& json) {
        cases.push_back(boost::json::object{
            {"where", json}, {"schema", "NotificationMessage"}, {"value", boost::json::parse(json)}});
    };
    judge(message_of(catalog::session_type::backup, "/backupSessions/{ID}").json);
    judge(message_of(catalog::session_type::restore, "/restoreSessions/{ID}").json);
    judge(test_message({Uuid::random(), "backup", "0.1.0"}, {.id = Uuid::random(), .name = "chat"}).json);
    expect_valid(
        *std::get<http::SharedText>(server_.ask(administrator, "GET", "/api/schema/openapi.json").body),
        cases);
}

}  // namespace
}  // namespace holdfast::api
