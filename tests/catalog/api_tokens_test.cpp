// API tokens, in SQLite and in PostgreSQL: what their account's changes do to them, and their limits.
#include "catalog/api_tokens.hpp"

#include <gmock/gmock.h>

#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"
#include "catalog/test_database.hpp"
#include "catalog/visibility.hpp"
#include "error_of.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class Tokens : public testing::TestWithParam<Kind> {
  protected:
    Tokens() {
        accounts_.add({Uuid::random(), "admin", "hash", {administrator_role}});
        accounts_.add({ann_, "Ann", "hash", {"Portal User", "VM Restore Operator"}});
    }

    ApiToken token(const std::string& name) {
        ApiToken made{.id = Uuid::random(),
                      .account = ann_,
                      .name = name,
                      .hash = "hash of " + name,
                      .roles = {"Portal User"},
                      .created = now(),
                      .expires = now() + std::chrono::hours(1)};
        return made;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    Accounts accounts_{*database_};
    ApiTokens tokens_{*database_};
    Uuid ann_ = Uuid::random();
};

TEST_P(Tokens, AreKeptWithTheirAccount) {
    auto nightly = token("nightly");
    tokens_.add(nightly);
    auto found = tokens_.find(nightly.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->account, ann_);
    EXPECT_EQ(found->account_name, "Ann");
    EXPECT_THAT(found->account_roles, ElementsAre("Portal User", "VM Restore Operator"));
    EXPECT_THAT(found->roles, ElementsAre("Portal User"));
    EXPECT_EQ(found->hash, "hash of nightly");
    EXPECT_EQ(found->expires, nightly.expires);
    EXPECT_FALSE(found->last_used);
    tokens_.note_use(nightly.id, nightly.created);
    EXPECT_EQ(tokens_.find(nightly.id)->last_used, nightly.created);
    EXPECT_THAT(tokens_.list_of(ann_), SizeIs(1));
    EXPECT_THAT(tokens_.list_of(Uuid::random()), IsEmpty());
    tokens_.remove(nightly.id);
    EXPECT_THAT(tokens_.list(), IsEmpty());
}

TEST_P(Tokens, EndWithAChangeOfTheirAccount) {
    auto end = [&](auto change) {
        tokens_.add(token("nightly"));
        change();
        EXPECT_THAT(tokens_.list(), IsEmpty());
    };
    end([&] { accounts_.set_password(ann_, "other"); });
    end([&] { accounts_.add_role(ann_, "File Restore Operator"); });
    end([&] { accounts_.remove_role(ann_, "File Restore Operator"); });
    end([&] { accounts_.remove(ann_); });
    EXPECT_EQ(error_of([&] { tokens_.add(token("nightly")); }), ErrorKind::not_found);
}

TEST_P(Tokens, SeeOfWhatTheirAccountSeesWhatTheirScopesHold) {
    const Uuid root = Uuid::random();
    const Uuid web = Uuid::random();
    const Uuid db = Uuid::random();
    const Uuid mail = Uuid::random();
    AccountScopes scopes(*database_);
    auto scope_of = [&](const Uuid& account, const std::string& name) {
        return AccountScope{Uuid::random(), account, root, std::string(scope_type::tag), name, name};
    };
    auto nightly = token("nightly");
    auto of_token = scope_of(nightly.id, "nightly");
    tokens_.add(nightly, {of_token});
    auto viewer = accounts_.find_viewer_of_token(nightly.id);
    ASSERT_TRUE(viewer);
    EXPECT_FALSE(viewer->sees_all);
    EXPECT_FALSE(accounts_.find(nightly.id)) << "its account is nobody's";
    EXPECT_THAT(accounts_.list(), SizeIs(2));
    auto seen = [&] { return Visibility(*database_, *viewer).machines(); };
    EXPECT_THAT(seen(), IsEmpty());
    scopes.set_machines(of_token, {web, db});
    EXPECT_THAT(seen(), UnorderedElementsAre(Pair(root, web), Pair(root, db))) << "Ann sees all machines";

    accounts_.toggle_allow_restore_all(ann_);
    EXPECT_THAT(seen(), IsEmpty()) << "Ann sees nothing any more";
    auto of_ann = scope_of(ann_, "ann");
    scopes.add({of_ann});
    scopes.set_machines(of_ann, {db, mail});
    EXPECT_THAT(seen(), ElementsAre(Pair(root, db)));
    scopes.set_machines(of_token, {mail, web});
    EXPECT_THAT(seen(), ElementsAre(Pair(root, mail)));
    accounts_.toggle_allow_restore_all(ann_);
    EXPECT_THAT(seen(), SizeIs(2));

    tokens_.remove(nightly.id);
    EXPECT_FALSE(accounts_.find_viewer_of_token(nightly.id));
    EXPECT_THAT(scopes.list(), SizeIs(1)) << "Ann's";
    EXPECT_FALSE(accounts_.find_viewer_of_token(token("without").id));
}

TEST_P(Tokens, HaveNamesOfTheirOwnAndALimit) {
    tokens_.add(token("0"));
    EXPECT_EQ(error_of([&] { tokens_.add(token("0")); }), ErrorKind::conflict);
    for (std::size_t i = 1; i < ApiTokens::most_of_account; ++i) tokens_.add(token(std::to_string(i)));
    EXPECT_EQ(error_of([&] { tokens_.add(token("one more")); }), ErrorKind::conflict);
    EXPECT_THAT(tokens_.list(), SizeIs(ApiTokens::most_of_account));
}

INSTANTIATE_TEST_SUITE_P(Both, Tokens, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const testing::TestParamInfo<Kind>& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

}  // namespace
}  // namespace holdfast::catalog
