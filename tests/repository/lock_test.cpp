#include "repository/lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "backend_contract.hpp"
#include "base/error.hpp"
#include "memory_file_system.hpp"
#include "repository/local_backend.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::uint64_t no_such_process = 0x7ffffffe;  // above the kernel's highest pid

class LockTest : public testing::Test {
  protected:
    LockTest() { backend_.make_layout(); }

    std::size_t count() { return backend_.list(FileType::lock).size(); }

    LockFile lock_of(ProcessIdentity holder, LockMode mode, std::chrono::minutes age) {
        return {.time = now() - age, .mode = mode, .holder = std::move(holder)};
    }
    void put(const LockFile& lock) { files_.save(FileType::lock, encode_lock(lock)); }

    ProcessIdentity here_ = ProcessIdentity::current();
    ProcessIdentity elsewhere_{.hostname = "other.example", .username = "ann", .pid = 4711};
    LocalBackend backend_{"/repo", std::make_unique<MemoryFileSystem>(std::make_shared<MemoryDrive>())};
    Cipher cipher_{MasterKey::random()};
    UnpackedFiles files_{backend_, cipher_, 2};
};

TEST_F(LockTest, SharedLocksGoTogetherAndExclusiveOnesDoNot) {
    auto first = RepositoryLock::acquire(files_, LockMode::shared);
    auto second = RepositoryLock::acquire(files_, LockMode::shared);
    EXPECT_EQ(count(), 2u);
    EXPECT_EQ(error_of([&] { RepositoryLock::acquire(files_, LockMode::exclusive); }), ErrorKind::conflict);
    EXPECT_EQ(count(), 2u);
    first.reset();
    second.reset();
    EXPECT_EQ(count(), 0u);
    auto exclusive = RepositoryLock::acquire(files_, LockMode::exclusive);
    EXPECT_EQ(error_of([&] { RepositoryLock::acquire(files_, LockMode::shared); }), ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { RepositoryLock::acquire(files_, LockMode::exclusive); }), ErrorKind::conflict);
}

TEST_F(LockTest, AConflictNamesTheHolder) {
    put(lock_of(elsewhere_, LockMode::exclusive, std::chrono::minutes(10)));
    try {
        RepositoryLock::acquire(files_, LockMode::shared);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(),
                    HasSubstr("exclusively by process 4711 of user ann on other.example since 20"));
    }
}

TEST_F(LockTest, StaleLocksDoNotCount) {
    put(lock_of(elsewhere_, LockMode::exclusive, std::chrono::minutes(31)));
    auto dead = here_;
    dead.pid = no_such_process;
    put(lock_of(dead, LockMode::exclusive, std::chrono::minutes(1)));
    auto lock = RepositoryLock::acquire(files_, LockMode::exclusive);
    EXPECT_EQ(count(), 1u);
}

TEST_F(LockTest, OnlyStaleLocksAreRemoved) {
    put(lock_of(elsewhere_, LockMode::shared, std::chrono::minutes(29)));
    put(lock_of(here_, LockMode::shared, std::chrono::minutes(29)));
    put(lock_of(elsewhere_, LockMode::shared, std::chrono::minutes(31)));
    auto dead = here_;
    dead.pid = no_such_process;
    put(lock_of(dead, LockMode::shared, std::chrono::minutes(1)));
    EXPECT_EQ(remove_stale_locks(files_), 2u);
    EXPECT_EQ(count(), 2u);
}

TEST_F(LockTest, AnUnreadableLockStandsInTheWay) {
    Bytes garbage = random_bytes(100, 1);
    backend_.save({FileType::lock, id_of<FileId>(garbage)}, garbage);
    EXPECT_EQ(error_of([&] { RepositoryLock::acquire(files_, LockMode::shared); }), ErrorKind::corrupt);
}

TEST_F(LockTest, IsRefreshedUnderANewName) {
    auto lock = RepositoryLock::acquire(files_, LockMode::shared, {.refresh_every = std::chrono::seconds(1)});
    auto first = backend_.list(FileType::lock).at(0).id;
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    auto replaced = [&] {
        auto listed = backend_.list(FileType::lock);
        return listed.size() == 1 && listed[0].id != first;
    };
    while (!replaced() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_TRUE(replaced());
    lock->require_held();
    lock.reset();
    EXPECT_EQ(count(), 0u);
}

TEST_F(LockTest, ALostLockIsNoticed) {
    auto lock = RepositoryLock::acquire(files_, LockMode::shared);
    lock->require_held();
    backend_.remove({FileType::lock, backend_.list(FileType::lock).at(0).id});
    EXPECT_EQ(error_of([&] { lock->require_held(); }), ErrorKind::unavailable);
}

TEST_F(LockTest, ALostLockDoesNotComeBackWhenItIsRefreshed) {
    auto lock = RepositoryLock::acquire(files_, LockMode::shared, {.refresh_every = std::chrono::seconds(1)});
    backend_.remove({FileType::lock, backend_.list(FileType::lock).at(0).id});
    auto past_two_refreshes = std::chrono::steady_clock::now() + std::chrono::milliseconds(2500);
    while (std::chrono::steady_clock::now() < past_two_refreshes) {
        ASSERT_FALSE(lock->is_held());
        std::this_thread::yield();
    }
    EXPECT_THAT(backend_.list(FileType::lock), SizeIs(0));
}

TEST(LostLock, ASnapshotIsNotMadeWithoutIt) {
    TemporaryDirectory folder{quick_folder()};
    auto repository = create_quickly(folder.path() / "repo");
    auto writer = SnapshotWriter::start(*repository, describe_snapshot());
    writer->add_file("web01/domain.xml", "x");
    auto& backend = repository->store()->backend();
    for (const auto& file : backend.list(FileType::lock)) backend.remove({FileType::lock, file.id});
    EXPECT_EQ(error_of([&] { writer->finish(); }), ErrorKind::unavailable);
    EXPECT_THAT(repository->snapshots(), SizeIs(0));
    // New work takes a new lock and is not refused.
    auto second = SnapshotWriter::start(*repository, describe_snapshot());
    second->add_file("web01/domain.xml", "x");
    second->finish();
    EXPECT_THAT(repository->snapshots(), SizeIs(1));
}

}  // namespace
}  // namespace holdfast::repository
