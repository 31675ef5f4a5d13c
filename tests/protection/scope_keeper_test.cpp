// Scopes over the inventory of libvirt's own test driver: machines, storage pools and tags in a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "catalog/accounts.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/sources.hpp"
#include "error_of.hpp"
#include "protection/scope_keeper.hpp"

namespace holdfast::protection {
namespace {

using testing::UnorderedElementsAre;

const Uuid web = *Uuid::parse("11111111-1111-4111-8111-111111111111");
const Uuid db = *Uuid::parse("22222222-2222-4222-8222-222222222222");
const std::string fast_pool = "33333333-3333-4333-8333-333333333333";

std::string domain_xml(const std::string& name, const Uuid& uuid, const std::string& image,
                       const std::string& metadata) {
    return "<domain type='test'><name>" + name + "</name><uuid>" + uuid.to_string() + "</uuid><metadata>" +
           metadata +
           "</metadata><memory>8192</memory><os><type>hvm</type></os><devices><disk type='file'>"
           "<source file='" +
           image + "'/><target dev='vda'/></disk></devices></domain>";
}

std::string pool_xml(const std::string& name, const std::string& uuid, const std::string& path) {
    return "<pool type='dir'><name>" + name + "</name><uuid>" + uuid + "</uuid><target><path>" + path +
           "</path></target></pool>";
}

class ScopeKeeperTest : public testing::Test {
  protected:
    ScopeKeeperTest() {
        write_file_durably(
            folder_.path() / "node.xml",
            as_bytes("<node>" +
                     domain_xml("web01", web, "/srv/fast/web01.qcow2",
                                "<t:tags xmlns:t='urn:holdfast:tags'><t:tag>shop</t:tag></t:tags>") +
                     domain_xml("db01", db, "/srv/fast-not/db01.qcow2", "") +
                     pool_xml("fast", fast_pool, "/srv/fast") + "</node>"),
            0600);
        server_ = hosts_.add("kvm1", "", "test://" + (folder_.path() / "node.xml").string());
        accounts_.add({account_, "ann", "hash", {"Portal User"}});
    }

    catalog::AccountScope add_scope(std::string_view type, const std::string& object, const Uuid& root) {
        catalog::AccountScope scope{Uuid::random(), account_, root, std::string(type), object, object};
        scopes_.add({scope});
        return scope;
    }
    catalog::AccountScope add_scope(std::string_view type, const std::string& object) {
        return add_scope(type, object, server_.hierarchy_root);
    }
    std::vector<Uuid> machines_of(std::string_view type, const std::string& object) {
        auto scope = add_scope(type, object);
        keeper_.rebuild_unprocessed({});
        return scopes_.machines(scope.id);
    }

