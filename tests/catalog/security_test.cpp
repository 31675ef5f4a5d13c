// Accounts, their roles, and what they may see: on SQLite and on PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"
#include "catalog/audit_log.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/credentials.hpp"
#include "catalog/idempotency_keys.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/restore_sessions.hpp"
#include "catalog/test_database.hpp"
#include "catalog/visibility.hpp"
#include "error_of.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class Security : public testing::TestWithParam<Kind> {
  protected:
    Account add_account(const std::string& name, std::vector<std::string> roles) {
        Account account{Uuid::random(), name, "hash", std::move(roles)};
        account.allow_restore_all = false;
        accounts_.add(account);
        return account;
    }
    AccountScope add_scope(const Account& account, std::string_view type, const std::string& object) {
        AccountScope scope{Uuid::random(), account.id, root_, std::string(type), object, object};
        scopes_.add({scope});
        return scope;
    }
    Visibility seen_by(const Account& account) { return {*database_, *accounts_.find_viewer(account.name)}; }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    Accounts accounts_{*database_};
    AccountScopes scopes_{*database_};
    Uuid root_ = Uuid::random();
};

TEST_P(Security, AnAccountComesBackAsItWasStored) {
    Account account{Uuid::random(), "Ann", "hash", {"File Restore Operator"}};
    account.allow_restore_all = false;
    account.limits = {true, "doc,pdf", true};
    accounts_.add(account);
    auto found = accounts_.find(account.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "Ann");
    EXPECT_EQ(found->type, "User");
    EXPECT_EQ(found->roles, account.roles);
    EXPECT_TRUE(found->limits.files_in_place_only);
    EXPECT_EQ(found->limits.file_extensions, "doc,pdf");
    EXPECT_TRUE(found->limits.databases_not_in_place);
    accounts_.set_password(account.id, "other");
    EXPECT_EQ(accounts_.find_by_name("ANN")->password_hash, "other");

    EXPECT_FALSE(accounts_.find_viewer("ann")->sees_all);
    accounts_.toggle_allow_restore_all(account.id);
    EXPECT_TRUE(accounts_.find_viewer("ann")->sees_all);
    accounts_.toggle_allow_restore_all(account.id);
    accounts_.add_role(account.id, administrator_role);
    EXPECT_TRUE(accounts_.find_viewer("ann")->sees_all) << "an administrator sees everything";
    EXPECT_FALSE(accounts_.find_viewer("bob"));
}

TEST_P(Security, TheLastRoleAndTheLastAdministratorStay) {
    auto ann = add_account("ann", {administrator_role, "Portal User"});
    auto bob = add_account("bob", {"Portal User"});
    EXPECT_EQ(error_of([&] { accounts_.remove_role(ann.id, administrator_role); }), ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { accounts_.remove(ann.id); }), ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { accounts_.remove_role(bob.id, "Portal User"); }), ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { accounts_.remove_role(bob.id, administrator_role); }), ErrorKind::not_found);
    EXPECT_EQ(error_of([&] { accounts_.add_role(bob.id, "Portal User"); }), ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { accounts_.add_role(Uuid::random(), "Portal User"); }), ErrorKind::not_found);

    accounts_.add_role(bob.id, administrator_role);
    accounts_.remove_role(ann.id, administrator_role);
    EXPECT_EQ(accounts_.find(ann.id)->roles, (std::vector<std::string>{"Portal User"}));
    accounts_.remove(ann.id);
    accounts_.remove(ann.id);
    EXPECT_THAT(accounts_.list(), ElementsAre(testing::Field(&Account::name, "bob")));
    EXPECT_EQ(error_of([&] { accounts_.remove(bob.id); }), ErrorKind::conflict);
}

