// What several tests of the repository need: disks in memory, quick repositories, and stock restic.
#pragma once

#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <random>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "repository/local_backend.hpp"
#include "repository/repository_engine.hpp"
#include "repository/snapshot_writer.hpp"

namespace holdfast::repository {

constexpr std::uint64_t KiB = 1 << 10;
constexpr std::uint64_t MiB = 1 << 20;

constexpr std::string_view test_password = "correct horse";

// Real repositories spend half a second of scrypt on each password; tests need not. restic takes any cost.
constexpr ScryptCost quick_scrypt{.n = 1024, .r = 8, .p = 1};

// Nothing here depends on a disk that is slow to sync; what must be durable is tested on a file system that
// can lose it.
inline std::filesystem::path quick_folder() {
    return std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
}

inline std::unique_ptr<RepositoryEngine> create_quickly(
    const std::filesystem::path& folder, std::unique_ptr<FileSystem> files = posix_file_system(),
    unsigned version = 2) {
    auto backend = std::make_unique<LocalBackend>(folder, std::move(files));
    backend->make_layout();
    Config config = Config::random();
    config.version = version;
    return std::make_unique<RepositoryEngine>(
        Store::create(std::move(backend), test_password, quick_scrypt, config));
}

inline Bytes random_bytes(std::size_t size, unsigned seed) {
    std::mt19937_64 generator(seed);
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; i += 8) {
        std::uint64_t value = generator();
        std::memcpy(bytes.data() + i, &value, std::min<std::size_t>(8, size - i));
    }
    return bytes;
}

// A disk whose bytes are in memory. Counts what is read of it.
class MemoryDisk : public BlockSource, public BlockSink {
  public:
    explicit MemoryDisk(Bytes content) : bytes(std::move(content)) {}

    std::uint64_t size() const override { return bytes.size(); }
    std::vector<Extent> data_extents() override {
        if (!extents.empty() || bytes.empty()) return extents;
        return {{0, bytes.size()}};
    }
    void read(std::uint64_t offset, std::span<std::byte> into) override {
        if (offset + into.size() > bytes.size())
            throw Error(ErrorKind::internal, "A read past the end of the disk");
        std::memcpy(into.data(), bytes.data() + offset, into.size());
        std::lock_guard guard(mutex);
        reads.push_back({offset, into.size()});
    }
    void write(std::uint64_t offset, std::span<const std::byte> from) override {
        if (offset + from.size() > bytes.size())
            throw Error(ErrorKind::internal, "A write past the end of the disk");
        std::memcpy(bytes.data() + offset, from.data(), from.size());
        std::lock_guard guard(mutex);
        written += from.size();
    }
    void flush() override { flushed = true; }

    Bytes bytes;
    std::vector<Extent> extents;  // empty: all of it is data
    std::mutex mutex;
    std::vector<Extent> reads;
    std::uint64_t written = 0;
    bool flushed = false;
};

inline SnapshotDescription describe_snapshot(std::vector<std::string> tags = {}) {
    return {.time = from_micros(1'780'000'000'123'456), .hostname = "hypervisor", .tags = std::move(tags)};
}

// A snapshot of one disk and one small file, as a VM has them.
inline Snapshot back_up(Repository& repository, BlockSource& disk,
                        const std::optional<DiskParent>& parent = {}, std::uint64_t chunk_size = 64 * KiB,
                        DiskResult* result = nullptr) {
    auto writer = SnapshotWriter::start(repository, describe_snapshot({"test"}));
    writer->add_file("web01/domain.xml", "<domain type='kvm'/>\n");
    Progress progress;
    auto done = writer->add_disk("web01/disks/vda.raw", disk, parent, chunk_size, progress, {});
    if (result != nullptr) *result = done;
    return writer->finish();
}

inline Bytes restore(Repository& repository, const SnapshotId& snapshot, std::size_t size) {
    MemoryDisk target{Bytes(size)};
    Progress progress;
    repository.restore_disk(snapshot, "web01/disks/vda.raw", target, progress, {});
    return std::move(target.bytes);
}

inline CheckResult check_all(Repository& repository) {
    Progress progress;
    return repository.check(CheckDepth::all_data, progress, {});
}

// Runs stock restic on the repository; what it printed. Throws when it fails.
inline std::string restic(const std::filesystem::path& folder, std::vector<std::string> arguments) {
    std::vector<std::string> command{"restic", "--no-cache", "-r", folder.string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run_command(command, std::chrono::seconds(60),
                       {.environment = {{"RESTIC_PASSWORD", std::string(test_password)}}});
}

}  // namespace holdfast::repository
