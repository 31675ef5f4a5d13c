// What is done in a guest around the instant of its backup, in which order, and what becomes of failures. The
// host is played; a real guest is frozen in tests/hypervisor and tests/e2e.
#include "protection/guest_work.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "catalog/managed_servers.hpp"
#include "error_of.hpp"

namespace holdfast::protection {
namespace {

using catalog::VssSnapshotMode;
using hypervisor::AgentState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What happens is told in `events`; what is to fail is said before.
class PlayedHost : public hypervisor::Host {
  public:
    struct Frozen : hypervisor::FrozenGuest {
        explicit Frozen(PlayedHost& host) : host_(host) {}
        ~Frozen() override {
            if (!is_thawed_) host_.events.emplace_back("thaw unasked");
        }
        int file_systems() const override { return host_.file_systems; }
        bool thaw() override {
            is_thawed_ = true;
            host_.events.emplace_back("thaw");
            if (host_.thaw_fails) throw Error(ErrorKind::unavailable, "It stays frozen");
            return !host_.is_too_late;
        }
        PlayedHost& host_;
        bool is_thawed_ = false;
    };
    struct Backup : hypervisor::LiveBackup {
        explicit Backup(PlayedHost& host) : host_(host) {}
        ~Backup() override { host_.events.emplace_back("backup ended"); }
        const std::vector<hypervisor::BackupExport>& exports() const override { return exports_; }
        void finish() override {}
        PlayedHost& host_;
        std::vector<hypervisor::BackupExport> exports_;
    };

    AgentState agent(const Uuid&) override { return agent_state; }
    void ping_agent(const Uuid&) override {
        if (is_silent) throw Error(ErrorKind::unavailable, "The agent is silent");
    }
    std::unique_ptr<hypervisor::FrozenGuest> freeze(const Uuid&) override {
        events.emplace_back("freeze");
        noted_at_freeze = noted();
        if (freeze_fails) throw Error(ErrorKind::io, "The agent refuses");
        return std::make_unique<Frozen>(*this);
    }
    int thaw(const Uuid&) override {
        events.emplace_back("thaw by hand");
        if (thaw_fails) throw Error(ErrorKind::unavailable, "It stays frozen");
        return 1;
    }
    hypervisor::GuestCommandResult run_in_guest(const Uuid&, const hypervisor::GuestCommand& command,
                                                const std::stop_token& stop) override {
        events.push_back(command.line);
        if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "stopped");
        return command.line == failing_script ? script_result : hypervisor::GuestCommandResult{};
    }
    std::unique_ptr<hypervisor::GuestFeed> feed_in_guest(const Uuid&, const hypervisor::FedScript&,
                                                         const std::stop_token&) override {
        throw std::logic_error("not asked for");
    }
    hypervisor::Domain find_domain(const Uuid& uuid) override {
        if (is_gone) throw Error(ErrorKind::not_found, "gone");
        return {"web01", uuid, state, true};
    }

    std::vector<std::string> events;
    std::function<bool()> noted;
    bool noted_at_freeze = false;
    AgentState agent_state = AgentState::connected;
    hypervisor::DomainState state = hypervisor::DomainState::running;
    bool is_silent = false, freeze_fails = false, thaw_fails = false, is_too_late = false, is_gone = false;
    int file_systems = 2;
    std::string failing_script;
    hypervisor::GuestCommandResult script_result{
        .ended_in_time = true, .status = 3, .output = "no\n\"disk\""};

    // Nothing else is asked of it here.
    hypervisor::HostInfo info() override { return {}; }
    std::vector<hypervisor::Domain> domains() override { return {}; }
    std::optional<hypervisor::Domain> find_domain_by_name(const std::string&) override { return {}; }
    std::vector<hypervisor::StoragePool> storage_pools() override { return {}; }
    std::vector<hypervisor::Network> networks() override { return {}; }
    std::vector<std::string> networks_of(const Uuid&) override { return {}; }
    std::vector<std::string> tags(const Uuid&) override { return {}; }
    std::string domain_xml(const Uuid&) override { return {}; }
    hypervisor::DomainDisks disks(const Uuid&) override { return {}; }
    std::optional<std::filesystem::path> nvram(const Uuid&) override { return {}; }
    std::vector<std::string> checkpoints(const Uuid&) override { return {}; }
    void delete_checkpoint(const Uuid&, const std::string&) override {}
    void resume(const Uuid&) override {}
    bool is_paused_by_disk_error(const Uuid&) override { return false; }
    std::optional<hypervisor::SystemUser> user_of_machines() override { return {}; }
    void begin_pull(const Uuid&, const std::string&) override {}
    std::optional<hypervisor::BlockJobProgress> pull_progress(const Uuid&, const std::string&) override {
        return {};
    }
    std::unique_ptr<hypervisor::LiveBackup> begin_backup(const hypervisor::BackupRequest&) override {
        return nullptr;
    }
    bool abort_backup(const Uuid&, const std::filesystem::path&) override { return false; }
    hypervisor::Domain define(const std::string&) override { return {}; }
    void undefine(const Uuid&) override {}
    void start(const Uuid&) override {}
    void power_off(const Uuid&) override {}
    hypervisor::Domain start_transient(const std::string&) override { return {}; }
    std::vector<std::byte> screenshot(const Uuid&) override { return {}; }
};

class GuestWorks : public testing::Test {
  protected:
    GuestWorks() {
        catalog::ManagedServers(*database_)
            .add({server_, Uuid::random(), "kvm1", "", "test:///default", "h"});
        host_.noted = [this] { return !left().empty(); };
    }
    std::vector<catalog::GuestInBackup> left() { return catalog::GuestsInBackup(*database_).list_of("me"); }