TEST_P(Security, ScopesTogetherAreWhatAnAccountSees) {
    auto ann = add_account("ann", {"Portal User"});
    auto bob = add_account("bob", {"Portal User"});
    auto web = Uuid::random();
    auto db = Uuid::random();
    auto pool = add_scope(ann, scope_type::storage_pool, "pool");
    auto machine = add_scope(ann, scope_type::machine, db.to_string());
    EXPECT_EQ(error_of([&] { add_scope(ann, scope_type::machine, db.to_string()); }), ErrorKind::conflict);
    EXPECT_EQ(scopes_.find(pool.id)->state, scope_state::unprocessed);
    EXPECT_FALSE(seen_by(ann).machine(root_, web));

    scopes_.set_machines(pool, {web, db});
    scopes_.set_machines(machine, {db});
    EXPECT_EQ(scopes_.find(pool.id)->state, scope_state::processed);
    EXPECT_THAT(scopes_.machines(pool.id), UnorderedElementsAre(web, db));
    EXPECT_THAT(seen_by(ann).machines(), UnorderedElementsAre(std::pair(root_, web), std::pair(root_, db)));
    EXPECT_FALSE(seen_by(ann).machine(Uuid::random(), web)) << "another host's machine of the same UUID";
    EXPECT_FALSE(seen_by(bob).machine(root_, web));

    scopes_.remove(pool.id);
    EXPECT_FALSE(seen_by(ann).machine(root_, web));
    EXPECT_TRUE(seen_by(ann).machine(root_, db)) << "another scope holds it";
    scopes_.set_machines(pool, {web});  // a rebuild that was under way meanwhile
    EXPECT_FALSE(seen_by(ann).machine(root_, web));
    EXPECT_THAT(scopes_.list_of(ann.id), ElementsAre(testing::Field(&AccountScope::id, machine.id)));

    add_account("root", {administrator_role});
    accounts_.remove(ann.id);
    EXPECT_TRUE(scopes_.list().empty());
}

TEST_P(Security, AMemberHasTheRolesScopesAndOptionsOfAllItsGroups) {
    auto add_group = [&](const std::string& name, std::vector<std::string> roles, RestoreLimits limits) {
        Account group{Uuid::random(), name, "", std::move(roles), "Group", false, std::move(limits)};
        group.kept_by = KeptBy::directory;
        accounts_.add(group);
        return group;
    };
    auto web = Uuid::random();
    auto db = Uuid::random();
    auto users = add_group("Users", {"Portal User"}, {});
    auto files = add_group("files", {"Portal User", "File Restore Operator"}, {false, "pdf", false});
    add_group("others", {administrator_role}, {});
    scopes_.set_machines(add_scope(users, scope_type::machine, web.to_string()), {web});
    EXPECT_FALSE(accounts_.find_by_name("users")) << "a group does not log on";
    EXPECT_FALSE(accounts_.admit("ann", {"unknown"}));

    auto ann = accounts_.admit("ann", {"unknown", "USERS", "files"});
    ASSERT_TRUE(ann);
    EXPECT_THAT(ann->roles, UnorderedElementsAre("Portal User", "File Restore Operator"));
    EXPECT_EQ(ann->limits.file_extensions, "pdf") << "who restores no files widens nothing";
    EXPECT_FALSE(ann->limits.files_in_place_only);
    EXPECT_THAT(seen_by(*ann).machines(), ElementsAre(std::pair(root_, web)));
    scopes_.set_machines(add_scope(files, scope_type::machine, db.to_string()), {db});
    EXPECT_THAT(seen_by(*ann).machines(), UnorderedElementsAre(std::pair(root_, web), std::pair(root_, db)));
    EXPECT_FALSE(accounts_.find(ann->id)) << "nothing to be changed by itself";
    EXPECT_EQ(accounts_.list().size(), 3U);

    EXPECT_EQ(accounts_.admit("Ann", {"files"})->id, ann->id);
    EXPECT_THAT(seen_by(*ann).machines(), ElementsAre(std::pair(root_, db)));
    EXPECT_THAT(accounts_.add_role(users.id, "VM Restore Operator"), testing::IsEmpty());
    EXPECT_THAT(accounts_.add_role(files.id, "VM Restore Operator"), ElementsAre("ann"));
    EXPECT_FALSE(accounts_.find_by_name("ann"));
    accounts_.admit("ann", {"files"});
    EXPECT_THAT(accounts_.remove(files.id), ElementsAre("ann"));
    EXPECT_FALSE(accounts_.find_by_name("ann"));
    accounts_.admit("ann", {"users"});
    EXPECT_FALSE(accounts_.admit("ann", {}));
    EXPECT_FALSE(accounts_.find_by_name("ann")) << "who is in no group any more";
}

