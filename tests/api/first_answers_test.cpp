// Idempotency-Key: what is sent twice is done once, at once or later, and also over a restart.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <set>
#include <thread>

#include "api/whole_server.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/accounts.hpp"
#include "catalog/jobs.hpp"
#include "error_of.hpp"

namespace holdfast::api {
namespace {

using ::testing::HasSubstr;

constexpr auto administrator = AccountRole::portal_administrator;

bool is_replayed(const http::Response& response) {
    for (const auto& [name, value] : response.headers)
        if (name == "Idempotent-Replayed") return value == "true";
    return false;
}

class KeyedRequests : public ::testing::Test {
  protected:
    http::Response make_credentials(const std::string& key, const std::string& username) const {
        return server_.send(administrator, "POST", credentials_ + "?action=create",
                            {{"Idempotency-Key", key}}, fmt::format(R"({{"Username":"{}"}})", username));
    }
    // How many were made by this test.
    std::size_t made() const { return credentials() - before_; }
    std::size_t credentials() const {
        auto text = text_of(server_.send(administrator, "GET", credentials_, {}));
        std::size_t count = 0;
        for (std::size_t at = 0; (at = text.find("\"Username\"", at)) != std::string::npos; ++at) ++count;
        return count;
    }

    WholeServer server_;
    std::string credentials_ =
        "/api/backupServers/" + server_.sample(administrator, "/backupServers/{ID}") + "/credentials";
    std::size_t before_ = credentials();
};

TEST_F(KeyedRequests, AreDoneOnceAndAnsweredAlike) {
    auto first = make_credentials("k1", "ann");
    auto again = make_credentials("k1", "ann");
    EXPECT_EQ(first.status, 201) << text_of(first);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(text_of(first), text_of(again));
    EXPECT_FALSE(is_replayed(first));
    EXPECT_TRUE(is_replayed(again));
    EXPECT_EQ(made(), 1U);
    EXPECT_FALSE(is_replayed(make_credentials("k2", "ann")));
    EXPECT_EQ(made(), 2U);
}

TEST_F(KeyedRequests, LeadToTheSameTask) {
    const auto toggle =
        "/api/jobs/" + server_.sample(administrator, "/jobs/{ID}") + "?action=toggleScheduleEnabled";
    auto first = server_.send(administrator, "POST", toggle, {{"Idempotency-Key", "k"}});
    auto again = server_.send(administrator, "POST", toggle, {{"Idempotency-Key", "k"}});
    EXPECT_EQ(first.status, 202);
    EXPECT_EQ(text_of(first), text_of(again));
    EXPECT_NE(text_of(first),
              text_of(server_.send(administrator, "POST", toggle, {{"Idempotency-Key", "other"}})));
}

TEST_F(KeyedRequests, AreToldFromOthersUnderTheSameKey) {
    make_credentials("k", "ann");
    auto other = make_credentials("k", "bob");
    EXPECT_EQ(other.status, 422);
    EXPECT_THAT(text_of(other), HasSubstr("another request"));
    EXPECT_EQ(made(), 1U);
}

TEST_F(KeyedRequests, ThatDidNothingMayBeTriedAgain) {
    EXPECT_EQ(make_credentials("k", "").status, 400);
    EXPECT_EQ(make_credentials("k", "").status, 400) << "not a replay: it is refused anew";
    EXPECT_EQ(make_credentials("k", "ann").status, 201) << "the key is free";
}

TEST_F(KeyedRequests, HaveAKeyOfLimitedLength) {
    EXPECT_EQ(make_credentials(std::string(255, 'k'), "ann").status, 201);
    EXPECT_EQ(make_credentials(std::string(256, 'k'), "ann").status, 400);
    EXPECT_EQ(make_credentials("two words", "ann").status, 400);
    EXPECT_EQ(make_credentials("\xC3\xA9", "ann").status, 400);
    EXPECT_EQ(made(), 1U);
}

TEST_F(KeyedRequests, ThatArriveAtOnceAreDoneOnce) {
    constexpr int clients = 8;
    std::barrier start(clients);
    std::mutex mutex;
    std::multiset<std::string> answers;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < clients; ++i)
            threads.emplace_back([&] {
                start.arrive_and_wait();
                auto answer = make_credentials("k", "ann");
                EXPECT_EQ(answer.status, 201) << text_of(answer);
                std::lock_guard lock(mutex);
                answers.insert(text_of(answer));
            });
    }
    EXPECT_EQ(answers.count(*answers.begin()), std::size_t{clients});
    EXPECT_EQ(made(), 1U);
}

class FirstAnswersTest : public ::testing::Test {
  protected:
    FirstAnswersTest() { open(); }

    // As after a restart.
    void open() {
        answers_.reset();
        database_ = catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
        if (catalog::Accounts(*database_).is_empty())
            for (const char* name : {"ann", "bob"})
                catalog::Accounts(*database_).add({Uuid::random(), name, "no password", {"Portal User"}});
        answers_ = std::make_unique<FirstAnswers>(*database_, secrets_);
    }
    std::string ask(const std::string& account, const std::string& digest = "the request") {
        auto answer = answers_->answer_once({account, "key", digest}, [this] {
            return http::Response{.status = 201, .body = fmt::format("answer {}", ++done_)};
        });
        return text_of(answer);
    }

    TemporaryDirectory folder_{"/tmp"};
    SecretBox secrets_ = SecretBox::open(folder_.path() / "secret.key");
    std::unique_ptr<catalog::Database> database_;
    std::unique_ptr<FirstAnswers> answers_;
    int done_ = 0;
};

TEST_F(FirstAnswersTest, OutliveTheServerAndAreOfOneAccount) {
    EXPECT_EQ(ask("ann"), "answer 1");
    EXPECT_EQ(ask("bob"), "answer 2");
    open();
    EXPECT_EQ(ask("ann"), "answer 1");
    EXPECT_EQ(ask("bob"), "answer 2");
    EXPECT_EQ(error_of([&] { ask("ann", "another request"); }), ErrorKind::invalid_input);
    EXPECT_EQ(error_of([&] { ask("nobody"); }), ErrorKind::unauthenticated);
}

TEST_F(FirstAnswersTest, WhatMayHaveBeenDoneIsNotDoneAgain) {
    auto fail = [&](ErrorKind kind) {
        return error_of([&] {
            answers_->answer_once({"ann", "key", "x"}, [&]() -> http::Response { throw Error(kind, "no"); });
        });
    };
    EXPECT_EQ(fail(ErrorKind::conflict), ErrorKind::conflict);
    EXPECT_EQ(fail(ErrorKind::io), ErrorKind::io) << "it was tried again";
    EXPECT_EQ(error_of([&] { ask("ann", "x"); }), ErrorKind::conflict);
    open();
    EXPECT_EQ(error_of([&] { ask("ann", "x"); }), ErrorKind::conflict);
    EXPECT_EQ(done_, 0);
}

TEST_F(FirstAnswersTest, KeepNoLongAnswersAndNothingReadable) {
    auto long_answer = [&] {
        return answers_->answer_once({"ann", "key", "digest"},
                                     [] { return http::Response{.body = std::string(100'000, 'x')}; });
    };
    EXPECT_EQ(text_of(long_answer()).size(), 100'000U);
    EXPECT_EQ(error_of(long_answer), ErrorKind::conflict);
    ask("bob", "digest of a password");
    auto bytes = read_file(folder_.path() / "catalog.db-wal", 100 << 20);
    EXPECT_EQ(bytes.find("digest of a password"), std::string::npos);
    EXPECT_EQ(bytes.find("answer 1"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::api
