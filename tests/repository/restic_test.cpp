// Stock restic and Holdfast on the same repository: each reads, checks and prunes what the other wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string file_bytes(const fs::path& path) {
    return read_file(path, 1 << 30);
}

TEST(Restic, ReadsChecksAndRestoresWhatHoldfastWrote) {
    TemporaryDirectory folder;
    auto path = folder.path() / "repo";
    auto repository = Repository::create(path, test_password);
    Bytes content = random_bytes(5 * MiB + 12345, 1);
    std::fill(content.begin() + 1 * MiB, content.begin() + 3 * MiB, std::byte(0));
    MemoryDisk disk(content);
    auto snapshot = back_up(*repository, disk, {}, MiB);

    EXPECT_THAT(restic(path, {"check", "--read-data"}), HasSubstr("no errors were found"));
    EXPECT_THAT(restic(path, {"snapshots"}), HasSubstr(snapshot.id.to_string().substr(0, 8)));
    EXPECT_THAT(restic(path, {"ls", "latest"}), HasSubstr("/web01/disks/vda.raw"));
    auto target = folder.path() / "out";
    restic(path, {"restore", "latest", "--target", target.string()});
    EXPECT_TRUE(file_bytes(target / "web01/disks/vda.raw") == as_text(content));
    EXPECT_EQ(file_bytes(target / "web01/domain.xml"), "<domain type='kvm'/>\n");
    EXPECT_TRUE(restic(path, {"dump", "latest", "/web01/disks/vda.raw"}) == as_text(content));
}

}  // namespace
}  // namespace holdfast::repository
