// A disk written into a real repository, served by nbdkit with the plugin, and read back by independent
// clients.
#include "disk/restore_point_export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <random>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "repository/repository.hpp"
#include "repository/snapshot_writer.hpp"

namespace holdfast::disk {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t MiB = 1 << 20;
constexpr std::string_view password = "swordfish and chips";

// 24 MiB and a bit: random bytes, holes that the source tells of, and zeros that it does not tell of.
class SampleDisk : public BlockSource {
  public:
    SampleDisk() : bytes_(24 * MiB + 4096) {
        std::mt19937_64 random(11);
        for (auto extent : data_extents())
            for (auto at = extent.offset; at < extent.offset + extent.length; at += 8) {
                auto value = random();
                std::memcpy(&bytes_[at], &value, 8);
            }
        std::fill_n(bytes_.begin() + 9 * MiB, 2 * MiB, std::byte(0));
    }
    std::uint64_t size() const override { return bytes_.size(); }
    std::vector<Extent> data_extents() override {
        return {{0, 3 * MiB}, {8 * MiB, 6 * MiB}, {20 * MiB, 4 * MiB + 4096}};
    }
    void read(std::uint64_t offset, std::span<std::byte> into) override {
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    }
    const std::vector<std::byte>& bytes() const { return bytes_; }

  private:
    std::vector<std::byte> bytes_;
};

const int plugin_is_in_the_build_folder = ::setenv("HOLDFAST_PLUGIN_DIR", HOLDFAST_BUILD_DIR, 1);

class RestorePointExportTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = new TemporaryDirectory;
        source_ = new SampleDisk;
        auto repository = repository::Repository::create(folder_->path() / "repository", password);
        auto writer = repository::SnapshotWriter::start(
            *repository, {.time = now(), .hostname = "web01", .tags = {}, .parent = {}});
        Progress progress;
        writer->add_disk("web 01/disks/vda.raw", *source_, {}, std::nullopt, progress, {});
        snapshot_ = writer->finish().id;
    }

    static void TearDownTestSuite() {
        delete source_;
        delete folder_;
    }

    static RestorePointDisk served_disk() {
        return {folder_->path() / "repository", std::string(password), snapshot_, "web 01/disks/vda.raw"};
    }

    RestorePointExport start() { return RestorePointExport::start(served_disk(), socket()); }

    std::filesystem::path socket() const { return sockets_.path() / "vda.sock"; }

    static std::size_t lock_count() {
        std::filesystem::directory_iterator locks(folder_->path() / "repository/locks"), end;
        return static_cast<std::size_t>(std::distance(locks, end));
    }

    static std::vector<std::byte> read_all(const NbdAddress& address) {
        auto client = NbdSource::connect(address, {}, 30s);
        std::vector<std::byte> bytes(client->size());
        for (std::uint64_t at = 0; at < bytes.size(); at += MiB)
            client->read(at, std::span(bytes).subspan(at, std::min<std::uint64_t>(MiB, bytes.size() - at)));
        return bytes;
    }

    static ErrorKind error_of_start(const RestorePointDisk& disk, const std::filesystem::path& socket) {
        try {
            RestorePointExport::start(disk, socket);
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("nbdkit")));
            return error.kind();
        }
        return ErrorKind::internal;
    }

    static inline TemporaryDirectory* folder_ = nullptr;
    static inline SampleDisk* source_ = nullptr;
    static inline repository::SnapshotId snapshot_;
    TemporaryDirectory sockets_;
};

TEST_F(RestorePointExportTest, ServesTheBytesThatWereWritten) {
    auto served = start();
    EXPECT_TRUE(served.is_running());
    EXPECT_EQ(read_all(served.address()), source_->bytes());
}

TEST_F(RestorePointExportTest, NbdcopyReadsTheSameAndKeepsHoles) {
    auto served = start();
    auto copy = sockets_.path() / "copy.raw";
    run_command({"nbdcopy", to_uri(served.address()), copy.string()}, 60s);
    std::string content = read_file(copy, 64 * MiB);
    ASSERT_EQ(content.size(), source_->bytes().size());
    EXPECT_EQ(std::memcmp(content.data(), source_->bytes().data(), content.size()), 0);
}

TEST_F(RestorePointExportTest, ReadsAtAnyOffsetFromSeveralThreads) {
    auto served = start();
    auto client = NbdSource::connect(served.address(), {}, 30s);
    std::vector<std::jthread> threads;
    std::atomic<int> wrong = 0;
    for (unsigned seed = 0; seed < 4; ++seed)
        threads.emplace_back([&, seed] {
            std::mt19937_64 random(seed);
            std::vector<std::byte> buffer;
            for (int i = 0; i < 100; ++i) {
                buffer.resize(1 + random() % (3 * MiB));
                std::uint64_t offset = random() % (source_->bytes().size() - buffer.size());
                client->read(offset, buffer);
                wrong += std::memcmp(buffer.data(), source_->bytes().data() + offset, buffer.size()) != 0;
            }
        });
    threads.clear();
    EXPECT_EQ(wrong, 0);
}

TEST_F(RestorePointExportTest, TellsHoles) {
    auto served = start();
    auto extents = NbdSource::connect(served.address(), {}, 30s)->data_extents();
    std::vector<Extent> expected{
        {0, 3 * MiB}, {8 * MiB, MiB}, {11 * MiB, 3 * MiB}, {20 * MiB, 4 * MiB + 4096}};
    EXPECT_EQ(extents, expected);
}

TEST_F(RestorePointExportTest, CannotBeWritten) {
    auto served = start();
    auto write = [&] { connect_nbd_sink(served.address(), 30s)->write(0, std::vector<std::byte>(4096)); };
    EXPECT_THROW(write(), Error);
}

