// Repositories made to do harm, by somebody who has the password: every operation ends with an error or an
// honest answer, within bounded memory and time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include "backend_contract.hpp"
#include "memory_file_system.hpp"
#include "repository/compression.hpp"
#include "repository/index_file.hpp"
#include "repository/pack_writer.hpp"
#include "repository/sha256.hpp"
#include "repository/snapshot_file.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class HostileTest : public testing::Test {
  protected:
    HostileTest() { spdlog::set_level(spdlog::level::off); }
    ~HostileTest() override { spdlog::set_level(spdlog::level::info); }

    Store& store() { return *repository_->store(); }

    // Blobs as they are, honestly indexed.
    BlobId save_blob(BlobType type, ByteView plain) {
        auto index = store().fresh_index();
        PackWriter writer(repository_->store(), index, IndexWriting::as_it_goes);
        auto id = writer.save(type, plain).id;
        writer.finish();
        return id;
    }
    BlobId save_tree(std::string_view json) { return save_blob(BlobType::tree, as_bytes(json)); }

    SnapshotId save_snapshot(const BlobId& tree) {
        Snapshot snapshot{
            .time = from_micros(1'780'000'000'000'000), .hostname = "h", .paths = {"/"}, .tree = tree};
        return SnapshotId(store().files().save(FileType::snapshot, encode_snapshot(snapshot)).bytes());
    }

    // A pack with these bytes in front of a header that may say anything of them.
    PackId save_pack(Bytes bytes, const std::vector<PackedBlob>& told) {
        Bytes header = encode_pack_header(told, store().cipher());
        bytes.insert(bytes.end(), header.begin(), header.end());
        auto id = id_of<PackId>(bytes);
        store().backend().save({FileType::pack, FileId(id.bytes())}, bytes);
        return id;
    }
    void save_index(const PackId& pack, const std::vector<PackedBlob>& told) {
        store().fresh_index();
        store().save_index(std::vector{IndexedPack{pack, told}});
    }

    std::vector<std::string> problems() { return check_all(*repository_).problems; }
    std::vector<std::string> repair() {
        Progress progress;
        return repository_->repair(CheckDepth::all_data, progress, {}).problems;
    }
    std::optional<ErrorKind> prune_error() {
        return error_of([&] {
            Progress progress;
            repository_->prune(progress, {});
        });
    }

    static std::string node(std::string_view name, std::string_view type, std::string_view rest) {
        return "{\"name\":\"" + std::string(name) + "\",\"type\":\"" + std::string(type) +
               "\",\"mtime\":\"2026-01-01T00:00:00Z\",\"atime\":\"2026-01-01T00:00:00Z\",\"ctime\":\"2026-01-"
               "01T00:00:00Z\"," +
               std::string(rest) + "}";
    }
    static std::string tree(const std::string& nodes) { return "{\"nodes\":[" + nodes + "]}\n"; }
    static std::string dir(std::string_view name, const BlobId& subtree) {
        return node(name, "dir", "\"content\":null,\"subtree\":\"" + subtree.to_string() + "\"");
    }

    const TemporaryDirectory folder_{quick_folder()};
    const std::shared_ptr<MemoryDrive> drive_ = std::make_shared<MemoryDrive>();
    const std::unique_ptr<RepositoryEngine> repository_ =
        create_quickly("/repo", std::make_unique<MemoryFileSystem>(drive_));
};

TEST_F(HostileTest, NamesThatLeadElsewhereAreToldAndNeverFollowed) {
    for (std::string_view name : {"..", ".", "", "a/b", "../../etc/passwd", "/etc/passwd", "a\\u0000b"}) {
        SCOPED_TRACE(name);
        auto content = save_blob(BlobType::data, as_bytes("x"));
        auto id = save_snapshot(
            save_tree(tree(node(name, "file", "\"size\":1,\"content\":[\"" + content.to_string() + "\"]"))));
        EXPECT_THAT(problems(), Contains(HasSubstr("is not a file name")));
        EXPECT_EQ(error_of([&] { repository_->read_file(id, name, 100); }), ErrorKind::corrupt);
        EXPECT_EQ(prune_error(), ErrorKind::corrupt);
        repository_->forget(std::span(&id, 1));
    }
}

TEST_F(HostileTest, OneNameTwiceInAFolderIsTold) {
    auto empty = node("a", "file", "\"content\":[]");
    save_snapshot(save_tree(tree(empty + "," + empty)));
    EXPECT_THAT(problems(), Contains(HasSubstr("/a stands twice")));
}

TEST_F(HostileTest, SizesThatDoNotAddUpAreTold) {
    auto content = save_blob(BlobType::data, as_bytes("x"));
    auto list = "\"content\":[\"" + content.to_string() + "\"]";
    for (std::string_view size : {"9223372036854775808", "18446744073709551615", "0", "2"}) {
        SCOPED_TRACE(size);
        auto id =
            save_snapshot(save_tree(tree(node("a", "file", "\"size\":" + std::string(size) + "," + list))));
        EXPECT_THAT(problems(), Contains(HasSubstr("the parts have 1 bytes, not " + std::string(size))));
        EXPECT_EQ(error_of([&] { repository_->read_file(id, "a", 100); }), ErrorKind::corrupt);
        EXPECT_EQ(error_of([&] { repository_->open_disk(id, "a"); }), ErrorKind::corrupt);
        repository_->forget(std::span(&id, 1));
    }
}

// 2^60 paths lead to the bottom.
TEST_F(HostileTest, FoldersThatMultiplyAreLookedIntoOnce) {
    BlobId bottom = save_tree(tree(node("end", "file", "\"content\":[]")));
    auto build = [&](BlobId inner) {
        for (int depth = 0; depth < 60; ++depth)
            inner = save_tree(tree(dir("a", inner) + "," + dir("b", inner)));
        return inner;
    };
    auto id = save_snapshot(build(bottom));
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_EQ(prune_error(), std::nullopt);
    auto list = [&](std::string_view path) {
        std::size_t entries = 0;
        repository_->list_files(id, path, [&](const FileEntryInfo&) { ++entries; }, {});
        return entries;
    };
    auto restore = [&](std::string_view path) {
        Progress progress;
        return repository_->restore_files(id, path, folder_.path() / "out", {}, progress, {}).folders;
    };
    EXPECT_EQ(error_of([&] { list(""); }), ErrorKind::too_large);
    EXPECT_EQ(error_of([&] { restore(""); }), ErrorKind::too_large);
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
    // Ten storeys above the bottom.
    std::string inside;
    for (int depth = 0; depth < 50; ++depth) inside += "/a";
    EXPECT_EQ(list(inside), 1u + 2046u + 1024u);
    EXPECT_EQ(restore(inside), 2046u);
    save_snapshot(build(id_of<BlobId>(as_bytes("nowhere"))));
    EXPECT_THAT(problems(), SizeIs(AnyOf(1000u, 1001u)));
    EXPECT_EQ(prune_error(), ErrorKind::corrupt);
}

TEST_F(HostileTest, FoldersWithoutEndAreTold) {
    BlobId inner = save_tree(tree(node("end", "file", "\"content\":[]")));
    std::vector<IndexedPack> packs;
    PackWriter writer(repository_->store(), store().fresh_index(), IndexWriting::as_it_goes);
    for (int depth = 0; depth < 5000; ++depth)
        inner = writer.save(BlobType::tree, as_bytes(tree(dir("d", inner)))).id;
    writer.finish();
    save_snapshot(inner);
    EXPECT_THAT(problems(), Contains(HasSubstr("nested too deep")));
    EXPECT_EQ(prune_error(), std::nullopt);
    EXPECT_EQ(repository_->content_statistics({}).files, 1u);
}

TEST_F(HostileTest, AFolderInsideItselfCannotBe) {
    // Only an index that lies can make one: the id of a tree is the hash of its bytes.
    auto id = id_of<BlobId>(as_bytes("itself"));
    Bytes sealed = store().cipher().seal(as_bytes(tree(dir("loop", id))));
    PackedBlob lie{BlobType::tree, id, 0, static_cast<std::uint32_t>(sealed.size()), 0};
    save_index(save_pack(sealed, {lie}), {lie});
    auto snapshot = save_snapshot(id);
    EXPECT_THAT(problems(), Contains(HasSubstr("its folder / cannot be read")));
    EXPECT_EQ(error_of([&] { repository_->read_file(snapshot, "loop/loop", 10); }), ErrorKind::corrupt);
    EXPECT_EQ(prune_error(), ErrorKind::corrupt);
    EXPECT_THAT(repair(), Contains(HasSubstr("its folder / is missing")));
}

TEST_F(HostileTest, IndexesThatLieOfLengthsAndPlacesAreTold) {
    Bytes plain = random_bytes(1000, 1);
    Bytes sealed = store().cipher().seal(plain);
    auto size = static_cast<std::uint32_t>(sealed.size());
    PackedBlob truth{BlobType::data, id_of<BlobId>(plain), 0, size, 0};
    PackId pack = save_pack(sealed, {truth});
    auto list = "\"content\":[\"" + truth.id.to_string() + "\"]";
    auto id = save_snapshot(save_tree(tree(node("a", "file", "\"size\":1000," + list))));
    std::vector<PackedBlob> lies(7, truth);
    lies[0].offset = 1;
    lies[1].offset = UINT32_MAX - size;
    lies[2].length = max_data_blob_size;
    lies[3].length = Cipher::overhead;
    lies[4].uncompressed_size = max_data_blob_size;
    lies[5].uncompressed_size = 1;
    lies[6].offset = 500;
    for (const auto& lie : lies) {
        SCOPED_TRACE(&lie - lies.data());
        auto before = drive_->files;
        save_index(pack, {lie});
        EXPECT_THAT(problems(), Not(IsEmpty()));
        EXPECT_NE(error_of([&] { repository_->read_file(id, "a", 1 << 20); }), std::nullopt);
        prune_error();  // whether or not it refuses, it destroys nothing
        EXPECT_THAT(repair(), IsEmpty());
        EXPECT_EQ(repository_->read_file(id, "a", 1 << 20), as_text(plain));
        drive_->files = before;
    }
}

// The first entry does not open; what the second gives has another size than the first tells.
TEST_F(HostileTest, ACopyOfAnotherSizeIsNotTaken) {
    Bytes plain = random_bytes(100'000, 1);
    Bytes sealed = store().cipher().seal(plain);
    PackedBlob truth{BlobType::data, id_of<BlobId>(plain), 0, static_cast<std::uint32_t>(sealed.size()), 0};
    PackedBlob lie = truth;
    lie.uncompressed_size = 10;
    PackId pack = save_pack(sealed, {truth});
    store().fresh_index();
    store().save_index(std::vector{IndexedPack{pack, {lie}}, IndexedPack{pack, {truth}}});
    auto list = "\"content\":[\"" + truth.id.to_string() + "\"]";
    auto id = save_snapshot(save_tree(tree(node("a", "file", "\"size\":10," + list))));
    MemoryDisk disk{Bytes(10)};
    Progress progress;
    EXPECT_EQ(error_of([&] { repository_->restore_disk(id, "a", disk, progress, {}); }), ErrorKind::corrupt);
    auto restored = repository_->restore_files(id, "", folder_.path() / "out", {}, progress, {});
    EXPECT_THAT(restored.problems, SizeIs(1));
}

// The second entry hides behind the first, at the same place of the same pack.
TEST_F(HostileTest, TwoBlobsAtOnePlaceAreTold) {
    Bytes plain = random_bytes(1000, 1);
    Bytes sealed = store().cipher().seal(plain);
    PackedBlob truth{BlobType::data, id_of<BlobId>(plain), 0, static_cast<std::uint32_t>(sealed.size()), 0};
    PackedBlob lie = truth;
    lie.id = id_of<BlobId>(as_bytes("something else"));
    PackId pack = save_pack(sealed, {truth});
    save_index(pack, {truth});
    save_index(pack, {lie});
    auto list = "\"content\":[\"" + lie.id.to_string() + "\"]";
    save_snapshot(save_tree(tree(node("a", "file", "\"size\":1000," + list))));
    EXPECT_THAT(problems(), Contains(HasSubstr("of its file /a 1 of 1 parts cannot be read")));
    EXPECT_THAT(repair(), Contains(HasSubstr("of its file /a 1 of 1 parts are missing")));
}

// A header that is authentic and says what is not so.
TEST_F(HostileTest, HeadersThatLieAreToldAndRepairBelievesNone) {
    Bytes plain = random_bytes(1000, 1);
    Bytes sealed = store().cipher().seal(plain);
    auto size = static_cast<std::uint32_t>(sealed.size());
    PackedBlob truth{BlobType::data, id_of<BlobId>(plain), 0, size, 0};
    PackedBlob other = truth;
    other.id = id_of<BlobId>(as_bytes("something else"));
    PackedBlob longer = truth;
    longer.length += 1;
    PackedBlob bomb = truth;
    bomb.uncompressed_size = max_data_blob_size;
    for (const auto& told :
         std::vector<std::vector<PackedBlob>>{{}, {other}, {longer}, {bomb}, {truth, truth}}) {
        auto before = drive_->files;
        save_index(save_pack(sealed, told), {truth});
        EXPECT_THAT(problems(), Contains(HasSubstr("other blobs than the index says")));
        repair();
        EXPECT_THAT(problems(), IsEmpty());
        drive_->files = before;
    }
}

TEST_F(HostileTest, PacksOfNoSenseAreTold) {
    for (std::size_t size : {0u, 1u, 3u, 4u, 5u, 36u, 37u, 4096u, 100'000u})
        for (std::byte fill : {std::byte(0), std::byte(1), std::byte(0x7f), std::byte(0xff)}) {
            Bytes bytes(size, fill);
            store().backend().save({FileType::pack, id_of<FileId>(bytes)}, bytes);
        }
    EXPECT_THAT(repair(), Contains(HasSubstr("no index knows what it held")));
    EXPECT_THAT(problems(), IsEmpty());
}

// What may take much memory or time runs in a process that may have little of both.
void within_limits(const std::function<void()>& work) {
    ::alarm(60);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
    constexpr rlim_t most_memory = rlim_t(2560) << 20;
    rlimit limit{most_memory, most_memory};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(2);
#endif
    work();
    std::fflush(stdout);
    ::_exit(testing::Test::HasFailure() ? 1 : 0);
}

TEST_F(HostileTest, BombsAreRefusedWithinBounds) {
    EXPECT_EXIT(within_limits([] {
                    Bytes zeros(256 << 20);
                    Bytes bomb = compress(zeros);
                    zeros = {};
                    EXPECT_EQ(error_of([&] { decompress(bomb, 1 << 20, "A bomb"); }), ErrorKind::corrupt);
                    bomb.insert(bomb.begin(), std::byte(2));
                    EXPECT_EQ(error_of([&] { decode_unpacked(bomb, "A bomb"); }), ErrorKind::too_large);
                }),
                testing::ExitedWithCode(0), "");
}

TEST_F(HostileTest, JsonThatWouldTakeFarMoreThanItsSizeIsRefused) {
    EXPECT_EXIT(within_limits([] {
                    // 32 million numbers of 24 bytes each, in a file as large as may be.
                    std::string zeros = "{\"nodes\":[0";
                    while (zeros.size() < (64u << 20) - 2) zeros += ",0";
                    zeros += "]}";
                    EXPECT_EQ(error_of([&] { parse_tree(as_bytes(zeros), "A tree"); }), ErrorKind::too_large);
                    // An index is not held as a document: what it does not know takes no memory.
                    EXPECT_TRUE(parse_index(as_bytes(zeros), "An index").empty());
                    zeros.replace(2, 5, "packs");
                    EXPECT_EQ(error_of([&] { parse_index(as_bytes(zeros), "An index"); }),
                              ErrorKind::corrupt);
                    std::string deep(64 << 20, '[');
                    EXPECT_EQ(error_of([&] { parse_index(as_bytes(deep), "An index"); }), ErrorKind::corrupt);
                }),
                testing::ExitedWithCode(0), "");
}

TEST_F(HostileTest, AnHonestIndexOfTheLargestSizeIsRead) {
    EXPECT_EXIT(within_limits([] {
                    std::string json;
                    {
                        IndexedPack pack{id_of<PackId>(as_bytes("pack")), {}};
                        for (std::uint32_t i = 0; i < 440'000; ++i)
                            pack.blobs.push_back({BlobType::data, id_of<BlobId>(as_bytes(std::to_string(i))),
                                                  i * 1000, 1000, 2000});
                        json = encode_index(std::span(&pack, 1));
                    }
                    EXPECT_GT(json.size(), 56u << 20);
                    EXPECT_LT(json.size(), 64u << 20);
                    EXPECT_EQ(parse_index(as_bytes(json), "An index").front().blobs.size(), 440'000u);
                }),
                testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace holdfast::repository
