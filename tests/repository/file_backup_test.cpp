// Files and folders backed up by Holdfast, next to stock restic on the same ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backend_contract.hpp"
#include "file_tree.hpp"
#include "repository/chunker.hpp"
#include "repository/file_list.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Backup {
    Snapshot snapshot;
    FilesResult result;
};

class FileBackupTest : public testing::Test {
  protected:
    Backup back_up(std::vector<fs::path> paths, FilesOptions options = {},
                   std::optional<SnapshotId> parent = std::nullopt) {
        auto writer = SnapshotWriter::start(*repository_, {.time = now(), .hostname = "h", .parent = parent});
        Progress progress;
        auto result = writer->add_paths(paths, options, progress, {});
        EXPECT_EQ(progress.processed_bytes, progress.total_bytes);
        return {writer->finish(), result};
    }

    // The source's folder in the snapshot. Above it are folders in which others write meanwhile.
    Node source_in(const Snapshot& snapshot) {
        auto& store = *repository_->store();
        return find_entry(store, *store.fresh_index(), snapshot, source_.string());
    }
    // What stock restic makes of the same.
    Snapshot by_restic(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"backup", "--force"});
        restic(path_, arguments);
        return repository_->snapshots().front();
    }

    TemporaryDirectory folder_{quick_folder()};
    fs::path source_ = folder_.path() / "src";
    fs::path path_ = folder_.path() / "repo";
    std::unique_ptr<RepositoryEngine> repository_ = create_quickly(path_);
};

TEST_F(FileBackupTest, TreesAreThoseOfRestic) {
    make_everything(source_);
    make_sparse(source_ / "sparse");
    auto made = back_up({source_});
    EXPECT_THAT(made.result.problems, IsEmpty());
    EXPECT_THAT(made.snapshot.paths, ElementsAre(source_.string()));
    EXPECT_EQ(source_in(made.snapshot), source_in(by_restic({source_.string()})));
    EXPECT_THAT(restic(path_, {"check", "--read-data"}), HasSubstr("no errors were found"));
    EXPECT_EQ(made.result.new_files, 7u);
}

TEST_F(FileBackupTest, TreesOfRelativeAndNestedPathsAreThoseOfRestic) {
    write_file(source_ / "a/b/one", "1");
    write_file(source_ / "a/c/two", "2");
    write_file(source_ / "d", "3");
    std::string a = (source_ / "a").string();
    EXPECT_EQ(source_in(back_up({a + "/b/", a}).snapshot), source_in(by_restic({a + "/b", a})));
    EXPECT_EQ(source_in(back_up({a + "/c/two", source_ / "d"}).snapshot),
              source_in(by_restic({a + "/c/two", (source_ / "d").string()})));
    auto here = fs::current_path();
    fs::current_path(source_ / "a/b");
    EXPECT_EQ(back_up({"../c", "one"}).snapshot.tree, by_restic({"../c", "one"}).tree);
    EXPECT_EQ(back_up({"."}).snapshot.tree, by_restic({"."}).tree);
    EXPECT_THAT(back_up({"."}).snapshot.paths, ElementsAre((source_ / "a/b").string()));
    fs::current_path(here);
}

TEST_F(FileBackupTest, ExcludesAreThoseOfRestic) {
    for (auto name : {"keep/x.txt", "keep/x.o", "cache/a", "deep/er/cache/b", "deep/tmp.1", "deep/tmp.22"})
        write_file(source_ / name, name);
    FilesOptions options{
        .excludes = {"*.o", "cache", (source_ / "deep/**/b").string(), "tmp.[0-9]", "!cache/a"}};
    std::vector<std::string> arguments{source_.string()};
    for (const auto& pattern : options.excludes) {
        arguments.push_back("--exclude");
        arguments.push_back(pattern);
    }
    auto made = back_up({source_}, options);
    EXPECT_EQ(source_in(made.snapshot), source_in(by_restic(arguments)));
    EXPECT_EQ(repository_->snapshots().front().excludes, options.excludes);
    EXPECT_EQ(error_of([&] { back_up({source_}, {.excludes = {"a[b"}}); }), ErrorKind::invalid_input);
}

TEST_F(FileBackupTest, UnchangedFilesAreNotRead) {
    make_everything(source_);
    auto first = back_up({source_});
    auto second = back_up({source_}, {}, first.snapshot.id);
    EXPECT_EQ(second.result.unchanged_files, 6u);
    EXPECT_EQ(second.result.read_bytes, 0u);
    EXPECT_EQ(source_in(second.snapshot), source_in(first.snapshot));
    write_file(source_ / "small", "CONTENT");  // hard linked to another name
    write_file(source_ / "new", "12345");
    auto third = back_up({source_}, {}, first.snapshot.id);
    EXPECT_EQ(third.result.changed_files, 2u);
    EXPECT_EQ(third.result.new_files, 1u);
    EXPECT_EQ(third.result.read_bytes, 7u + 7u + 5u);
    EXPECT_EQ(source_in(third.snapshot), source_in(by_restic({source_.string()})));
    EXPECT_EQ(back_up({source_}, {.ignore_parent = true}, first.snapshot.id).result.unchanged_files, 0u);
}

TEST_F(FileBackupTest, SnapshotsOfResticAreParents) {
    make_everything(source_);
    restic(path_, {"backup", source_.string()});
    auto parent = repository_->snapshots().front();
    auto made = back_up({source_}, {}, parent.id);
    EXPECT_EQ(made.result.read_bytes, 0u);
    EXPECT_EQ(source_in(made.snapshot), source_in(parent));
}

TEST_F(FileBackupTest, WhatCannotBeReadIsAProblemAndTheRestIsThere) {
    write_file(source_ / "good", "1");
    auto made = back_up({source_, folder_.path() / "missing"});
    EXPECT_THAT(made.result.problems, ElementsAre(HasSubstr("missing")));
    EXPECT_EQ(made.result.new_files, 1u);
    EXPECT_EQ(error_of([&] { back_up({folder_.path() / "missing"}); }), ErrorKind::not_found);
}

TEST_F(FileBackupTest, HolesAreNotRead) {
    fs::create_directories(source_);
    make_sparse(source_ / "sparse");
    auto made = back_up({source_});
    EXPECT_LT(made.result.read_bytes, 3 * MiB / 2);
}

TEST_F(FileBackupTest, ALargeFolderIsOneTree) {
    for (int i = 0; i < 1000; ++i) write_file(source_ / std::to_string(i), std::to_string(i));
    auto made = back_up({source_});
    EXPECT_EQ(made.result.new_files, 1000u);
    EXPECT_EQ(source_in(made.snapshot), source_in(by_restic({source_.string()})));
}

}  // namespace
}  // namespace holdfast::repository