    GuestWork work(VssSnapshotMode mode, catalog::GuestScripts scripts = {}) {
        return {environment_,
                host_,
                server_,
                {"web01", domain_, host_.state, true},
                {{mode}, std::move(scripts)},
                stop_.get_token()};
    }
    GuestWork::Begin begin() {
        return [this]() -> std::unique_ptr<hypervisor::LiveBackup> {
            host_.events.emplace_back("begin");
            if (begin_fails_) throw Error(ErrorKind::conflict, "Another backup runs");
            return std::make_unique<PlayedHost::Backup>(host_);
        };
    }
    static catalog::GuestScripts both() { return {{"before", 10}, {"after", 10}}; }

    TemporaryDirectory folder_;
    std::unique_ptr<catalog::Database> database_ =
        catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    SecretBox secrets_ = SecretBox::open(folder_.path() / "key");
    Environment environment_{*database_, secrets_, "me", folder_.path() / "run"};
    Uuid server_ = Uuid::random();
    Uuid domain_ = Uuid::random();
    std::stop_source stop_;
    bool begin_fails_ = false;
    PlayedHost host_;
};

TEST_F(GuestWorks, FreezesAroundTheInstantAndIsNotedMeanwhile) {
    auto guest = work(VssSnapshotMode::RequireSuccess, both());
    EXPECT_NE(guest.around(begin()), nullptr);
    EXPECT_THAT(host_.events, ElementsAre("before", "freeze", "begin", "thaw", "after", "backup ended"));
    EXPECT_TRUE(host_.noted_at_freeze);
    EXPECT_THAT(left(), IsEmpty());
    EXPECT_EQ(guest.consistency(), catalog::consistency::filesystem);
    EXPECT_FALSE(guest.has_warnings());
    EXPECT_THAT(guest.notes(), ElementsAre("The file systems were frozen (2)."));
}

TEST_F(GuestWorks, DisabledTouchesNothing) {
    auto guest = work(VssSnapshotMode::Disabled);
    guest.around(begin());
    EXPECT_THAT(host_.events, ElementsAre("begin", "backup ended"));
    EXPECT_EQ(guest.consistency(), catalog::consistency::crash);
    EXPECT_THAT(guest.notes(), IsEmpty());

    host_.events.clear();
    auto with_scripts = work(VssSnapshotMode::Disabled, both());
    with_scripts.around(begin());
    EXPECT_THAT(host_.events, ElementsAre("before", "begin", "after", "backup ended"));
}

TEST_F(GuestWorks, WithoutAnAgentIsCrashConsistentAndSaysSo) {
    for (auto state : {AgentState::none, AgentState::disconnected}) {
        host_.events.clear();
        host_.agent_state = state;
        auto guest = work(VssSnapshotMode::IgnoreFailures);
        guest.around(begin());
        EXPECT_THAT(host_.events, ElementsAre("begin", "backup ended"));
        EXPECT_EQ(guest.consistency(), catalog::consistency::crash);
        EXPECT_FALSE(guest.has_warnings());
        EXPECT_THAT(guest.notes(), ElementsAre(HasSubstr("crash-consistent: ")));
        // Scripts were asked for, however.
        auto with_scripts = work(VssSnapshotMode::IgnoreFailures, both());
        with_scripts.around(begin());
        EXPECT_TRUE(with_scripts.has_warnings());

        auto required = work(VssSnapshotMode::RequireSuccess);
        host_.events.clear();
        EXPECT_EQ(error_of([&] { required.around(begin()); }), ErrorKind::unavailable);
        EXPECT_THAT(host_.events, IsEmpty());
    }
    host_.agent_state = AgentState::connected;
    host_.state = hypervisor::DomainState::paused;
    auto paused = work(VssSnapshotMode::IgnoreFailures);
    paused.around(begin());
    EXPECT_THAT(paused.notes(), ElementsAre(HasSubstr("paused")));
}

TEST_F(GuestWorks, FailuresOfTheAgentAreWarningsOrTheEnd) {
    auto expect_warning = [&](const std::string& why) {
        auto guest = work(VssSnapshotMode::IgnoreFailures);
        EXPECT_NE(guest.around(begin()), nullptr);
        EXPECT_EQ(guest.consistency(), catalog::consistency::crash) << why;
        EXPECT_TRUE(guest.has_warnings()) << why;
        EXPECT_THAT(guest.notes(), ElementsAre(HasSubstr(why)));
        EXPECT_THAT(left(), IsEmpty());
        auto required = work(VssSnapshotMode::RequireSuccess);
        EXPECT_EQ(error_of([&] { required.around(begin()); }), ErrorKind::unavailable) << why;
        EXPECT_THAT(left(), IsEmpty());
    };
    host_.is_silent = true;
    expect_warning("silent");
    host_.is_silent = false;
    host_.freeze_fails = true;
    expect_warning("refuses");
    EXPECT_THAT(host_.events, testing::Contains("thaw by hand"));
    host_.freeze_fails = false;
    host_.file_systems = 0;
    expect_warning("no file system");
    host_.file_systems = 2;
    host_.is_too_late = true;
    expect_warning("thawed before");
}

TEST_F(GuestWorks, WhatMayBeFrozenStaysNoted) {
    host_.thaw_fails = true;
    auto guest = work(VssSnapshotMode::IgnoreFailures, both());
    guest.around(begin());
    EXPECT_TRUE(guest.has_warnings());
    ASSERT_EQ(left().size(), 1U);
    EXPECT_EQ(left()[0].script.command, "after") << "nothing runs in a guest that is frozen";
    EXPECT_EQ(error_of([&] { put_guest_right(host_, left()[0]); }), ErrorKind::unavailable);
    host_.thaw_fails = false;
    host_.events.clear();
    put_guest_right(host_, left()[0]);
    EXPECT_THAT(host_.events, ElementsAre("thaw by hand", "after"));
}

TEST_F(GuestWorks, FailingScriptIsAWarningOrTheEnd) {
    host_.failing_script = "before";
    auto guest = work(VssSnapshotMode::IgnoreFailures, both());
    guest.around(begin());
    EXPECT_EQ(guest.consistency(), catalog::consistency::filesystem);
    EXPECT_TRUE(guest.has_warnings());
    EXPECT_THAT(guest.notes().at(0), HasSubstr("status 3: no \"disk\""));

    host_.script_result = {.ended_in_time = false, .status = 137, .output = ""};
    host_.events.clear();
    auto required = work(VssSnapshotMode::RequireSuccess, both());
    EXPECT_EQ(error_of([&] { required.around(begin()); }), ErrorKind::unavailable);
    EXPECT_THAT(host_.events, ElementsAre("before", "after"));
    EXPECT_THAT(left(), IsEmpty());

    host_.failing_script = "after";
    auto after = work(VssSnapshotMode::RequireSuccess, both());
    EXPECT_NE(after.around(begin()), nullptr) << "the point is made";
    EXPECT_THAT(after.notes(), ElementsAre(HasSubstr("frozen"), HasSubstr("did not end within 10 s")));
    EXPECT_TRUE(after.has_warnings());
}

TEST_F(GuestWorks, BackupThatDoesNotBeginOrIsStoppedLeavesNothingBehind) {
    begin_fails_ = true;
    auto guest = work(VssSnapshotMode::IgnoreFailures, both());
    EXPECT_EQ(error_of([&] { guest.around(begin()); }), ErrorKind::conflict);
    EXPECT_THAT(host_.events, ElementsAre("before", "freeze", "begin", "thaw", "after"));
    EXPECT_THAT(left(), IsEmpty());

    host_.events.clear();
    stop_.request_stop();
    auto stopped = work(VssSnapshotMode::IgnoreFailures, both());
    EXPECT_EQ(error_of([&] { stopped.around(begin()); }), ErrorKind::cancelled);
    EXPECT_THAT(host_.events, ElementsAre("before", "after"));
    EXPECT_THAT(left(), IsEmpty());
}

TEST_F(GuestWorks, LeftInTheMiddleIsPutRight) {
    catalog::GuestInBackup guest{server_, domain_, "web01", "me", {"after", 10}, now()};
    put_guest_right(host_, guest);
    EXPECT_THAT(host_.events, ElementsAre("thaw by hand", "after"));
    host_.events.clear();
    host_.state = hypervisor::DomainState::shut_off;
    put_guest_right(host_, guest);
    host_.is_gone = true;
    put_guest_right(host_, guest);
    EXPECT_THAT(host_.events, IsEmpty());
}

}  // namespace
}  // namespace holdfast::protection
