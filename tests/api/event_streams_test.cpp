// Server-sent events: what an account may see is told as it happens, once and in order, and no stream
// outlives its logon.
#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/events/change_finder.hpp"
#include "api/events/event_log.hpp"
#include "api/whole_server.hpp"
#include "catalog/accounts.hpp"

namespace holdfast::api {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr auto administrator = AccountRole::portal_administrator;
constexpr auto user = AccountRole::portal_user;
constexpr auto restorer = AccountRole::vm_restore_operator;

// A client, as the stream sees it.
class Client final : public http::BodyFeed {
  public:
    Offer offer(std::string_view bytes) override {
        std::lock_guard lock(mutex_);
        if (is_gone_ || is_finished_) return Offer::gone;
        if (reads_nothing_) return Offer::full;
        text_ += bytes;
        changed_.notify_all();
        return Offer::taken;
    }
    void finish() override {
        std::lock_guard lock(mutex_);
        is_finished_ = true;
        changed_.notify_all();
    }

    void go() {
        std::lock_guard lock(mutex_);
        is_gone_ = true;
    }
    void read_nothing(bool nothing) {
        std::lock_guard lock(mutex_);
        reads_nothing_ = nothing;
    }
    // All that was told, once it holds that; what there is after 20 seconds.
    std::string text_with(std::string_view part) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(20),
                          [&] { return text_.find(part) != std::string::npos; });
        return text_;
    }
    bool ends() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return is_finished_; });
    }
    // The id that came last.
    std::string last_id() {
        std::lock_guard lock(mutex_);
        auto begin = text_.rfind("\nid: ") + 5;
        return text_.substr(begin, text_.find('\n', begin) - begin);
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string text_;
    bool is_finished_ = false;
    bool is_gone_ = false;
    bool reads_nothing_ = false;
};

class Events : public ::testing::Test {
  protected:
    http::Response ask(AccountRole role, const std::string& last_id = "") const {
        return server_.send(role, "GET", "/api/events", {{"Last-Event-ID", last_id}});
    }
    // A client that has been greeted: what happens from now on is told.
    std::shared_ptr<Client> follow(AccountRole role, const std::string& last_id = "") const {
        auto response = ask(role, last_id);
        EXPECT_EQ(response.status, 200);
        auto client = std::make_shared<Client>();
        std::get<http::FedBody>(response.body).begin(client);
        EXPECT_THAT(client->text_with("\n\n"), HasSubstr("retry: "));
        return client;
    }
    void begin_session(const std::string& name) {
        session_ = {
            .id = Uuid::random(), .job = Uuid::random(), .job_name = name, .owner = "me", .created = now()};
        catalog::BackupSessions(server_.database()).start(session_, {});
    }
    void end_session() {
        session_.state = catalog::state::stopped;
        session_.result = catalog::result::success;
        session_.ended = now();
        catalog::BackupSessions(server_.database()).update(session_);
    }
    void restore_by(const std::string& account, const std::string& machine) {
        catalog::RestoreSession session{.id = Uuid::random(),
                                        .kind = "RestoreVm",
                                        .owner = "me",
                                        .vm_restore_point = Uuid::random(),
                                        .vm_name = machine,
                                        .started_by = account,
                                        .created = now(),
                                        .state = "Working",
                                        .result = "None"};
        catalog::RestoreSessions(server_.database()).start(session);
    }
    void limit_to_scopes(const std::string& name) {
        catalog::Accounts accounts(server_.database());
        accounts.toggle_allow_restore_all(accounts.find_by_name(name)->id);
    }

    WholeServer server_;
    catalog::BackupSession session_;
};

TEST_F(Events, TellSessionsAndTasksAsTheyGo) {
    auto client = follow(administrator);
    begin_session("nightly");
    EXPECT_THAT(client->text_with("nightly"),
                AllOf(HasSubstr("event: BackupJobSession\nid: "), HasSubstr("\ndata: {"),
                      HasSubstr("\"State\":\"Starting\"")));
    end_session();
    EXPECT_THAT(client->text_with("\"Result\":\"Success\""),
                HasSubstr("https://backup:9398/api/backupSessions/"));
    restore_by("admin", "web07");
    EXPECT_THAT(client->text_with("web07"), HasSubstr("event: RestoreSession\n"));
    server_.send(administrator, "POST",
                 "/api/jobs/" + server_.sample(administrator, "/jobs/{ID}") + "?action=toggleScheduleEnabled",
                 {});
    EXPECT_THAT(client->text_with("\"State\":\"Finished\""), HasSubstr("event: Task\n"));
}

TEST_F(Events, KeepQuietConnectionsAliveByComments) {
    EXPECT_THAT(follow(administrator)->text_with(": still here\n\n"), HasSubstr(": still here\n\n"));
}

