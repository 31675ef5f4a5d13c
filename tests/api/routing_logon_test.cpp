// Sessions, throttling, and the memory of right passwords: with a clock that the tests turn.
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <latch>
#include <thread>

#include "api/routing/answer.hpp"
#include "api/routing/logon_check.hpp"
#include "api/routing/logon_registry.hpp"
#include "base/secret.hpp"
#include "error_of.hpp"

namespace holdfast::api {
namespace {

using namespace std::chrono_literals;

struct Clock {
    SteadyClock::time_point time = SteadyClock::now();
    SteadyNow now() {
        return [this] { return time; };
    }
};

class Sessions : public ::testing::Test {
  protected:
    Clock clock_;
    LogonRegistry registry_{{.idle = 15min, .sessions = 5, .sessions_of_account = 3}, clock_.now()};

    std::shared_ptr<Logon> open(std::string account) {
        clock_.time += 1s;
        return registry_.open(std::move(account), {AccountRole::portal_user}, "v1_7");
    }
};

TEST_F(Sessions, last_fifteen_minutes_after_the_last_request) {
    auto logon = open("ann");
    clock_.time += 14min;
    EXPECT_TRUE(registry_.use(logon->id()));
    clock_.time += 14min;
    EXPECT_TRUE(registry_.use(logon->id()));
    clock_.time += 15min;
    EXPECT_FALSE(registry_.use(logon->id()));
    EXPECT_EQ(registry_.count(), 0U);
    EXPECT_FALSE(registry_.use(Uuid::random()));
}

TEST_F(Sessions, do_not_expire_while_a_download_uses_them) {
    auto logon = open("ann");
    {
        auto use = registry_.use(logon->id());
        clock_.time += 2h;
        EXPECT_EQ(registry_.sweep(), 0U);
        EXPECT_TRUE(registry_.use(logon->id()));
    }
    clock_.time += 14min;
    EXPECT_EQ(registry_.sweep(), 0U);
    clock_.time += 1min;
    EXPECT_EQ(registry_.sweep(), 1U);
}

TEST_F(Sessions, with_a_last_time_end_then_however_much_they_are_used) {
    auto logon = registry_.open("ann", {AccountRole::portal_user}, "v1_7", 1h);
    auto use = registry_.use(logon->id());
    clock_.time += 59min;
    EXPECT_TRUE(registry_.use(logon->id()));
    clock_.time += 1min;
    EXPECT_FALSE(registry_.use(logon->id()));
    EXPECT_TRUE(logon->is_over());
}

TEST_F(Sessions, tell_when_they_end_once_and_however_it_happens) {
    int ended = 0;
    auto count = [&](auto...) { ++ended; };
    auto logon = open("ann");
    logon->on_end(count);
    EXPECT_TRUE(registry_.end(logon->id()));
    EXPECT_FALSE(registry_.end(logon->id()));
    EXPECT_EQ(ended, 1);
    logon->on_end(count);
    EXPECT_EQ(ended, 2);
    open("bob")->on_end(count);
    clock_.time += 20min;
    registry_.sweep();
    EXPECT_EQ(ended, 3);
    open("bob")->on_end(count);
    registry_.end_account("bob");
    EXPECT_EQ(ended, 4);
    // A callback may use the registry: it is called without its lock.
    open("bob")->on_end([&](auto...) { ended += static_cast<int>(registry_.count()) + 1; });
    registry_.end_all();
    EXPECT_EQ(ended, 5);
}

TEST_F(Sessions, come_back_with_the_idle_time_that_they_had) {
    auto id = Uuid::random();
    registry_.restore(id, "ann", RoleSet{AccountRole::portal_user}, "v1_7", 10min);
    EXPECT_EQ(registry_.use(id).logon()->account(), "ann");
    auto other = Uuid::random();
    registry_.restore(other, "ann", {}, "v1_7", 10min);
    clock_.time += 6min;
    EXPECT_FALSE(registry_.use(other));
}

TEST_F(Sessions, beyond_a_limit_the_one_that_was_idle_longest_ends) {
    auto first = open("ann"), second = open("ann"), third = open("ann");
    registry_.use(first->id());
    clock_.time += 1s;
    registry_.use(first->id());
    auto fourth = open("ann");
    EXPECT_FALSE(registry_.use(second->id()));
    EXPECT_TRUE(registry_.use(first->id()));
    open("bob"), open("bob"), open("cid");
    EXPECT_EQ(registry_.count(), 5U);
    EXPECT_FALSE(registry_.use(third->id()));
}

TEST_F(Sessions, are_listed_for_their_own_account_only) {
    auto ann = open("ann");
    open("bob");
    ASSERT_EQ(registry_.shown_to(*ann).size(), 1U);
    EXPECT_EQ(registry_.shown_to(*ann)[0], ann);
}

TEST_F(Sessions, of_api_tokens_are_used_by_the_token_alone) {
    auto ann = open("ann");
    TokenGrant grant{Uuid::random(), "nightly", "ann", {AccountRole::portal_user}, now() + 24h};
    auto logon = registry_.use(grant).logon();
    EXPECT_EQ(logon->who(), "ann (token nightly)");
    EXPECT_EQ(registry_.use(grant).logon(), logon);
    EXPECT_FALSE(registry_.use(grant.token));
    EXPECT_EQ(registry_.shown_to(*ann).size(), 1U);
    ASSERT_EQ(registry_.shown_to(*logon).size(), 1U);
    EXPECT_EQ(registry_.shown_to(*logon)[0], logon);
    // It begins anew after it has ended, and when the account is another.
    clock_.time += 15min;
    auto second = registry_.use(grant).logon();
    EXPECT_NE(second, logon);
    grant.roles = RoleSet{AccountRole::vm_restore_operator};
    EXPECT_TRUE(registry_.use(grant).logon()->roles() == grant.roles);
    registry_.sweep();
    EXPECT_EQ(registry_.count(), 1U);
}

TEST_F(Sessions, of_api_tokens_end_with_the_token_also_while_a_download_uses_them) {
    TokenGrant grant{Uuid::random(), "nightly", "ann", {AccountRole::portal_user}, now() + 1h};
    auto use = registry_.use(grant);
    clock_.time += 59min;
    EXPECT_EQ(registry_.sweep(), 0U);
    clock_.time += 1min;
    EXPECT_EQ(registry_.sweep(), 1U);
}

TEST_F(Sessions, carry_what_others_attach_to_them) {
    struct Numbers {
        int next = 1;
    };
    auto ann = open("ann"), bob = open("bob");
    EXPECT_EQ(ann->attachment<Numbers>().next++, 1);
    EXPECT_EQ(ann->attachment<Numbers>().next, 2);
    EXPECT_EQ(bob->attachment<Numbers>().next, 1);
}

TEST(Throttle, slows_down_who_fails_and_forgets_with_time_or_success) {
    Clock clock;
    LogonThrottle throttle({}, clock.now());
    auto fail = [&](int times) {
        while (times-- > 0) throttle.failed("192.0.2.7");
        return throttle.delay("192.0.2.7");
    };
    EXPECT_EQ(fail(2), 0ms);
    EXPECT_EQ(fail(1), 500ms);
    EXPECT_EQ(fail(1), 1s);
    EXPECT_EQ(fail(2), 4s);
    EXPECT_EQ(fail(100), 8s);
    EXPECT_EQ(throttle.delay("192.0.2.8"), 0ms);
    clock.time += 15min;
    EXPECT_EQ(throttle.delay("192.0.2.7"), 0ms);
    EXPECT_EQ(fail(1), 0ms);
    EXPECT_EQ(fail(2), 500ms);
    throttle.succeeded("192.0.2.7");
    EXPECT_EQ(throttle.delay("192.0.2.7"), 0ms);
}

TEST(Throttle, remembers_a_bounded_number_of_addresses_and_networks_of_IPv6) {
    Clock clock;
    LogonThrottle throttle({.addresses = 100}, clock.now());
    for (int i = 0; i < 10'000; ++i) {
        clock.time += 1ms;
        throttle.failed("10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256));
        ASSERT_LE(throttle.remembered(), 100U);
    }
    EXPECT_EQ(throttle_key("2001:db8:1:2:3::4"), throttle_key("2001:db8:1:2::9"));
    EXPECT_NE(throttle_key("2001:db8:1:2::"), throttle_key("2001:db8:1:3::"));
    EXPECT_EQ(throttle_key("192.0.2.7"), "192.0.2.7");
}

TEST(PasswordMemory, knows_a_right_password_for_a_while) {
    Clock clock;
    PasswordMemory memory(3min, clock.now());
    memory.remember("Ann", "secret", {"ann", {AccountRole::portal_user}}, memory.generation());
    EXPECT_EQ(memory.find("Ann", "secret")->account.name, "ann");
    EXPECT_FALSE(memory.find("Ann", "secrets"));
    EXPECT_FALSE(memory.find("Anns", "ecret"));
    EXPECT_FALSE(memory.find("ann", "secret"));
    clock.time += 3min;
    EXPECT_FALSE(memory.find("Ann", "secret"));
}

TEST(PasswordMemory, tells_one_of_many_when_a_check_is_due) {
    Clock clock;
    PasswordMemory memory(3min, clock.now());
    memory.remember("ann", "secret", {"ann", {}}, memory.generation());
    clock.time += 119s;
    EXPECT_FALSE(memory.find("ann", "secret")->is_due);
    clock.time += 1s;
    EXPECT_FALSE(memory.find("ann", "secrets"));
    EXPECT_TRUE(memory.find("ann", "secret")->is_due);
    EXPECT_FALSE(memory.find("ann", "secret")->is_due);
    clock.time += 10s;
    EXPECT_TRUE(memory.find("ann", "secret")->is_due);
}

TEST(PasswordMemory, forgets_on_a_change_also_what_was_being_checked_meanwhile) {
    PasswordMemory memory;
    auto generation = memory.generation();
    memory.remember("Ann", "old", {"ann", {}}, generation);
    memory.forget("ann");
    EXPECT_FALSE(memory.find("Ann", "old"));
    memory.remember("Ann", "old", {"ann", {}}, generation);
    EXPECT_FALSE(memory.find("Ann", "old"));
}

TEST(Password, is_right_for_its_hash_and_never_for_none) {
    auto hash = hash_password("secret");
    EXPECT_TRUE(password_is_right("secret", hash));
    EXPECT_FALSE(password_is_right("Secret", hash));
    EXPECT_FALSE(password_is_right("nobody has this password", std::nullopt));
}

// One account, ann with "secret"; counts the checks and can hold them up.
class OneAccount : public Accounts {
  public:
    std::optional<AuthenticatedAccount> check(std::string_view name, std::string_view password) override {
        ++checks;
        if (hold) hold->wait();
        if (name != "ann" || password != right) return std::nullopt;
        return AuthenticatedAccount{"ann", {AccountRole::portal_administrator}};
    }
    std::atomic<int> checks = 0;
    std::string right = "secret";
    std::latch* hold = nullptr;
};

class Checks : public ::testing::Test {
  protected:
    Clock clock_;
    OneAccount accounts_;
    std::vector<std::chrono::milliseconds> pauses_;
    LogonCheck check_{accounts_, {}, {}, clock_.now(), [this](auto time) { pauses_.push_back(time); }};

    ErrorKind kind_of_failure(std::string password, std::string_view address = "192.0.2.7") {
        try {
            check_.check({"ann", std::move(password)}, address);
            return ErrorKind::internal;
        } catch (const Error& error) {
            return error.kind();
        }
    }
};

TEST_F(Checks, cost_one_scrypt_for_many_logons_with_the_right_password) {
    for (int i = 0; i < 10; ++i) EXPECT_EQ(check_.check({"ann", "secret"}, "192.0.2.7").name, "ann");
    EXPECT_EQ(accounts_.checks, 1);
    check_.forget("ann");
    check_.check({"ann", "secret"}, "192.0.2.7");
    EXPECT_EQ(accounts_.checks, 2);
}

TEST_F(Checks, are_renewed_while_the_password_is_used_so_that_nobody_waits) {
    check_.check({"ann", "secret"}, "192.0.2.7");
    for (int i = 0; i < 600; ++i) {
        clock_.time += 1s;
        check_.check({"ann", "secret"}, "192.0.2.7");
    }
    EXPECT_EQ(accounts_.checks, 6);  // the first, and one every two minutes
}

TEST_F(Checks, find_out_that_a_password_was_changed_elsewhere) {
    check_.check({"ann", "secret"}, "192.0.2.7");
    accounts_.right = "other";
    EXPECT_EQ(check_.check({"ann", "secret"}, "192.0.2.7").name, "ann");
    clock_.time += 2min;
    EXPECT_EQ(kind_of_failure("secret"), ErrorKind::unauthenticated);
    EXPECT_EQ(kind_of_failure("secret"), ErrorKind::unauthenticated);
}

TEST_F(Checks, are_slowed_down_after_failures_and_quick_again_after_a_success) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(kind_of_failure("wrong"), ErrorKind::unauthenticated);
    EXPECT_THAT(pauses_, ::testing::ElementsAre(500ms, 1000ms));
    EXPECT_EQ(check_.check({"ann", "secret"}, "192.0.2.8").name, "ann");
    EXPECT_EQ(pauses_.size(), 2U);
    EXPECT_EQ(check_.check({"ann", "secret"}, "192.0.2.7").name, "ann");
    EXPECT_EQ(pauses_.size(), 3U);  // also for the right password, which the memory knows
    check_.check({"ann", "secret"}, "192.0.2.7");
    EXPECT_EQ(pauses_.size(), 3U);
}

TEST_F(Checks, ask_a_directory_for_others_each_time_and_remember_nothing) {
    OneAccount directory;
    directory.right = "the directory's";
    check_.also_ask(directory);
    EXPECT_EQ(check_.check({"ann", "secret"}, "192.0.2.7").name, "ann");
    EXPECT_EQ(directory.checks, 0);
    for (int i = 0; i < 3; ++i) check_.check({"ann", "the directory's"}, "192.0.2.7");
    EXPECT_EQ(directory.checks, 3);
    directory.right = "another";
    EXPECT_EQ(kind_of_failure("the directory's"), ErrorKind::unauthenticated);
}

TEST(ParallelChecks, of_a_directory_that_is_silent_keep_no_account_of_holdfast_waiting) {
    OneAccount accounts;
    OneAccount directory;
    std::latch release(1);
    directory.hold = &release;
    LogonCheck check(accounts, {.checks = 1, .directory_checks = 1, .directory_waiting = 0});
    check.also_ask(directory);
    auto member = std::async(std::launch::async,
                             [&] { return error_of([&] { check.check({"bob", "x"}, "192.0.2.8"); }); });
    while (directory.checks == 0) std::this_thread::yield();
    EXPECT_EQ(check.check({"ann", "secret"}, "192.0.2.7").name, "ann");
    EXPECT_THROW(check.check({"carol", "x"}, "192.0.2.9"), StatusError);
    release.count_down();
    EXPECT_EQ(member.get(), ErrorKind::unauthenticated);
}

TEST(ParallelChecks, of_one_address_do_not_wait_out_their_delay_side_by_side) {
    OneAccount accounts;
    std::latch paused(1);
    std::latch release(1);
    auto hold = [&](std::chrono::milliseconds) {
        paused.count_down();
        release.wait();
    };
    LogonCheck check(accounts, {}, {.free_failures = 1}, SteadyClock::now, hold);
    EXPECT_THROW(check.check({"ann", "wrong"}, "192.0.2.7"), Error);
    auto waiting =
        std::async(std::launch::async, [&] { return check.check({"ann", "secret"}, "192.0.2.7").name; });
    paused.wait();
    EXPECT_THROW(check.check({"ann", "guess"}, "192.0.2.7"), StatusError);
    EXPECT_EQ(check.check({"ann", "secret"}, "192.0.2.8").name, "ann");
    release.count_down();
    EXPECT_EQ(waiting.get(), "ann");
}

TEST(ParallelChecks, of_one_account_wait_for_each_other_and_cost_no_more_than_those_that_ran) {
    OneAccount accounts;
    std::latch release(1);
    accounts.hold = &release;
    LogonCheck check(accounts);
    std::vector<std::future<std::string>> logons;
    for (int i = 0; i < 20; ++i)
        logons.push_back(
            std::async(std::launch::async, [&] { return check.check({"ann", "secret"}, "a").name; }));
    while (accounts.checks < 2) std::this_thread::yield();
    release.count_down();
    for (auto& logon : logons) EXPECT_EQ(logon.get(), "ann");
    EXPECT_EQ(accounts.checks, 2);
}

TEST(ParallelChecks, run_a_few_at_a_time_and_send_the_rest_away) {
    OneAccount accounts;
    std::latch release(1);
    accounts.hold = &release;
    LogonCheck check(accounts, {.checks = 1, .waiting = 0});
    auto first = std::async(std::launch::async, [&] { return check.check({"ann", "secret"}, "a").name; });
    while (accounts.checks == 0) std::this_thread::yield();
    try {
        check.check({"bob", "x"}, "b");
        FAIL();
    } catch (const StatusError& error) {
        EXPECT_EQ(error.status(), 503);
        ASSERT_EQ(error.headers().size(), 1U);
        EXPECT_EQ(error.headers()[0].first, "Retry-After");
    }
    release.count_down();
    EXPECT_EQ(first.get(), "ann");
    EXPECT_EQ(accounts.checks, 1);
}

}  // namespace
}  // namespace holdfast::api
