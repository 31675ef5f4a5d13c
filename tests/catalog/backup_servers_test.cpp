// Other backup servers, kept and listed beside this one by SQLite and by PostgreSQL.
#include "catalog/backup_servers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "catalog/sources.hpp"
#include "catalog/test_database.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;

class OtherServers : public testing::TestWithParam<Kind> {
  protected:
    BackupServer add(const std::string& name) {
        BackupServer server{.id = Uuid::random(),
                            .name = name,
                            .description = "in the cellar",
                            .address = name + ".example.org",
                            .port = 65535,
                            .username = "admin",
                            .sealed_password = "sealed",
                            .fingerprint = std::string(64, 'a'),
                            .version = "0.1.0"};
        servers_.add(server);
        return server;
    }
    std::vector<std::string> names(Selection selection) {
        selection.here = {Uuid::random(), "here", "0.2.0", 9398};
        std::vector<std::string> found;
        for (const auto& server : select_records(*database_, backup_server_source(), selection).records)
            found.push_back(server.name);
        return found;
    }
    std::vector<std::string> names_where(std::string_view field, Value value) {
        const auto* found = backup_server_source().find(field);
        Selection selection;
        selection.where = Condition::compare(*found, Comparison::equal, std::move(value));
        return names(std::move(selection));
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    BackupServers servers_{*database_};
};

TEST_P(OtherServers, AreListedBehindThisOneAndFilteredWithIt) {
    EXPECT_THAT(names({}), ElementsAre("here"));
    add("b");
    add("a");
    EXPECT_THAT(names({}), ElementsAre("here", "b", "a"));
    Selection by_name;
    by_name.order = {{backup_server_source().find("Name"), Direction::ascending}};
    by_name.slice = Slice{0, 2};
    EXPECT_THAT(names(by_name), ElementsAre("a", "b"));
    EXPECT_THAT(names_where("IpOrDnsName", "a.example.org"), ElementsAre("a"));
    EXPECT_THAT(names_where("IpOrDnsName", "here"), ElementsAre("here"));
    EXPECT_THAT(names_where("Port", std::int64_t{65535}), ElementsAre("b", "a"));
    EXPECT_THAT(names_where("Version", "0.2.0"), ElementsAre("here"));
    EXPECT_EQ(servers_.count(), 2);
}

TEST_P(OtherServers, ComeBackAsTheyWereEdited) {
    auto server = add("a");
    servers_.edit(server.id, [](BackupServer& edited) {
        EXPECT_EQ(edited.address, "a.example.org");
        EXPECT_EQ(edited.sealed_password, "sealed");
        edited.name = "a2";
        edited.port = 1;
        edited.fingerprint = std::string(64, 'b');
    });
    auto found = servers_.find(server.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, "a2");
    EXPECT_EQ(found->description, "in the cellar");
    EXPECT_EQ(found->port, 1);
    EXPECT_EQ(found->username, "admin");
    EXPECT_EQ(found->fingerprint, std::string(64, 'b'));
    EXPECT_FALSE(found->is_this);
    auto refuse = [](const BackupServer&) { throw Error(ErrorKind::conflict, "No"); };
    EXPECT_THROW(servers_.remove(server.id, refuse), Error);
    EXPECT_TRUE(servers_.find(server.id));
    servers_.remove(server.id, [](const BackupServer&) {});
    EXPECT_FALSE(servers_.find(server.id));
    EXPECT_THROW(servers_.edit(server.id, [](BackupServer&) {}), Error);
    EXPECT_THROW(servers_.remove(server.id, [](const BackupServer&) {}), Error);
}

TEST_P(OtherServers, AreThereOnceAndNotWithoutEnd) {
    auto server = add("a");
    EXPECT_THROW(servers_.add(server), Error);
    for (std::int64_t i = 1; i < BackupServers::most; ++i) add("more");
    EXPECT_THROW(add("too many"), Error);
    EXPECT_EQ(servers_.count(), BackupServers::most);
}

INSTANTIATE_TEST_SUITE_P(Databases, OtherServers, testing::Values(Kind::sqlite, Kind::postgresql));

}  // namespace
}  // namespace holdfast::catalog