TEST_P(Security, WhatHoldfastKeepsComesBeforeWhatADirectoryKeeps) {
    Account group{Uuid::random(), "ann", "", {administrator_role}, "Group"};
    group.kept_by = KeptBy::directory;
    accounts_.add(group);
    ASSERT_TRUE(accounts_.admit("ann", {"ann"}));
    auto ann = add_account("Ann", {administrator_role});
    EXPECT_EQ(accounts_.find_by_name("ann")->id, ann.id);
    EXPECT_FALSE(accounts_.admit("ann", {"ann"}));

    Account bob{Uuid::random(), "bob", "", {administrator_role}};
    bob.kept_by = KeptBy::directory;
    accounts_.add(bob);
    EXPECT_EQ(accounts_.admit("BOB", {"ann"})->id, bob.id) << "an account of its own, not of the group";
    EXPECT_EQ(error_of([&] { accounts_.set_password(bob.id, "hash"); }), ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { accounts_.remove(ann.id); }), ErrorKind::conflict) << "a directory may be down";
    accounts_.remove(bob.id);
    accounts_.remove(group.id);
}

TEST_P(Security, ARecordIsSeenByWhoSeesOneOfItsMachines) {
    auto ann = add_account("ann", {"Portal User"});
    auto web = Uuid::random();
    auto scope = add_scope(ann, scope_type::machine, web.to_string());
    scopes_.set_machines(scope, {web});
    ManagedServer server{Uuid::random(), root_, "kvm1", "", "qemu:///system", "host"};
    ManagedServers(*database_).add(server);
    Repository repository{Uuid::random(), "main", "", "/srv/main", "abc", "sealed", 100, 50};
    Repositories(*database_).add(repository);

    struct Run {
        Uuid backup, point, vm_point, session, task, restore;
    };
    auto run = [&](const Uuid& domain, const std::string& starter = "admin") {
        auto backup = RestorePoints(*database_).backup_for(Uuid::random(), "nightly", repository.id);
        VmRestorePoint point;
        point.id = Uuid::random();
        point.file = Uuid::random();
        point.restore_point = Uuid::random();
        point.hierarchy_root = root_;
        point.domain = domain;
        point.created = now();
        RestorePoints(*database_).add({point.restore_point, backup.id, backup.name, now()}, point);
        BackupSession session{Uuid::random(), Uuid::random(), "nightly", "me", now()};
        TaskSession task{Uuid::random(), session.id, server.id, domain, "vm", now()};
        BackupSessions sessions(*database_);
        sessions.start(session, {task});
        RestoreSession restore{Uuid::random(), "RestoreVm", "me", point.id, "vm", starter, now()};
        RestoreSessions(*database_).start(restore);
        return Run{backup.id, point.restore_point, point.id, session.id, task.id, restore.id};
    };
    auto sees_session = [&](const Viewer& viewer, const Run& of) {
        return find_visible_session(*database_, viewer, of.session).has_value();
    };
    auto expect_seen = [&](Visibility visibility, const Run& of, bool is_seen) {
        EXPECT_EQ(visibility.backup(of.backup), is_seen);
        EXPECT_EQ(visibility.restore_point(of.point), is_seen);
        EXPECT_EQ(visibility.task_session(of.task), is_seen);
        EXPECT_EQ(visibility.restore_session(of.restore), is_seen);
    };
    auto of_web = run(web);
    auto of_other = run(Uuid::random());
    expect_seen(seen_by(ann), of_web, true);
    expect_seen(seen_by(ann), of_other, false);
    EXPECT_TRUE(sees_session({ann.id, false}, of_web));
    EXPECT_FALSE(sees_session({ann.id, false}, of_other));
    EXPECT_TRUE(sees_session({ann.id, true}, of_other));
    EXPECT_TRUE(seen_by(ann).restore_session(run(Uuid::random(), ann.name).restore))
        << "who started it sees it";
    expect_seen({*database_, {ann.id, true}}, of_other, true);
}

