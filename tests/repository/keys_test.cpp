// The passwords of a repository, with stock restic to try them.
#include "repository/keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace holdfast::repository {
namespace {

using testing::HasSubstr;

std::optional<ErrorKind> error_of(const std::function<void()>& work) {
    try {
        work();
        return std::nullopt;
    } catch (const Error& error) {
        return error.kind();
    }
}

class KeysTest : public testing::Test {
  protected:
    std::string key_list(const std::string& password) {
        return run_command({"restic", "--no-cache", "-r", path_.string(), "key", "list"},
                           std::chrono::seconds(60), {.environment = {{"RESTIC_PASSWORD", password}}});
    }
    std::string add(std::string_view password) {
        return add_key(*repository_->store(), password, quick_scrypt);
    }

    TemporaryDirectory folder_{quick_folder()};
    std::filesystem::path path_ = folder_.path() / "repo";
    std::unique_ptr<RepositoryEngine> repository_ = create_quickly(path_);
};

TEST_F(KeysTest, ResticOpensWithAnAddedKeyAndNotWithARemovedOne) {
    auto first = repository_->keys().at(0).id;
    auto second = add("battery staple");
    auto listed = key_list("battery staple");
    EXPECT_THAT(listed, HasSubstr("*" + second.substr(0, 8)));
    EXPECT_THAT(listed, HasSubstr(first.substr(0, 8)));

    Repository::open(path_, "battery staple")->remove_key(first);
    EXPECT_THAT(key_list("battery staple"), testing::Not(HasSubstr(first.substr(0, 8))));
    EXPECT_THROW(key_list(std::string(test_password)), Error);
    EXPECT_EQ(error_of([&] { Repository::open(path_, test_password); }), ErrorKind::unauthenticated);
}

TEST_F(KeysTest, AKeyOfResticIsListedAndOpens) {
    auto password_file = folder_.path() / "new";
    write_file_durably(password_file, as_bytes("restic's own"), 0600);
    restic(path_,
           {"key", "add", "--new-password-file", password_file.string(), "--host", "h", "--user", "u"});
    auto keys = Repository::open(path_, "restic's own")->keys();
    ASSERT_EQ(keys.size(), 2u);
    EXPECT_FALSE(keys[0].is_current);
    EXPECT_TRUE(keys[1].is_current);
    EXPECT_EQ(keys[1].username + "@" + keys[1].hostname, "u@h");
}

TEST_F(KeysTest, TheKeyInUseStays) {
    auto keys = repository_->keys();
    ASSERT_EQ(keys.size(), 1u);
    EXPECT_TRUE(keys[0].is_current);
    EXPECT_EQ(error_of([&] { repository_->remove_key(keys[0].id); }), ErrorKind::conflict);
    EXPECT_EQ(repository_->keys().size(), 1u);
}

TEST_F(KeysTest, TwoUsersCannotRemoveEachOthersKey) {
    auto second = add("battery staple");
    auto other = Repository::open(path_, "battery staple");
    repository_->remove_key(second);
    EXPECT_EQ(error_of([&] { other->remove_key(repository_->keys().at(0).id); }), ErrorKind::conflict);
    EXPECT_EQ(repository_->keys().size(), 1u);
}

TEST_F(KeysTest, OnlyWholeIdsOfKeysThatAreThereAreRemoved) {
    EXPECT_EQ(error_of([&] { repository_->remove_key("0123"); }), ErrorKind::invalid_input);
    EXPECT_EQ(error_of([&] { repository_->remove_key(std::string(64, '0')); }), ErrorKind::not_found);
    EXPECT_EQ(error_of([&] { add(""); }), ErrorKind::invalid_input);
}

TEST_F(KeysTest, WhileOthersWorkNoKeyIsRemoved) {
    auto second = add("battery staple");
    auto lock = Repository::open(path_, test_password);
    MemoryDisk disk(random_bytes(MiB, 1));
    auto writer = SnapshotWriter::start(*lock, describe_snapshot());
    EXPECT_EQ(error_of([&] { repository_->remove_key(second); }), ErrorKind::conflict);
}

}  // namespace
}  // namespace holdfast::repository
