// A repository in S3: Holdfast through rclone, stock restic by itself, on a real RADOS gateway.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace holdfast::repository {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RadosGateway {
  public:
    RadosGateway()
        : process_(Process::start(
              {HOLDFAST_TESTS_DIR "/repository/radosgw.sh", (folder_.path() / "ceph").string()})) {
        auto end = std::chrono::steady_clock::now() + 180s;
        while (!process_.wait(50ms) && std::chrono::steady_clock::now() < end) {
            auto said = process_.output();
            if (said.starts_with("ready ") && said.ends_with('\n')) {
                endpoint_ = "http://127.0.0.1:" + said.substr(6, said.size() - 7);
                return;
            }
        }
        throw Error(ErrorKind::unavailable, "Ceph does not start: " + process_.output() +
                                                read_file(folder_.path() / "ceph/log/start", 1 << 20));
    }
    ~RadosGateway() { process_.stop(20s); }
    const std::string& endpoint() const { return endpoint_; }

  private:
    TemporaryDirectory folder_{quick_folder()};
    Process process_;
    std::string endpoint_;
};

TEST(S3, HoldfastAndResticShareARepository) {
    RadosGateway gateway;
    std::string url = "rclone::s3,provider=Ceph,endpoint=\"" + gateway.endpoint() +
                      "\",access_key_id=key,secret_access_key=secret:bucket/repo";
    std::string restic_url = "s3:" + gateway.endpoint() + "/bucket/repo";
    ::unsetenv("AWS_CA_BUNDLE");  // rclone 1.60 cannot take it
    ::setenv("AWS_ACCESS_KEY_ID", "key", 1);
    ::setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);

    EXPECT_FALSE(Repository::exists(url));
    auto repository = Repository::create(url, test_password);
    MemoryDisk disk(random_bytes(24 * MiB, 1));
    auto kept = back_up(*repository, disk);
    MemoryDisk other(random_bytes(8 * MiB, 2));
    auto forgotten = back_up(*repository, other);
    EXPECT_THAT(restic(restic_url, {"check", "--read-data"}), HasSubstr("no errors were found"));

    restic(restic_url, {"backup", HOLDFAST_TESTS_DIR "/repository/support.hpp"});
    auto again = Repository::open(url, test_password);
    EXPECT_THAT(again->snapshots(), SizeIs(3));
    again->forget(std::array{forgotten.id});
    Progress progress;
    EXPECT_GT(again->prune(progress, {}).freed_bytes, 7 * MiB);
    EXPECT_EQ(restore(*again, kept.id, disk.bytes.size()), disk.bytes);
    EXPECT_THAT(check_all(*again).problems, IsEmpty());
    EXPECT_THAT(restic(restic_url, {"check", "--read-data"}), HasSubstr("no errors were found"));
}

}  // namespace
}  // namespace holdfast::repository
