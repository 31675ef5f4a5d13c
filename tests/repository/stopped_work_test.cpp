// Work on a repository behind a server that is stopped: it ends soon, whatever the server does.
#include <future>

#include "backend_contract.hpp"
#include "base/cancellation.hpp"
#include "http_servers.hpp"

namespace holdfast::repository {
namespace {

using testing::SizeIs;
using namespace std::chrono_literals;

// Tells when it is read or written.
struct UsedDisk : MemoryDisk {
    UsedDisk(Bytes content, std::function<void()> use)
        : MemoryDisk(std::move(content)), on_use(std::move(use)) {}
    void read(std::uint64_t offset, std::span<std::byte> into) override {
        on_use();
        MemoryDisk::read(offset, into);
    }
    void write(std::uint64_t offset, std::span<const std::byte> from) override {
        on_use();
        MemoryDisk::write(offset, from);
    }
    const std::function<void()> on_use;
};

class StoppedWork : public testing::Test {
  protected:
    using Work = std::function<void(std::stop_token)>;

    StoppedWork() {
        auto backend = connect(proxy_.url(), HttpLimits());
        backend->make_layout();
        repository_ = std::make_unique<RepositoryEngine>(
            Store::create(std::move(backend), test_password, quick_scrypt, Config::random()));
        snapshot_ = back_up(*repository_, disk_).id;
    }
    // Stopped as soon as `is_waiting` returns. By itself the work would go on for minutes.
    static void expect_end(const Work& work, const std::function<void()>& is_waiting) {
        std::stop_source stop;
        auto kind = std::async(std::launch::async, [&] { return error_of([&] { work(stop.get_token()); }); });
        is_waiting();
        auto stopped = std::chrono::steady_clock::now();
        stop.request_stop();
        EXPECT_EQ(kind.get(), ErrorKind::cancelled);
        EXPECT_LT(std::chrono::steady_clock::now() - stopped, 5s);  // it takes two, on a machine that is idle
    }
    void expect_end_in_silence(const Work& work) {
        proxy_.fall_silent();
        expect_end(work, [&] { proxy_.wait_until_asked(); });
    }

    TemporaryDirectory folder_{quick_folder()};
    RcloneServe server_{folder_.path()};
    FaultyProxy proxy_{server_.port(), {}};
    MemoryDisk disk_{random_bytes(32 * MiB, 7)};
    std::unique_ptr<RepositoryEngine> repository_;
    SnapshotId snapshot_;
    Progress progress_;
};

TEST_F(StoppedWork, EndsWhereTheServerIsSilent) {
    expect_end_in_silence([&](auto stop) { repository_->check(CheckDepth::all_data, progress_, stop); });
}

TEST_F(StoppedWork, EndsAmidDownloads) {
    UsedDisk target(Bytes(disk_.bytes.size()), [&] { proxy_.fall_silent(); });
    expect_end(
        [&](auto stop) {
            repository_->restore_disk(snapshot_, "web01/disks/vda.raw", target, progress_, stop);
        },
        [&] { proxy_.wait_until_asked(); });
}

TEST_F(StoppedWork, EndsAmidUploads) {
    UsedDisk source(random_bytes(64 * MiB, 8), [&] { proxy_.fall_silent(); });
    expect_end(
        [&](auto stop) {
            StopScope scope(stop);
            auto writer = SnapshotWriter::start(*repository_, describe_snapshot());
            writer->add_disk("disk", source, {}, {}, progress_, stop);
        },
        [&] { proxy_.wait_until_asked(); });
}

TEST_F(StoppedWork, EndsWhereNothingButItsScopeTellsIt) {
    expect_end_in_silence([&](auto stop) {
        StopScope scope(stop);
        repository_->snapshots();
    });
}

TEST_F(StoppedWork, EndsWhileOthersHoldTheConnection) {
    auto backend = connect(proxy_.url(), {.connections = 1});
    proxy_.fall_silent();
    std::jthread holder([&](std::stop_token stop) {
        StopScope scope(stop);
        error_of([&] { backend->list(FileType::key); });
    });
    proxy_.wait_until_asked();
    expect_end(
        [&](auto stop) {
            StopScope scope(stop);
            backend->list(FileType::key);
        },
        [] {});
}

TEST_F(StoppedWork, EndsBetweenTwoTries) {
    std::counting_semaphore<> asked(0);
    ScriptedServer busy([&](const std::string&) {
        asked.release();
        return http_answer(503, "");
    });
    auto backend = connect(busy.url(), {.first_wait = 10min, .longest_wait = 10min});
    expect_end(
        [&](auto stop) {
            StopScope scope(stop);
            backend->list(FileType::key);
        },
        [&] { asked.acquire(); });
}

TEST_F(StoppedWork, ClearsUpWhereTheServerAnswers) {
    std::stop_source stop;
    UsedDisk target(Bytes(disk_.bytes.size()), [&] { stop.request_stop(); });
    EXPECT_EQ(error_of([&] {
                  repository_->restore_disk(snapshot_, "web01/disks/vda.raw", target, progress_,
                                            stop.get_token());
              }),
              ErrorKind::cancelled);
    EXPECT_THAT(connect(server_.url())->list(FileType::lock), SizeIs(0));
}

}  // namespace
}  // namespace holdfast::repository
