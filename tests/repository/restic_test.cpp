// Stock restic and Holdfast on the same repository: each reads, checks and prunes what the other wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "backend_contract.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string file_bytes(const fs::path& path) {
    return read_file(path, 1 << 30);
}

void write_file(const fs::path& path, std::string_view content) {
    make_directories(path.parent_path(), 0700);
    write_file_durably(path, as_bytes(content), 0640);
}

// What `restic dump` writes, however long.
std::string dump(const fs::path& repository, const std::string& snapshot, const std::string& path,
                 const fs::path& file) {
    run_command({"restic", "--no-cache", "-q", "-r", repository.string(), "dump", snapshot, path},
                std::chrono::seconds(60),
                {.environment = {{"RESTIC_PASSWORD", std::string(test_password)}}, .output_file = file});
    return file_bytes(file);
}

class ResticTest : public testing::Test {
  protected:
    TemporaryDirectory folder_{quick_folder()};
    fs::path path_ = folder_.path() / "repo";
};

// Text of few words: each mode makes less of it than the one before.
Bytes words(std::size_t size) {
    std::mt19937 random(7);
    std::vector<std::string> vocabulary(3000);
    for (auto& word : vocabulary) {
        word.resize(3 + random() % 8);
        for (char& c : word) c = static_cast<char>('a' + random() % 26);
    }
    std::string text;
    while (text.size() < size) text += vocabulary[random() % vocabulary.size()] + ' ';
    text.resize(size);
    auto bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

TEST_F(ResticTest, ReadsWhatIsCompressedInAnyMode) {
    const auto content = words(2 * MiB);
    std::uint64_t size_before = 0;
    for (auto mode : {CompressionMode::off, CompressionMode::fastest, CompressionMode::automatic,
                      CompressionMode::better, CompressionMode::max}) {
        auto path = folder_.path() / std::to_string(static_cast<int>(mode));
        auto repository = create_quickly(path);
        auto description = describe_snapshot();
        description.compression = mode;
        auto writer = SnapshotWriter::start(*repository, description);
        MemoryDisk disk(content);
        Progress progress;
        auto added = writer->add_disk("web01/disks/vda.raw", disk, {}, 256 * KiB, progress, {}).added_bytes;
        auto snapshot = writer->finish();
        writer.reset();  // and its lock
        if (mode == CompressionMode::off)
            EXPECT_GE(added, content.size());
        else
            EXPECT_LT(added, size_before) << static_cast<int>(mode);
        size_before = added;
        EXPECT_EQ(restore(*repository, snapshot.id, content.size()), content);
        EXPECT_THAT(restic(path, {"check", "--read-data"}), HasSubstr("no errors were found"));
    }
}

TEST_F(ResticTest, ReadsChecksAndRestoresWhatHoldfastWrote) {
    auto repository = create_quickly(path_);
    Bytes content = random_bytes(5 * MiB + 12345, 1);
    std::fill(content.begin() + 1 * MiB, content.begin() + 3 * MiB, std::byte(0));
    MemoryDisk disk(content);
    auto full = back_up(*repository, disk, {}, MiB).id;
    std::fill(disk.bytes.begin() + 4 * MiB, disk.bytes.begin() + 4 * MiB + 10, std::byte(1));
    DiskParent parent{full, "web01/disks/vda.raw", {{4 * MiB, 10}}};
    auto incremental = back_up(*repository, disk, parent, MiB).id;

    EXPECT_THAT(restic(path_, {"check", "--read-data"}), HasSubstr("no errors were found"));
    EXPECT_THAT(restic(path_, {"snapshots"}), HasSubstr(incremental.to_string().substr(0, 8)));
    auto listed = restic(path_, {"ls", "-l", full.to_string()});
    EXPECT_THAT(listed, HasSubstr("/web01/disks/vda.raw"));
    EXPECT_THAT(listed, HasSubstr("drwx------"));
    auto target = folder_.path() / "out";
    restic(path_, {"restore", full.to_string(), "--target", target.string()});
    EXPECT_TRUE(file_bytes(target / "web01/disks/vda.raw") == as_text(content));
    EXPECT_EQ(file_bytes(target / "web01/domain.xml"), "<domain type='kvm'/>\n");
    auto dumped = dump(path_, incremental.to_string(), "/web01/disks/vda.raw", folder_.path() / "dumped");
    EXPECT_TRUE(dumped == as_text(disk.bytes));
}

TEST_F(ResticTest, OpensARepositoryThatHoldfastMadeWithTheUsualCost) {
    auto repository = Repository::create(path_, test_password);
    EXPECT_THAT(restic(path_, {"cat", "config"}), HasSubstr(repository->id()));
    EXPECT_EQ(Repository::open(path_, test_password)->id(), repository->id());
}

TEST_F(ResticTest, ForgetsAndPrunesWhatHoldfastWrote) {
    auto repository = create_quickly(path_);
    MemoryDisk first(random_bytes(1 * MiB, 1));
    MemoryDisk second(random_bytes(1 * MiB, 2));
    auto forgotten = back_up(*repository, first).id;
    auto kept = back_up(*repository, second).id;
    restic(path_, {"forget", "--prune", forgotten.to_string()});
    // The same open object notices that packs and indexes are other ones.
    EXPECT_THAT(repository->snapshots(), SizeIs(1));
    EXPECT_THAT(check_all(*repository).problems, IsEmpty());
    EXPECT_TRUE(restore(*repository, kept, second.bytes.size()) == second.bytes);
    EXPECT_LT(repository->statistics().stored_bytes, 3 * MiB / 2);
}

// What `restic mount` shows at `point`, until destroyed.
class ResticMount {
  public:
    ResticMount(const fs::path& repository, fs::path point)
        : point_(std::move(point)),
          process_(
              Process::start({"restic", "--no-cache", "-r", repository.string(), "mount", point_.string()},
                             {.environment = {{"RESTIC_PASSWORD", std::string(test_password)}}})) {
        for (int i = 0; i < 1000 && !fs::exists(point_ / "ids"); ++i)
            if (process_.wait(std::chrono::milliseconds(10)))
                throw Error(ErrorKind::unavailable, "restic mount has ended: " + process_.output());
    }
    ~ResticMount() {
        Process::start({"fusermount", "-u", "-z", point_.string()}).wait(std::chrono::seconds(10));
    }

  private:
    const fs::path point_;
    Process process_;
};

TEST_F(ResticTest, MountsWhatHoldfastWrote) {
    auto repository = create_quickly(path_);
    MemoryDisk disk(random_bytes(3 * MiB + 17, 1));
    auto id = back_up(*repository, disk).id;
    auto point = folder_.path() / "mounted";
    make_directories(point, 0700);
    ResticMount mount(path_, point);
    auto machine = point / "ids" / id.to_string().substr(0, 8) / "web01";
    EXPECT_EQ(file_bytes(machine / "domain.xml"), "<domain type='kvm'/>\n");
    EXPECT_TRUE(file_bytes(machine / "disks/vda.raw") == as_text(disk.bytes));
}

TEST_F(ResticTest, CopiesWhatHoldfastWroteToAnotherRepositoryAndBack) {
    auto repository = create_quickly(path_);
    MemoryDisk disk(random_bytes(3 * MiB + 17, 1));
    auto original = back_up(*repository, disk);
    auto password_file = folder_.path() / "password";
    write_file(password_file, test_password);
    auto copy = [&](const fs::path& from, const fs::path& to) {
        restic(to, {"copy", "--from-repo", from.string(), "--from-password-file", password_file.string()});
    };
    auto other = folder_.path() / "other";
    restic(other, {"init"});
    copy(path_, other);
    auto third = create_quickly(folder_.path() / "third");
    copy(other, folder_.path() / "third");
    auto second = Repository::open(other, test_password);
    for (Repository* copied : std::initializer_list<Repository*>{second.get(), third.get()}) {
        auto snapshots = copied->snapshots();
        ASSERT_THAT(snapshots, SizeIs(1));
        EXPECT_EQ(snapshots[0].time, original.time);
        EXPECT_EQ(snapshots[0].tags, original.tags);
        EXPECT_TRUE(restore(*copied, snapshots[0].id, disk.bytes.size()) == disk.bytes);
        EXPECT_THAT(check_all(*copied).problems, IsEmpty());
    }
}

TEST_F(ResticTest, RebuildsTheIndexOfWhatHoldfastWrote) {
    auto repository = create_quickly(path_);
    MemoryDisk disk(random_bytes(3 * MiB + 17, 1));
    auto id = back_up(*repository, disk).id;
    fs::remove_all(path_ / "index");
    fs::create_directory(path_ / "index");
    restic(path_, {"rebuild-index"});
    EXPECT_THAT(restic(path_, {"check", "--read-data"}), HasSubstr("no errors were found"));
    EXPECT_TRUE(restore(*repository, id, disk.bytes.size()) == disk.bytes);
    EXPECT_THAT(check_all(*repository).problems, IsEmpty());
}

TEST_F(ResticTest, WhatItWroteIsReadCheckedForgottenAndPruned) {
    restic(path_, {"init"});
    auto source = folder_.path() / "src";
    std::string large(as_text(random_bytes(6 * MiB, 3)));
    std::string zeros(5 * MiB, '\0');
    write_file(source / "large", large);
    write_file(source / "sub/zeros", zeros);
    write_file(source / "sub/quote\"back\\slash <&> \xc3\xa4 \xff\x01", "odd name");
    write_file(source / "empty", "");
    restic(path_, {"backup", "--tag", "one,two", "--host", "elsewhere", source.string()});
    write_file(source / "large", large.substr(0, 2 * MiB));
    restic(path_, {"backup", source.string()});

    auto repository = Repository::open(path_, test_password);
    auto snapshots = repository->snapshots();
    ASSERT_THAT(snapshots, SizeIs(2));
    auto old = snapshots[1];
    EXPECT_EQ(old.hostname, "elsewhere");
    EXPECT_THAT(old.tags, testing::ElementsAre("one", "two"));
    EXPECT_THAT(old.paths, testing::ElementsAre(source.string()));
    std::string inside = source.string().substr(1);
    EXPECT_TRUE(repository->read_file(old.id, inside + "/large", 10 * MiB) == large);
    EXPECT_TRUE(repository->read_file(old.id, inside + "/sub/zeros", 10 * MiB) == zeros);
    EXPECT_EQ(repository->read_file(old.id, inside + "/sub/quote\"back\\slash <&> \xc3\xa4 \xff\x01", 100),
              "odd name");
    EXPECT_EQ(repository->read_file(old.id, inside + "/empty", 0), "");
    auto disk = repository->open_disk(old.id, inside + "/large");
    Bytes middle(3 * MiB);
    disk->read(2 * MiB + 7, middle);
    EXPECT_TRUE(as_text(middle) == large.substr(2 * MiB + 7, 3 * MiB));
    disk.reset();  // and with it the lock that keeps prune away

    EXPECT_THAT(check_all(*repository).problems, IsEmpty());
    repository->forget(std::span(&old.id, 1));
    Progress progress;
    auto pruned = repository->prune(progress, {});
    EXPECT_GT(pruned.freed_bytes, 1 * MiB);
    EXPECT_THAT(check_all(*repository).problems, IsEmpty());
    EXPECT_THAT(restic(path_, {"check", "--read-data"}), HasSubstr("no errors were found"));
    EXPECT_TRUE(dump(path_, "latest", source.string() + "/large", folder_.path() / "dumped") ==
                large.substr(0, 2 * MiB));
}

// Every tree that restic wrote comes out the same when read and written again: fields, order, escapes.
TEST_F(ResticTest, TreesAreEncodedAsItDoes) {
    auto repository = create_quickly(path_);
    auto source = folder_.path() / "src";
    write_file(source / "a <b> & \"c\"", "1");
    write_file(source / "sub/\xc3\xbc\xff\t", "2");
    write_file(source / "sub/empty", "");
    fs::create_hard_link(source / "sub/empty", source / "sub/hardlink");
    restic(path_, {"backup", source.string()});
    auto& store = *repository->store();
    auto index = store.fresh_index();
    std::size_t trees = 0;
    for (BlobIndex::Position i = 0; i < index->size(); ++i) {
        auto blob = index->at(i).blob;
        if (blob.type != BlobType::tree) continue;
        ++trees;
        Bytes json = store.load_blob(*index, BlobType::tree, blob.id);
        EXPECT_EQ(encode_tree(parse_tree(json, "tree")), as_text(json));
    }
    EXPECT_GE(trees, 3u);
}

TEST_F(ResticTest, EachOfSeveralPasswordsOpens) {
    auto repository = create_quickly(path_);
    auto second = folder_.path() / "second";
    write_file(second, "another password\n");
    restic(path_, {"key", "add", "--new-password-file", second.string()});
    EXPECT_EQ(Repository::open(path_, "another password")->id(), repository->id());
    EXPECT_EQ(Repository::open(path_, test_password)->id(), repository->id());
    EXPECT_EQ(error_of([&] { Repository::open(path_, "a third"); }), ErrorKind::unauthenticated);
}

TEST_F(ResticTest, VersionOneIsReadAndWrittenWithoutCompression) {
    restic(path_, {"init", "--repository-version", "1"});
    auto source = folder_.path() / "src";
    write_file(source / "text", std::string(1 * MiB, 'x'));
    restic(path_, {"backup", source.string()});
    std::unique_ptr<Repository> repository = Repository::open(path_, test_password);
    auto snapshots = repository->snapshots();
    ASSERT_THAT(snapshots, SizeIs(1));
    EXPECT_EQ(repository->read_file(snapshots[0].id, source.string().substr(1) + "/text", 2 * MiB).size(),
              1 * MiB);
    MemoryDisk disk(Bytes(256 * KiB, std::byte('y')));
    auto made = back_up(*repository, disk).id;
    auto& store = *dynamic_cast<RepositoryEngine&>(*repository).store();
    auto index = store.fresh_index();
    for (BlobIndex::Position i = 0; i < index->size(); ++i)
        EXPECT_EQ(index->at(i).blob.uncompressed_size, 0u);
    EXPECT_THAT(restic(path_, {"check", "--read-data"}), HasSubstr("no errors were found"));
    repository->forget(std::span(&snapshots[0].id, 1));
    Progress progress;
    repository->prune(progress, {});
    EXPECT_TRUE(restore(*repository, made, disk.bytes.size()) == disk.bytes);
    EXPECT_THAT(restic(path_, {"check"}), HasSubstr("no errors were found"));
}

TEST_F(ResticTest, RespectsOurLocksAndWeRespectIts) {
    auto repository = create_quickly(path_);
    auto lock = repository->store()->lock_exclusive();
    EXPECT_EQ(error_of([&] { restic(path_, {"snapshots"}); }), ErrorKind::unavailable);
    EXPECT_THAT(restic(path_, {"list", "locks", "--no-lock"}), Not(IsEmpty()));
    lock.reset();
    auto shared = repository->store()->lock_shared();
    EXPECT_EQ(error_of([&] { restic(path_, {"snapshots"}); }), std::nullopt);
    EXPECT_EQ(error_of([&] { restic(path_, {"prune"}); }), ErrorKind::unavailable);
}

}  // namespace
}  // namespace holdfast::repository