TEST_F(Events, TellOnlyWhatTheAccountMaySee) {
    limit_to_scopes("Portal User");
    limit_to_scopes("VM Restore Operator");
    auto all = follow(administrator);
    auto scoped = follow(user);
    auto without_role = follow(restorer);
    begin_session("outside of the scopes");
    restore_by("somebody", "of-somebody");
    server_.send(administrator, "POST",
                 "/api/jobs/" + server_.sample(administrator, "/jobs/{ID}") + "?action=toggleScheduleEnabled",
                 {});
    all->text_with("outside of the scopes");
    all->text_with("of-somebody");
    all->text_with("event: Task");
    restore_by("Portal User", "own-of-user");
    restore_by("VM Restore Operator", "own-of-operator");
    EXPECT_THAT(scoped->text_with("own-of-user"),
                AllOf(HasSubstr("own-of-user"), Not(HasSubstr("outside")), Not(HasSubstr("of-somebody")),
                      Not(HasSubstr("own-of-operator")), Not(HasSubstr("event: Task"))));
    EXPECT_THAT(without_role->text_with("own-of-operator"),
                AllOf(HasSubstr("own-of-operator"), Not(HasSubstr("event: BackupJobSession"))));
}

TEST_F(Events, WhoComesBackMissesNothingOrLearnsThatItDid) {
    auto first = follow(administrator);
    begin_session("first");
    first->text_with("first");
    auto id = first->last_id();
    first->go();
    auto other = follow(administrator);
    end_session();
    begin_session("second");
    other->text_with("second");
    auto again = follow(administrator, id);
    EXPECT_THAT(again->text_with("second"), AllOf(HasSubstr("\"Result\":\"Success\""), HasSubstr("second"),
                                                  Not(HasSubstr("event: Reset"))));
    EXPECT_EQ(again->last_id(), other->last_id());
    for (std::string unknown : {"0123456789abcdef-1", "nonsense"})
        EXPECT_THAT(follow(administrator, unknown)->text_with("event: Reset"), HasSubstr("event: Reset"));
}

TEST_F(Events, ASlowClientGetsTheRestLater) {
    auto slow = follow(administrator);
    auto quick = follow(administrator);
    slow->read_nothing(true);
    begin_session("while it slept");
    quick->text_with("while it slept");
    EXPECT_THAT(slow->text_with(""), Not(HasSubstr("while it slept")));
    slow->read_nothing(false);
    EXPECT_THAT(slow->text_with("while it slept"), HasSubstr("while it slept"));
}

TEST_F(Events, EndWithTheirLogonSessionAndWithTheServer) {
    auto of_user = follow(user);
    auto of_admin = follow(administrator);
    server_.logons().end_account("Portal User");
    EXPECT_TRUE(of_user->ends());
    server_.events().stop();
    EXPECT_TRUE(of_admin->ends());
    auto late = std::make_shared<Client>();
    auto response = ask(administrator);
    std::get<http::FedBody>(response.body).begin(late);
    EXPECT_TRUE(late->ends());
}

TEST_F(Events, AreLimitedInNumber) {
    auto ask_often = [&](AccountRole role, int times) {
        std::vector<http::Response> responses;
        for (int i = 0; i < times; ++i) responses.push_back(ask(role));
        return responses;
    };
    {
        auto of_admin = ask_often(administrator, 8);
        EXPECT_EQ(of_admin.back().status, 200);
        EXPECT_EQ(ask(administrator).status, 503) << "an account has eight";
        auto of_user = ask_often(user, 4);
        EXPECT_EQ(of_user.back().status, 200);
        EXPECT_EQ(ask(restorer).status, 503) << "there are twelve in all";
    }
    auto gone = follow(administrator);
    gone->go();
    // The place of a client that is gone is free once a comment did not reach it.
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    auto is_free = [&] { return ask_often(administrator, 8).back().status == 200; };
    while (!is_free() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_TRUE(is_free());
}

TEST(EventLog, KeepsTheLastThousand) {
    EventLog log;
    auto start = log.id_of(log.end() - 1);
    EXPECT_EQ(log.after(start), log.end());
    log.append(std::vector<Change>(EventLog::most));
    EXPECT_EQ(log.after(start), log.begin());
    log.append(std::vector<Change>(1));
    EXPECT_EQ(log.after(start), std::nullopt) << "one is gone";
    EXPECT_EQ(log.end() - log.begin(), EventLog::most);
    EXPECT_EQ(log.after(log.id_of(log.end())), std::nullopt) << "it has not happened yet";
    EXPECT_EQ(log.after(EventLog().id_of(0)), std::nullopt) << "of another log";
    for (const char* wrong : {"", "-", "-1", "x"}) EXPECT_EQ(log.after(start + wrong), std::nullopt) << wrong;
}

TEST(ChangeFinder, FindsEachChangeOnce) {
    TemporaryDirectory folder{"/tmp"};
    auto database = catalog::Database::open("sqlite://" + (folder.path() / "catalog.db").string());
    catalog::BackupSessions sessions(*database);
    auto start = [&] {
        catalog::BackupSession session{
            .id = Uuid::random(), .job = Uuid::random(), .owner = "me", .created = now()};
        sessions.start(session, {});
        return session;
    };
    auto session = start();
    ChangeFinder finder(*database);
    EXPECT_THAT(finder.find(), IsEmpty()) << "that was so before";
    session.progress = 40;
    sessions.update(session);
    start();
    EXPECT_THAT(finder.find(), SizeIs(2));
    EXPECT_THAT(finder.find(), IsEmpty());
    session.ended = now();
    session.state = catalog::state::stopped;
    sessions.update(session);
    auto changes = finder.find();
    ASSERT_THAT(changes, SizeIs(1));
    EXPECT_EQ(std::get<catalog::BackupSession>(changes[0]).id, session.id);
    EXPECT_THAT(finder.find(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::api
