#include "repository/disk_reader.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <thread>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "repository/chunk_cache.hpp"
#include "repository/disk_layout.hpp"
#include "repository/parallel.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t cache_limit = 64 << 20;
constexpr std::uint64_t read_ahead = 4 << 20;  // bytes of the disk before whoever reads it in order
constexpr std::size_t most_recent = 16;  // chunks asked for; as many as there are readers, and some more

class DiskReader : public BlockSource {
  public:
    DiskReader(std::shared_ptr<Store> store, std::shared_ptr<RepositoryLock> lock,
               std::shared_ptr<const BlobIndex> index, Node node)
        : lock_(std::move(lock)),
          store_(std::move(store)),
          index_(std::move(index)),
          name_(std::move(node.name)),
          layout_(DiskLayout::of_file(*index_, node)),
          content_(std::move(*node.content)) {
        for (unsigned i = 0; i < worker_count(); ++i)
            readers_.emplace_back([this](const std::stop_token& stop) { read_wanted(stop); });
    }

    std::uint64_t size() const override { return layout_.size(); }

    std::vector<Extent> data_extents() override { return layout_.data_extents(); }

    void read(std::uint64_t offset, std::span<std::byte> into) override {
        if (offset > size() || into.size() > size() - offset)
            throw Error(ErrorKind::invalid_input, "A read goes past the end of the disk " + name_);
        while (!into.empty()) {
            std::size_t number = layout_.chunk_at(offset);
            Extent chunk = layout_.chunk(number);
            std::uint64_t inside = offset - chunk.offset;
            auto count =
                static_cast<std::size_t>(std::min<std::uint64_t>(chunk.length - inside, into.size()));
            if (layout_.is_zero(number)) {
                std::ranges::fill(into.first(count), std::byte(0));
            } else {
                if (is_in_order(number)) want_behind(number);
                auto bytes = load(number);
                std::copy_n(bytes->begin() + static_cast<std::ptrdiff_t>(inside), count, into.begin());
            }
            offset += count;
            into = into.subspan(count);
        }
    }

  private:
    ChunkCache::Chunk load(std::size_t number) {
        const BlobId& id = content_[number];
        return cache_.get(id, [&](Bytes memory) {
            return store_->load_blob(*index_, BlobType::data, id, std::move(memory));
        });
    }

    // Whether the chunk before this one was asked for lately.
    bool is_in_order(std::size_t number) {
        std::lock_guard guard(mutex_);
        bool in_order = std::ranges::find(recent_, number - 1) != recent_.end();
        if (std::ranges::find(recent_, number) == recent_.end()) {
            if (recent_.size() == most_recent) recent_.pop_front();
            recent_.push_back(number);
        }
        return in_order;
    }

    // Has the chunks behind this one read ahead. Wishes that nobody has taken up yet make room for these.
    void want_behind(std::size_t number) {
        std::uint64_t end = layout_.chunk(number).offset + layout_.chunk(number).length + read_ahead;
        std::lock_guard guard(mutex_);
        for (++number; number < layout_.chunk_count() && layout_.chunk(number).offset < end; ++number) {
            if (layout_.is_zero(number) || cache_.contains(content_[number])) continue;
            if (std::ranges::find(wanted_, number) != wanted_.end()) continue;
            constexpr std::size_t most_wanted = 64;
            if (wanted_.size() == most_wanted) wanted_.pop_front();
            wanted_.push_back(number);
            more_wanted_.notify_one();
        }
    }

    void read_wanted(const std::stop_token& stop) {
        StopScope scope(stop);
        while (true) {
            std::unique_lock lock(mutex_);
            if (!more_wanted_.wait(lock, stop, [&] { return !wanted_.empty(); })) return;
            std::size_t number = wanted_.front();
            wanted_.pop_front();
            lock.unlock();
            try {
                load(number);
            } catch (const std::exception&) {
                // Told to whoever asks for the chunk himself.
            }
        }
    }

    const std::shared_ptr<RepositoryLock> lock_;
    const std::shared_ptr<Store> store_;
    const std::shared_ptr<const BlobIndex> index_;
    const std::string name_;
    const DiskLayout layout_;
    const std::vector<BlobId> content_;
    ChunkCache cache_{cache_limit};

    std::mutex mutex_;
    std::condition_variable_any more_wanted_;
    std::deque<std::size_t> recent_;     // chunks asked for lately
    std::deque<std::size_t> wanted_;     // chunks to be read ahead
    std::vector<std::jthread> readers_;  // the last member: they end before what they use
};

}  // namespace

std::unique_ptr<BlockSource> open_disk_reader(std::shared_ptr<Store> store,
                                              std::shared_ptr<RepositoryLock> lock,
                                              std::shared_ptr<const BlobIndex> index, Node node) {
    return std::make_unique<DiskReader>(std::move(store), std::move(lock), std::move(index), std::move(node));
}

}  // namespace holdfast::repository
