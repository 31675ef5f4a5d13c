// Every file of a small repository is damaged in every way that a storage can damage it: check finds each and
// names the file; reads never return anything but what was written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "backend_contract.hpp"
#include "memory_file_system.hpp"
#include "repository/pack_writer.hpp"
#include "repository/sha256.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Few bytes in the repository, so that each of them can have its turn.
Bytes compressible_disk(char first) {
    Bytes bytes(192 * KiB);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = std::byte(first) ^ static_cast<std::byte>(i / (64 * KiB));
    return bytes;
}

class DamageTest : public testing::Test {
  protected:
    DamageTest() {
        spdlog::set_level(spdlog::level::err);
        for (char first : {'a', 'k'}) {
            MemoryDisk disk(compressible_disk(first));
            snapshots_.emplace_back(back_up(*repository_, disk).id, disk.bytes);
        }
        auto second_key = make_key_file(MasterKey::random(), "another", quick_scrypt);
        repository_->store()->backend().save({FileType::key, id_of<FileId>(as_bytes(second_key))},
                                             as_bytes(second_key));
        other_lock_ = other_->store()->lock_shared();
        whole_ = drive_->files;
    }
    ~DamageTest() override {
        drive_->files = whole_;
        spdlog::set_level(spdlog::level::info);
    }

    static std::unique_ptr<RepositoryEngine> open(const std::shared_ptr<MemoryDrive>& drive) {
        return std::make_unique<RepositoryEngine>(
            Store::open(std::make_unique<LocalBackend>("/repo", std::make_unique<MemoryFileSystem>(drive)),
                        test_password));
    }

    static bool is_in(const fs::path& file, std::string_view folder) {
        return file.string().starts_with("/repo/" + std::string(folder));
    }

    std::vector<std::string> problems(CheckDepth depth) {
        Progress progress;
        return repository_->check(depth, progress, {}).problems;
    }

    // Whatever is wrong, the exact bytes come back or an error does.
    void expect_no_wrong_data() {
        for (const auto& [id, bytes] : snapshots_) {
            MemoryDisk target{Bytes(bytes.size())};
            Progress progress;
            if (!error_of([&] { repository_->restore_disk(id, disk_path, target, progress, {}); })) {
                EXPECT_TRUE(target.bytes == bytes);
            }
            Bytes read(bytes.size());
            if (!error_of([&] { repository_->open_disk(id, disk_path)->read(0, read); })) {
                EXPECT_TRUE(read == bytes);
            }
            std::string text(machine_file);
            error_of([&] { text = repository_->read_file(id, "web01/domain.xml", 100); });
            EXPECT_EQ(text, machine_file);
        }
    }

    void expect_found(const fs::path& file, const Bytes& damaged) {
        drive_->files[file] = std::make_shared<const Bytes>(damaged);
        auto depth = is_in(file, "data/") ? CheckDepth::all_data : CheckDepth::structure;
        EXPECT_THAT(problems(depth), Contains(HasSubstr(file.filename().string())));
        drive_->files[file] = whole_.at(file);
    }

    static constexpr std::string_view disk_path = "web01/disks/vda.raw";
    static constexpr std::string_view machine_file = "<domain type='kvm'/>\n";
    const std::shared_ptr<MemoryDrive> drive_ = std::make_shared<MemoryDrive>();
    const std::unique_ptr<RepositoryEngine> repository_ =
        create_quickly("/repo", std::make_unique<MemoryFileSystem>(drive_));
    const std::unique_ptr<RepositoryEngine> other_ = open(drive_);
    std::shared_ptr<RepositoryLock> other_lock_;
    std::vector<std::pair<SnapshotId, Bytes>> snapshots_;
    std::map<fs::path, MemoryDrive::Contents> whole_;
};

TEST_F(DamageTest, NothingIsToldOfAWholeRepository) {
    EXPECT_THAT(problems(CheckDepth::all_data), IsEmpty());
    EXPECT_EQ(whole_.size(), 1u + 2 + 1 + 2 + 2 + 4);  // config, keys, lock, snapshots, indexes, packs
}

TEST_F(DamageTest, AFlippedBitIsFoundAllOverEveryFile) {
    for (const auto& [file, contents] : whole_)
        // Of packs, which cost more, every third byte.
        for (std::size_t i = 0; i < contents->size(); i += is_in(file, "data/") ? 3 : 1) {
            SCOPED_TRACE(file.string() + " byte " + std::to_string(i));
            Bytes damaged = *contents;
            damaged[i] ^= std::byte(1 << (i % 8));
            expect_found(file, damaged);
            if (HasFailure()) return;
        }
}

TEST_F(DamageTest, ACutIsFoundAtManyLengthsOfEveryFile) {
    for (const auto& [file, contents] : whole_)
        for (std::size_t size = 0; size < contents->size(); size += 5) {
            // restic's rule: an empty lock file is one that was never written.
            if (is_in(file, "locks/") && size == 0) continue;
            SCOPED_TRACE(file.string() + " cut to " + std::to_string(size));
            expect_found(file, Bytes(contents->begin(), contents->begin() + static_cast<long>(size)));
            if (HasFailure()) return;
        }
}