TEST_F(RestorePointExportTest, SaysWhatIsWrong) {
    auto disk = served_disk();
    disk.password = "guess";
    EXPECT_EQ(error_of_start(disk, socket()), ErrorKind::unauthenticated);
    disk.password = "";
    EXPECT_EQ(error_of_start(disk, socket()), ErrorKind::unauthenticated);
    disk = served_disk();
    disk.path = "web 01/disks/vdb.raw";
    EXPECT_EQ(error_of_start(disk, socket()), ErrorKind::not_found);
    disk = served_disk();
    disk.snapshot = {};
    EXPECT_EQ(error_of_start(disk, socket()), ErrorKind::not_found);
    disk = served_disk();
    disk.repository = folder_->path() / "nothing";
    EXPECT_EQ(error_of_start(disk, socket()), ErrorKind::not_found);
}

pid_t only_child_named(std::string_view name) {
    pid_t found = -1;
    for (auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream children(thread.path() / "children");
        for (pid_t pid = 0; children >> pid;) {
            std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
            std::string command;
            if (std::getline(file, command) && command == name) found = pid;
        }
    }
    return found;
}

TEST_F(RestorePointExportTest, ThePasswordIsNowhereToBeSeen) {
    auto served = start();
    auto process = std::filesystem::path("/proc") / std::to_string(only_child_named("nbdkit"));
    for (auto file : {"cmdline", "environ"}) {
        std::ifstream stream(process / file, std::ios::binary);
        std::string content((std::istreambuf_iterator<char>(stream)), {});
        ASSERT_FALSE(content.empty());
        EXPECT_EQ(content.find(password), content.npos) << file;
    }
    EXPECT_EQ(std::filesystem::read_symlink(process / "fd/0"), "/dev/null");
}

TEST_F(RestorePointExportTest, OneThatWasKilledIsNotRunning) {
    auto served = start();
    ASSERT_EQ(::kill(only_child_named("nbdkit"), SIGKILL), 0);
    for (auto end = Clock::now() + 10s; served.is_running() && Clock::now() < end;) std::this_thread::yield();
    EXPECT_FALSE(served.is_running());
    EXPECT_THROW(read_all(served.address()), Error);
    repository::Repository::open(folder_->path() / "repository", password)->remove_stale_locks();
}

TEST_F(RestorePointExportTest, EndsInOrderWithAClientThatStays) {
    auto start_time = Clock::now();
    std::unique_ptr<NbdSource> client;
    {
        auto served = start();
        client = NbdSource::connect(served.address(), {}, 30s);
        EXPECT_EQ(lock_count(), 1u);
    }
    EXPECT_EQ(lock_count(), 0u);
    EXPECT_FALSE(std::filesystem::exists(socket()));
    EXPECT_LT(Clock::now() - start_time, 9s);
}

// What stopped others that were started from a script: the thread that starts the export ends, nobody reads
// what it prints, and its parent does other things. It must serve all the same, every time.
TEST_F(RestorePointExportTest, KeepsServingWhenTheThreadThatStartedItHasEnded) {
    for (int i = 0; i < 10; ++i) {
        std::unique_ptr<RestorePointExport> served;
        std::jthread([&] { served = std::make_unique<RestorePointExport>(start()); }).join();
        for (int reading = 0; reading < 3; ++reading)
            ASSERT_EQ(read_all(served->address()), source_->bytes()) << i;
        ASSERT_TRUE(served->is_running());
    }
}

// Not a test of its own: the process that EndsWithTheProcessThatStartedIt starts, and kills while it holds an
// export.
TEST(RestorePointExportHolder, DISABLED_HoldsAnExport) {
    std::filesystem::path folder = std::getenv("HOLDER_FOLDER");
    auto snapshot = repository::SnapshotId::parse(std::getenv("HOLDER_SNAPSHOT")).value();
    RestorePointDisk disk{folder / "repository", std::string(password), snapshot, "web 01/disks/vda.raw"};
    auto served = RestorePointExport::start(disk, folder / "held.sock");
    auto client = NbdSource::connect(served.address(), {}, 30s);
    auto pid = std::to_string(only_child_named("nbdkit"));
    write_file_durably(folder / "held.pid", std::as_bytes(std::span(pid)), 0600);
    while (true) ::pause();
}

TEST_F(RestorePointExportTest, EndsWithTheProcessThatStartedIt) {
    auto holder =
        Process::start({std::filesystem::read_symlink("/proc/self/exe").string(),
                        "--gtest_also_run_disabled_tests", "--gtest_filter=RestorePointExportHolder.*"},
                       {.environment = {{"HOLDER_FOLDER", folder_->path().string()},
                                        {"HOLDER_SNAPSHOT", snapshot_.to_string()}}});
    auto pid_file = folder_->path() / "held.pid";
    while (!std::filesystem::exists(pid_file)) ASSERT_FALSE(holder.wait(10ms)) << holder.output();
    auto stat = std::filesystem::path("/proc") / read_file(pid_file, 100) / "stat";
    ASSERT_TRUE(std::filesystem::exists(stat));
    EXPECT_EQ(lock_count(), 1u);
    ASSERT_EQ(::kill(holder.pid(), SIGKILL), 0);
    auto alive = [&] {
        std::ifstream file(stat);
        std::string text;
        return std::getline(file, text) && text.find(") Z ") == text.npos;
    };
    for (auto end = Clock::now() + 10s; alive() && Clock::now() < end;) std::this_thread::yield();
    EXPECT_FALSE(alive());
    EXPECT_EQ(lock_count(), 0u) << "it is asked to end, not killed";
}

}  // namespace
}  // namespace holdfast::disk
