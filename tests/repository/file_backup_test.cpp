// Files and folders backed up by Holdfast, next to stock restic on the same ones.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <fstream>

#include "repository/chunker.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

void write_file(const fs::path& path, std::string_view content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

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

    // The tree of what stock restic makes of the same.
    BlobId restic_tree(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"backup", "--force"});
        restic(path_, arguments);
        return repository_->snapshots().front().tree;
    }

    TemporaryDirectory folder_{quick_folder()};
    fs::path source_ = folder_.path() / "src";
    fs::path path_ = folder_.path() / "repo";
    std::unique_ptr<RepositoryEngine> repository_ = create_quickly(path_);
};

// One of each kind and attribute that this user may make.
void make_everything(const fs::path& folder) {
    write_file(folder / "small", "content");
    write_file(folder / "empty", "");
    write_file(folder / "large", as_text(random_bytes(9 * MiB + 77, 1)));
    write_file(folder / "zeros", std::string(3 * MiB + 5, '\0'));
    write_file(folder / "sub/a <b> & \"c\" \xc3\xbc\xff\t", "odd name");
    fs::create_directories(folder / "empty folder");
    fs::create_hard_link(folder / "small", folder / "sub/hard link");
    fs::create_symlink("../small", folder / "sub/link");
    fs::create_symlink("no <such> \xc3\xa4", folder / "dangling");
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0640), 0);
    ASSERT_EQ(::chmod((folder / "small").c_str(), 06751), 0);
    ASSERT_EQ(::chmod((folder / "sub").c_str(), 01777), 0);
    std::array<timespec, 2> times{timespec{1, 5}, timespec{1'234'567'890, 123'456'780}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder / "empty").c_str(), times.data(), 0), 0);
    std::string value("\0binary\xff", 8);
    ::setxattr((folder / "small").c_str(), "user.second", value.data(), value.size(), 0);
    ::setxattr((folder / "small").c_str(), "user.first", "", 0, 0);
    ::setxattr((folder / "sub").c_str(), "user.of folder", "x", 1, 0);
    if (::geteuid() == 0) {
        ASSERT_EQ(::mknod((folder / "device").c_str(), S_IFCHR | 0600, makedev(1, 300)), 0);
        ASSERT_EQ(::mknod((folder / "block").c_str(), S_IFBLK | 0600, makedev(7, 1)), 0);
        ASSERT_EQ(::chown((folder / "empty").c_str(), 1, 54321), 0);
    }
}

void make_sparse(const fs::path& path) {
    UniqueFd file = open_file(path, O_CREAT | O_WRONLY, 0600);
    Bytes data = random_bytes(1 * MiB + 1000, 2);
    ASSERT_EQ(::pwrite(file.get(), data.data(), data.size(), 3 * MiB + 4096), std::ssize(data));
    ASSERT_EQ(::pwrite(file.get(), data.data(), 100, 9 * MiB + 4096), 100);
    ASSERT_EQ(::ftruncate(file.get(), 14 * MiB + 3), 0);
}

TEST_F(FileBackupTest, TreesAreThoseOfRestic) {
    make_everything(source_);
    make_sparse(source_ / "sparse");
    auto made = back_up({source_});
    EXPECT_THAT(made.result.problems, IsEmpty());
    EXPECT_THAT(made.snapshot.paths, ElementsAre(source_.string()));
    EXPECT_EQ(made.snapshot.tree, restic_tree({source_.string()}));
    EXPECT_THAT(restic(path_, {"check", "--read-data"}), HasSubstr("no errors were found"));
    EXPECT_EQ(made.result.new_files, 7u);
}

}  // namespace
}  // namespace holdfast::repository
