#include "repository/disk_backup.hpp"

#include <algorithm>
#include <atomic>

#include "base/cancellation.hpp"
#include "repository/disk_layout.hpp"
#include "repository/parallel.hpp"

namespace holdfast::repository {
namespace {

// A chunk of the disk on its way through the pipeline.
struct Chunk {
    std::uint32_t number = 0;
    Bytes bytes;
};

class Pipeline {
  public:
    Pipeline(BlockSource& source, BackupPlan& plan, PackWriter& packs, Progress& progress,
             const std::stop_token& stop)
        : source_(source),
          plan_(plan),
          packs_(packs),
          progress_(progress),
          stop_(stop),
          queue_(std::clamp<std::size_t>((4 << 20) / plan.chunk_size, 2, 32)) {}

    void run() {
        {
            std::vector<std::jthread> workers;
            std::vector<std::jthread> readers;
            try {
                for (unsigned i = 0; i < worker_limit(); ++i)
                    workers.emplace_back([this] { guard([this] { store_chunks(); }); });
                for (int i = 0; i < 2; ++i)
                    readers.emplace_back([this] { guard([this] { read_chunks(); }); });
            } catch (...) {
                queue_.abort();  // no more threads are to be had: those that run must not wait for ever
                throw;
            }
            readers.clear();  // waits for them
            queue_.close();
        }
        error_.rethrow_if_any();
        store_zeros();
    }

    DiskResult result() const {
        return {.size = plan_.size,
                .read_bytes = read_bytes_,
                .added_bytes = added_bytes_,
                .new_blobs = new_blobs_};
    }

  private:
    // A worker holds a chunk, its compressed and encrypted forms, and what these open to again.
    unsigned worker_limit() const {
        return std::clamp(static_cast<unsigned>((48u << 20) / (4 * plan_.chunk_size)), 1u, worker_count());
    }

    template <typename Work>
    void guard(Work work) {
        try {
            work();
        } catch (...) {
            error_.keep_current();
            queue_.abort();
        }
    }

    void read_chunks() {
        for (std::size_t i = next_++; i < plan_.to_read.size(); i = next_++) {
            throw_if_stopped(stop_);
            std::uint32_t number = plan_.to_read[i];
            Bytes bytes(plan_.chunk_length(number));
            source_.read(number * plan_.chunk_size, bytes);
            read_bytes_ += bytes.size();
            progress_.read_bytes += bytes.size();
            if (is_all_zero(bytes))
                progress_.processed_bytes += bytes.size();
            else if (!queue_.push({number, std::move(bytes)}))
                return;
        }
    }

    void store_chunks() {
        while (auto chunk = queue_.pop()) {
            throw_if_stopped(stop_);
            plan_.content[chunk->number] = save(chunk->bytes);
            progress_.processed_bytes += chunk->bytes.size();
        }
    }

    // Chunks without an id are holes, or were all zero: one blob for all of them, another for a shorter last
    // one.
    void store_zeros() {
        for (std::uint64_t i = 0; i < plan_.content.size(); ++i) {
            if (plan_.content[i] != BlobId()) continue;
            std::uint64_t length = plan_.chunk_length(i);
            BlobId zero = zero_blob_id(length);
            if (stored_zeros_.insert(zero).second) save(Bytes(length));
            plan_.content[i] = zero;
        }
    }

    BlobId save(ByteView bytes) {
        SavedBlob saved = packs_.save(BlobType::data, bytes);
        if (saved.added_bytes > 0) ++new_blobs_;
        added_bytes_ += saved.added_bytes;
        progress_.transferred_bytes += saved.added_bytes;
        return saved.id;
    }

    BlockSource& source_;
    BackupPlan& plan_;  // each element of its content is touched by one thread
    PackWriter& packs_;
    Progress& progress_;
    const std::stop_token& stop_;
    BoundedQueue<Chunk> queue_;
    FirstError error_;
    std::atomic<std::size_t> next_{0};
    std::atomic<std::uint64_t> read_bytes_{0};
    std::atomic<std::uint64_t> added_bytes_{0};
    std::atomic<std::uint64_t> new_blobs_{0};
    std::unordered_set<BlobId> stored_zeros_;
};

}  // namespace

DiskContent run_backup(BlockSource& source, BackupPlan plan, PackWriter& packs, Progress& progress,
                       const std::stop_token& stop) {
    std::uint64_t bytes_to_read = 0;
    for (std::uint32_t number : plan.to_read) bytes_to_read += plan.chunk_length(number);
    progress.total_bytes += plan.size;
    progress.processed_bytes += plan.size - bytes_to_read;
    Pipeline pipeline(source, plan, packs, progress, stop);
    pipeline.run();
    return {std::move(plan.content), pipeline.result()};
}

}  // namespace holdfast::repository
