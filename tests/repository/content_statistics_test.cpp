// What a repository says of its content, against what stock restic says.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "repository/pack_writer.hpp"
#include "repository/snapshot_file.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;

TEST(ContentStatistics, AgreesWithRestic) {
    TemporaryDirectory folder(quick_folder());
    auto path = folder.path() / "repo";
    auto repository = create_quickly(path);
    // The two empty folders are one tree, and the second snapshot has most trees of the first.
    for (auto name : {"data/a", "data/b", "data/same"}) fs::create_directories(folder.path() / name);
    write_file_durably(folder.path() / "data/a/zeros", Bytes(3 * MiB), 0600);
    write_file_durably(folder.path() / "data/a/noise", random_bytes(100'000, 1), 0600);
    restic(path, {"backup", (folder.path() / "data").string()});
    write_file_durably(folder.path() / "data/b/noise", random_bytes(50'000, 2), 0600);
    restic(path, {"backup", (folder.path() / "data").string()});

    auto of_restic = [&](const char* mode) {
        return boost::json::parse(restic(path, {"stats", "--json", "--mode", mode}));
    };
    auto statistics = repository->content_statistics({});
    EXPECT_EQ(statistics.files, 2u + 3u);
    EXPECT_EQ(statistics.restore_bytes,
              of_restic("restore-size").at("total_size").to_number<std::uint64_t>());
    EXPECT_EQ(statistics.restore_bytes, 2 * (3 * MiB + 100'000) + 50'000);
    auto raw = of_restic("raw-data");
    EXPECT_EQ(statistics.data_blobs + statistics.tree_blobs,
              raw.at("total_blob_count").to_number<std::uint64_t>());
    EXPECT_EQ(statistics.blob_bytes, raw.at("total_size").to_number<std::uint64_t>());
    EXPECT_GT(statistics.uncompressed_bytes, 150'000u + MiB / 2);  // the zeros are chunks of at least 512 KiB
    EXPECT_GT(statistics.index_memory_bytes, 40 * (statistics.data_blobs + statistics.tree_blobs));
}

// Each folder holds the one below twice: restoring it would never end, and counting it must.
TEST(ContentStatistics, CountsEachTreeOnce) {
    TemporaryDirectory folder(quick_folder());
    auto repository = create_quickly(folder.path() / "repo");
    auto store = repository->store();
    BlobId tree;
    {
        PackWriter writer(store, store->fresh_index(), IndexWriting::as_it_goes);
        Node file{.name = "f", .type = "file", .size = 1, .content = std::vector<BlobId>()};
        tree = writer.save(BlobType::tree, as_bytes(encode_tree(Tree{file}))).id;
        for (int i = 0; i < 100; ++i) {
            Tree twice{{.name = "a", .type = "dir", .subtree = tree},
                       {.name = "b", .type = "dir", .subtree = tree}};
            tree = writer.save(BlobType::tree, as_bytes(encode_tree(twice))).id;
        }
        writer.finish();
    }
    Snapshot snapshot{.time = now(), .hostname = "h", .paths = {"/"}, .tree = tree};
    store->files().save(FileType::snapshot, encode_snapshot(snapshot));
    auto statistics = repository->content_statistics({});
    EXPECT_EQ(statistics.tree_blobs, 101u);
    EXPECT_EQ(statistics.restore_bytes, UINT64_MAX);
}

}  // namespace
}  // namespace holdfast::repository
