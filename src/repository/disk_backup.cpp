#include "repository/disk_backup.hpp"

#include <algorithm>
#include <atomic>
#include <optional>

#include "base/cancellation.hpp"
#include "repository/disk_layout.hpp"
#include "repository/parallel.hpp"
#include "repository/pipeline_share.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

// Some chunks of the disk on their way through the pipeline, one behind the other in the buffer.
struct Batch {
    std::span<const std::uint32_t> numbers;
    AlignedBuffer buffer;
};

// So many bytes at a time are read with few requests, and hold enough chunks to hash them side by side.
std::size_t batch_size(const BackupPlan& plan) {
    return std::max<std::size_t>(4 << 20, plan.chunk_size);
}

constexpr unsigned reader_count = 2;
constexpr unsigned waiting_batches = 2;

class Pipeline {
  public:
    Pipeline(BlockSource& source, BackupPlan& plan, PackWriter& packs, Progress& progress,
             const std::stop_token& stop)
        : source_(source),
          plan_(plan),
          packs_(packs),
          progress_(progress),
          stop_(stop),
          batch_chunks_(batch_size(plan) / plan.chunk_size) {}

    void run() {
        {
            std::vector<std::jthread> workers;
            std::vector<std::jthread> readers;
            try {
                for (unsigned i = 0; i < worker_limit(); ++i)
                    workers.emplace_back([this, i] { guard([this, i] { store_chunks(i); }); });
                for (unsigned i = 0; i < reader_count; ++i)
                    readers.emplace_back([this] { guard([this] { read_chunks(); }); });
                for (std::size_t i = 0; i < buffer_count(); ++i) free_buffers_.push(AlignedBuffer());
            } catch (...) {
                abort();  // no more threads are to be had: those that run must not wait for ever
                throw;
            }
            readers.clear();  // waits for them
            batches_.close();
            share_.finish();
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
    unsigned worker_limit() const {
        auto batches = (plan_.to_read.size() + batch_chunks_ - 1) / batch_chunks_;
        return static_cast<unsigned>(std::clamp<std::size_t>(batches, 1, worker_count()));
    }
    std::size_t buffer_count() const { return worker_limit() + reader_count + waiting_batches; }

    void abort() {
        batches_.abort();
        free_buffers_.abort();
        share_.finish();
    }

    template <typename Work>
    void guard(Work work) {
        try {
            work();
        } catch (...) {
            error_.keep_current();
            abort();
        }
    }

    void read_chunks() {
        while (true) {
            std::size_t first = next_.fetch_add(batch_chunks_);
            if (first >= plan_.to_read.size()) return;
            throw_if_stopped(stop_);
            auto buffer = free_buffers_.pop();
            if (!buffer) return;
            auto numbers = std::span(plan_.to_read)
                               .subspan(first, std::min(batch_chunks_, plan_.to_read.size() - first));
            if (buffer->size() == 0) *buffer = AlignedBuffer(batch_size(plan_));
            read(numbers, *buffer);
            if (!batches_.push({numbers, std::move(*buffer)})) return;
        }
    }

    // Chunks that are neighbours on the disk are read at one stroke.
    void read(std::span<const std::uint32_t> numbers, AlignedBuffer& buffer) {
        std::size_t filled = 0;
        for (std::size_t i = 0; i < numbers.size();) {
            std::size_t begin = i;
            std::uint64_t length = 0;
            do {
                length += plan_.chunk_length(numbers[i++]);
            } while (i < numbers.size() && numbers[i] == numbers[i - 1] + 1);
            source_.read(numbers[begin] * plan_.chunk_size, {buffer.data() + filled, length});
            filled += length;
            read_bytes_ += length;
            progress_.read_bytes += length;
        }
    }

    std::optional<Batch> next_batch(unsigned worker) {
        share_.wait_for_turn(worker);
        return batches_.pop();
    }

    void store_chunks(unsigned worker) {
        while (auto batch = next_batch(worker)) {
            throw_if_stopped(stop_);
            store(*batch);
            free_buffers_.push(std::move(batch->buffer));
        }
    }

    // Zero chunks keep the empty id: see store_zeros.
    void store(const Batch& batch) {
        std::vector<std::uint32_t> numbers;
        std::vector<ByteView> chunks;
        const std::byte* at = batch.buffer.data();
        for (std::uint32_t number : batch.numbers) {
            ByteView bytes(at, plan_.chunk_length(number));
            at += bytes.size();
            if (is_all_zero(bytes)) {
                progress_.processed_bytes += bytes.size();
                continue;
            }
            numbers.push_back(number);
            chunks.push_back(bytes);
        }
        auto hashes = sha256_each(chunks);
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            plan_.content[numbers[i]] = save(BlobId(hashes[i]), chunks[i]);
            progress_.processed_bytes += chunks[i].size();
        }
    }

    // Chunks without an id are holes, or were all zero: one blob for all of them, another for a shorter last
    // one.
    void store_zeros() {
        for (std::uint64_t i = 0; i < plan_.content.size(); ++i) {
            if (plan_.content[i] != BlobId()) continue;
            std::uint64_t length = plan_.chunk_length(i);
            BlobId zero = zero_blob_id(length);
            if (stored_zeros_.insert(zero).second) save(zero, Bytes(length));
            plan_.content[i] = zero;
        }
    }

    BlobId save(const BlobId& id, ByteView bytes) {
        SavedBlob saved = packs_.save(BlobType::data, id, bytes);
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
    const std::size_t batch_chunks_;
    PipelineShare share_;
    BoundedQueue<Batch> batches_{waiting_batches};
    BoundedQueue<AlignedBuffer> free_buffers_{SIZE_MAX};  // buffer_count() of them in all, so it never fills
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