TEST_F(DamageTest, AddedBytesAreFoundInEveryFile) {
    for (const auto& [file, contents] : whole_) {
        SCOPED_TRACE(file.string());
        Bytes damaged = *contents;
        damaged.resize(damaged.size() + 7);
        expect_found(file, damaged);
    }
}

TEST_F(DamageTest, AMissingFileIsFoundWithWhatItAffects) {
    for (const auto& [file, contents] : whole_) {
        // A snapshot that is gone is one that was forgotten, and a second key one that was removed: nothing
        // tells of them.
        if (is_in(file, "snapshots/") || is_in(file, "keys/") || is_in(file, "locks/")) continue;
        SCOPED_TRACE(file.string());
        drive_->files.erase(file);
        auto found = problems(CheckDepth::structure);
        if (is_in(file, "config"))
            EXPECT_THAT(found, Contains(HasSubstr("configuration")));
        else
            EXPECT_THAT(found, Contains(HasSubstr("The snapshot ")));
        if (is_in(file, "data/")) {
            EXPECT_THAT(found, Contains(HasSubstr(file.filename().string() + " is missing")));
        }
        expect_no_wrong_data();
        drive_->files[file] = contents;
    }
    std::erase_if(drive_->files, [](const auto& file) { return is_in(file.first, "keys/"); });
    EXPECT_THAT(problems(CheckDepth::structure), Contains(HasSubstr("no key file")));
}

TEST_F(DamageTest, SwappedFilesOfOneKindAreFound) {
    for (std::string_view folder : {"data/", "index/", "snapshots/", "keys/"})
        for (const auto& [one, contents] : whole_)
            for (const auto& [other, other_contents] : whole_) {
                if (!is_in(one, folder) || !is_in(other, folder) || one >= other) continue;
                SCOPED_TRACE(one.string() + " and " + other.string());
                drive_->files[one] = other_contents;
                drive_->files[other] = contents;
                auto found = problems(CheckDepth::all_data);
                EXPECT_THAT(found, Contains(HasSubstr(one.filename().string())));
                EXPECT_THAT(found, Contains(HasSubstr(other.filename().string())));
                expect_no_wrong_data();
                drive_->files[one] = contents;
                drive_->files[other] = other_contents;
            }
}

TEST_F(DamageTest, DamagedDataIsNeverReturned) {
    std::mt19937 random(1);
    for (const auto& [file, contents] : whole_) {
        if (is_in(file, "locks/")) continue;
        for (int round = 0; round < 10; ++round) {
            SCOPED_TRACE(file.string() + " round " + std::to_string(round));
            Bytes damaged = *contents;
            damaged[random() % damaged.size()] ^= std::byte(1 + random() % 255);
            drive_->files[file] = std::make_shared<const Bytes>(damaged);
            expect_no_wrong_data();
            drive_->files[file] = contents;
        }
    }
}

// Two who back up the same at the same time both store it.
TEST_F(DamageTest, TheOtherCopyIsReadWhereOneIsDamaged) {
    MemoryDisk disk(random_bytes(64 * KiB, 5));
    auto& store = *repository_->store();
    auto unaware = std::make_shared<BlobIndex>();
    for (int copy = 0; copy < 2; ++copy) {
        PackWriter writer(repository_->store(), unaware, IndexWriting::by_caller);
        writer.save(BlobType::data, disk.bytes);
        store.fresh_index();
        store.save_index(writer.finish());
    }
    auto id = back_up(*repository_, disk).id;
    auto index = store.fresh_index();
    auto copies = index->copies(BlobType::data, id_of<BlobId>(disk.bytes));
    ASSERT_EQ(copies.size(), 2u);
    auto pack_file = [&](std::size_t copy) {
        return fs::path(
            store.backend().describe({FileType::pack, FileId(index->at(copies[copy]).pack.bytes())}));
    };
    drive_->files.erase(pack_file(0));
    EXPECT_TRUE(restore(*repository_, id, disk.bytes.size()) == disk.bytes);
    Bytes read(disk.bytes.size());
    repository_->open_disk(id, disk_path)->read(0, read);
    EXPECT_TRUE(read == disk.bytes);
    EXPECT_THAT(problems(CheckDepth::all_data), Contains(HasSubstr(pack_file(0).filename().string())));
    EXPECT_THAT(problems(CheckDepth::all_data), Not(Contains(HasSubstr("The snapshot "))));
    drive_->files.erase(pack_file(1));
    EXPECT_EQ(error_of([&] { restore(*repository_, id, disk.bytes.size()); }), ErrorKind::not_found);
    EXPECT_THAT(problems(CheckDepth::all_data), Contains(HasSubstr("vda.raw 1 of 1 parts cannot be read")));
}

}  // namespace
}  // namespace holdfast::repository