TEST_P(Security, CredentialsAndPasswordsComeBackSealed) {
    CredentialsStore store(*database_);
    Credentials credentials{Uuid::random(), "DOMAIN\\svc", "guests", "sealed"};
    store.add(credentials);
    store.edit(credentials.id, [](Credentials& changed) { changed.description = "all guests"; });
    auto refuse = [](const Credentials&) { throw Error(ErrorKind::conflict, "no"); };
    EXPECT_EQ(error_of([&] { store.edit(credentials.id, refuse); }), ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { store.remove(credentials.id, refuse); }), ErrorKind::conflict);
    EXPECT_EQ(store.find(credentials.id)->description, "all guests");
    EXPECT_EQ(store.find(credentials.id)->sealed_password, "sealed");
    store.remove(credentials.id);
    EXPECT_EQ(error_of([&] { store.remove(credentials.id); }), ErrorKind::not_found);
    EXPECT_EQ(error_of([&] { store.edit(credentials.id, refuse); }), ErrorKind::not_found);

    EncryptionPasswords passwords(*database_);
    auto time = *parse_time("2026-05-01T22:00:00Z");
    EncryptionPassword password{Uuid::random(), "the usual one", "sealed", time};
    passwords.add(password);
    passwords.edit(password.id, [&](EncryptionPassword& changed) {
        changed.hint = "the other one";
        changed.modified = time + std::chrono::hours(1);
    });
    auto found = passwords.find(password.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->hint, "the other one");
    EXPECT_EQ(found->sealed_password, "sealed");
    EXPECT_EQ(found->modified, time + std::chrono::hours(1));
    EXPECT_EQ(error_of([&] { passwords.edit(Uuid::random(), [](EncryptionPassword&) {}); }),
              ErrorKind::not_found);
    passwords.remove(password.id);
    EXPECT_FALSE(passwords.find(password.id));
}

TEST_P(Security, TheAuditLogIsReadNewestFirstAndForgetsWhatIsOld) {
    AuditLog log(*database_);
    auto time = *parse_time("2026-05-01T22:00:00Z");
    for (int i = 0; i < 5; ++i)
        log.add({AuditEvent{time + std::chrono::seconds(i), "ann", "192.0.2.7", "POST /api/jobs", 200 + i}});
    EXPECT_EQ(log.count(), 5U);
    auto page = log.list(1, 2);
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].status, 203);
    EXPECT_EQ(page[1].operation, "POST /api/jobs");
    log.remove_before(time + std::chrono::seconds(4));
    EXPECT_EQ(log.count(), 1U);
}

TEST_P(Security, AnIdempotencyKeyIsTakenOnceADay) {
    IdempotencyKeys keys(*database_);
    const IdempotencyKey ann{Uuid::random(), "k"};
    const IdempotencyKey bob{Uuid::random(), "k"};
    const auto yesterday = now() - std::chrono::hours(24);
    EXPECT_FALSE(keys.take(ann, "first", yesterday));
    EXPECT_FALSE(keys.take(bob, "of another account", yesterday));
    auto taken = keys.take(ann, "second", yesterday);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->sealed_request, "first");
    EXPECT_FALSE(taken->sealed_answer);
    keys.set_answer(ann, "answer");
    EXPECT_EQ(keys.take(ann, "third", yesterday)->sealed_answer, "answer");

    EXPECT_FALSE(keys.take(ann, "the next day", now() + std::chrono::hours(1)));
    EXPECT_FALSE(keys.take(ann, "again", yesterday)->sealed_answer);
    keys.release(ann);
    EXPECT_FALSE(keys.take(ann, "released", yesterday));
    keys.remove_before(now() + std::chrono::hours(1));
    EXPECT_FALSE(keys.take(bob, "expired", yesterday));
}

TEST_P(Security, IdempotencyKeysAreLimitedInNumber) {
    IdempotencyKeys keys(*database_);
    const auto ann = Uuid::random();
    const auto yesterday = now() - std::chrono::hours(24);
    const KeyLimits limits{.of_account = 2, .of_all = 3};
    auto take = [&](const Uuid& account, const std::string& key) {
        return error_of([&] { keys.take({account, key}, key, yesterday, limits); });
    };
    EXPECT_EQ(take(ann, "1"), std::nullopt);
    EXPECT_EQ(take(ann, "2"), std::nullopt);
    EXPECT_EQ(take(ann, "3"), ErrorKind::unavailable);
    EXPECT_EQ(take(ann, "2"), std::nullopt) << "it is taken already";
    EXPECT_EQ(take(Uuid::random(), "1"), std::nullopt);
    EXPECT_EQ(take(Uuid::random(), "1"), ErrorKind::unavailable);
}

INSTANTIATE_TEST_SUITE_P(Databases, Security, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const auto& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

}  // namespace
}  // namespace holdfast::catalog
