// Collecting from a host of libvirt's own test driver and from one that is not there.
#include "protection/collector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "catalog/accounts.hpp"
#include "error_of.hpp"

namespace holdfast::protection {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class Collecting : public testing::Test {
  protected:
    Collected collect(std::stop_token stop = {}) {
        return protection::collect(*database_, hosts_, repositories_, scopes_, stop);
    }

    TemporaryDirectory folder_;
    std::unique_ptr<catalog::Database> database_ =
        catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    SecretBox secrets_ = SecretBox::open(folder_.path() / "key");
    Environment environment_{*database_, secrets_, "me", folder_.path() / "run"};
    HostConnections hosts_{environment_};
    OpenRepositories repositories_{environment_};
    ScopeKeeper scopes_{environment_, hosts_};
    catalog::ManagedServers servers_{*database_};
    catalog::ManagedServer host_ = hosts_.add("kvm1", "", "test:///default");
};

TEST_F(Collecting, BringsUpToDateWhatIsRemembered) {
    auto repository = repositories_.add("main", "", (folder_.path() / "repository").string(), "secret");
    catalog::Repositories repositories(*database_);
    repositories.update_space(repository.id, 1, 1);
    servers_.set_host_id(host_.id, "of an earlier board");
    auto account = Uuid::random();
    catalog::Accounts(*database_).add({account, "ann", "hash", {"Portal User"}});
    catalog::AccountScopes scopes(*database_);
    catalog::AccountScope scope{
        Uuid::random(), account, host_.hierarchy_root, "Host", host_.hierarchy_root.to_string(), "kvm1"};
    scopes.add({scope});
    auto collected = collect();
    EXPECT_THAT(collected.failures, IsEmpty());
    EXPECT_EQ(collected.hosts, 1U);
    EXPECT_EQ(collected.machines, 1U);
    EXPECT_EQ(collected.repositories, 1U);
    EXPECT_GT(repositories.find(repository.id)->capacity, 1);
    EXPECT_EQ(servers_.find(host_.id)->host_id, host_.host_id);
    EXPECT_EQ(scopes.machines(scope.id).size(), 1U);
}

TEST_F(Collecting, TellsWhatDoesNotAnswerAndAsksTheOthers) {
    servers_.add({Uuid::random(), Uuid::random(), "down", "", "test:///nowhere/node.xml", ""});
    catalog::Repositories(*database_).add({Uuid::random(), "gone", "", "/nowhere", "abc", "sealed", 1, 1});
    auto collected = collect();
    EXPECT_EQ(collected.hosts, 1U);
    EXPECT_EQ(collected.repositories, 0U);
    EXPECT_THAT(collected.failures,
                ElementsAre(StartsWith("The host down: "), StartsWith("The repository gone: ")));
    std::stop_source stopped;
    stopped.request_stop();
    EXPECT_EQ(error_of([&] { collect(stopped.get_token()); }), ErrorKind::cancelled);
}

}  // namespace
}  // namespace holdfast::protection
