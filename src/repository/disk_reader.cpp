#include "repository/disk_reader.hpp"

#include <algorithm>
#include <list>
#include <unordered_map>

#include "base/error.hpp"
#include "repository/disk_layout.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t cache_limit = 64 << 20;

// Chunks by id, so that equal chunks are kept once. Any thread.
class ChunkCache {
  public:
    std::shared_ptr<const Bytes> find(const BlobId& id) {
        std::lock_guard guard(mutex_);
        auto found = places_.find(id);
        if (found == places_.end()) return nullptr;
        chunks_.splice(chunks_.begin(), chunks_, found->second);
        return found->second->bytes;
    }

    void keep(const BlobId& id, std::shared_ptr<const Bytes> bytes) {
        std::lock_guard guard(mutex_);
        if (places_.contains(id)) return;
        size_ += bytes->size();
        chunks_.push_front({id, std::move(bytes)});
        places_[id] = chunks_.begin();
        while (size_ > cache_limit && chunks_.size() > 1) {
            size_ -= chunks_.back().bytes->size();
            places_.erase(chunks_.back().id);
            chunks_.pop_back();
        }
    }

  private:
    struct Chunk {
        BlobId id;
        std::shared_ptr<const Bytes> bytes;
    };
    std::mutex mutex_;
    std::list<Chunk> chunks_;  // the latest used first
    std::unordered_map<BlobId, std::list<Chunk>::iterator> places_;
    std::size_t size_ = 0;
};

class DiskReader : public BlockSource {
  public:
    DiskReader(std::shared_ptr<Store> store, std::shared_ptr<RepositoryLock> lock,
               std::shared_ptr<const BlobIndex> index, Node node)
        : lock_(std::move(lock)),
          store_(std::move(store)),
          index_(std::move(index)),
          name_(std::move(node.name)),
          layout_(DiskLayout::of_file(*index_, node)),
          content_(std::move(*node.content)) {}

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
                auto bytes = load(content_[number]);
                std::copy_n(bytes->begin() + static_cast<std::ptrdiff_t>(inside), count, into.begin());
            }
            offset += count;
            into = into.subspan(count);
        }
    }

  private:
    std::shared_ptr<const Bytes> load(const BlobId& id) {
        if (auto cached = cache_.find(id)) return cached;
        auto bytes = std::make_shared<const Bytes>(store_->load_blob(*index_, BlobType::data, id));
        cache_.keep(id, bytes);
        return bytes;
    }

    const std::shared_ptr<RepositoryLock> lock_;
    const std::shared_ptr<Store> store_;
    const std::shared_ptr<const BlobIndex> index_;
    const std::string name_;
    const DiskLayout layout_;
    const std::vector<BlobId> content_;
    ChunkCache cache_;
};

}  // namespace

std::unique_ptr<BlockSource> open_disk_reader(std::shared_ptr<Store> store,
                                              std::shared_ptr<RepositoryLock> lock,
                                              std::shared_ptr<const BlobIndex> index, Node node) {
    return std::make_unique<DiskReader>(std::move(store), std::move(lock), std::move(index), std::move(node));
}

}  // namespace holdfast::repository