    // Oldest first.
    std::vector<catalog::SystemSession> told() {
        catalog::Selection selection;
        selection.viewer.sees_all = true;
        return catalog::select_records(*database_, catalog::system_session_source(), selection).records;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<catalog::Database> database_ =
        catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    SecretBox secrets_ = SecretBox::open(folder_.path() / "key");
    Environment environment_{*database_, secrets_, "me", folder_.path() / "run"};
    HostConnections hosts_{environment_};
    ScopeKeeper keeper_{environment_, hosts_};
    catalog::Accounts accounts_{*database_};
    catalog::AccountScopes scopes_{*database_};
    catalog::ManagedServer server_;
    Uuid account_ = Uuid::random();
};

TEST_F(ScopeKeeperTest, FindsMachinesByWhatHoldsThem) {
    auto host = server_.hierarchy_root.to_string();
    EXPECT_THAT(machines_of(catalog::scope_type::host, host), UnorderedElementsAre(web, db));
    EXPECT_THAT(machines_of(catalog::scope_type::storage_pool, fast_pool), UnorderedElementsAre(web));
    EXPECT_THAT(machines_of(catalog::scope_type::tag, "Shop"), UnorderedElementsAre(web));
    EXPECT_THAT(machines_of(catalog::scope_type::tag, "none has it"), testing::IsEmpty());
    EXPECT_THAT(machines_of(catalog::scope_type::machine, db.to_string()), UnorderedElementsAre(db));
    EXPECT_EQ(keeper_.rebuild_unprocessed({}), 0U);
    EXPECT_EQ(keeper_.rebuild_of(account_, {}), 5U);
    EXPECT_EQ(keeper_.rebuild_of(Uuid::random(), {}), 0U);
}

TEST_F(ScopeKeeperTest, AMachineThatIsGoneStaysForItsBackups) {
    auto gone = Uuid::random();
    auto backed_up = Uuid::random();
    auto scope = add_scope(catalog::scope_type::storage_pool, fast_pool);
    scopes_.set_machines(scope, {gone, db});
    keeper_.rebuild_all({});
    EXPECT_THAT(scopes_.machines(scope.id), UnorderedElementsAre(web, gone)) << "db is on another pool now";

    catalog::RestorePoints points(*database_);
    catalog::VmRestorePoint point;
    point.hierarchy_root = server_.hierarchy_root;
    point.domain = backed_up;
    catalog::Repository repository{Uuid::random(), "main", "", "/srv/main", "abc", "sealed", 100, 50};
    catalog::Repositories(*database_).add(repository);
    auto backup = points.backup_for(Uuid::random(), "nightly", repository.id);
    points.add({Uuid::random(), backup.id, backup.name, now()}, point);
    EXPECT_THAT(machines_of(catalog::scope_type::host, server_.hierarchy_root.to_string()),
                UnorderedElementsAre(web, db, backed_up));
}

TEST_F(ScopeKeeperTest, ARebuildIsASystemSession) {
    keeper_.rebuild_all({});
    EXPECT_THAT(told(), testing::IsEmpty()) << "there was nothing to rebuild";
    auto machine = add_scope(catalog::scope_type::machine, web.to_string());
    keeper_.rebuild_all({});
    ASSERT_EQ(told().size(), 1U);
    auto rebuilt = told()[0];
    EXPECT_EQ(rebuilt.kind, catalog::system_work::scopes_rebuild);
    EXPECT_EQ(rebuilt.owner, "me");
    EXPECT_EQ(rebuilt.result, catalog::result::success);
    EXPECT_TRUE(rebuilt.ended);
    auto events = catalog::SystemSessions(*database_).events(rebuilt.id);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].message, "Machines in the scope " + web.to_string() + ": 1");

    add_scope(catalog::scope_type::host, "lost", Uuid::random());
    EXPECT_EQ(error_of([&] { keeper_.rebuild_all({}); }), ErrorKind::unavailable);
    EXPECT_EQ(told().back().result, catalog::result::warning) << "one of two was rebuilt";
    EXPECT_THAT(told().back().message, testing::HasSubstr("1 of 2 scopes could not be rebuilt; lost: "));
    scopes_.remove(machine.id);
    EXPECT_EQ(error_of([&] { keeper_.rebuild_all({}); }), ErrorKind::unavailable);
    EXPECT_EQ(told().back().result, catalog::result::failed);
    EXPECT_EQ(told().size(), 3U);
}

TEST_F(ScopeKeeperTest, WhereAHostIsNotThereItsScopesStayAndTheOthersAreRebuilt) {
    auto lost = add_scope(catalog::scope_type::host, "lost", Uuid::random());
    auto machine = add_scope(catalog::scope_type::machine, web.to_string());
    EXPECT_EQ(error_of([&] { keeper_.rebuild_all({}); }), ErrorKind::unavailable);
    EXPECT_EQ(scopes_.find(lost.id)->state, catalog::scope_state::unprocessed);
    EXPECT_EQ(scopes_.find(machine.id)->state, catalog::scope_state::processed);
}

}  // namespace
}  // namespace holdfast::protection
