#include "repository/pack_check.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "repository/damage.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

class PackReader {
  public:
    PackReader(Store& store, const BlobIndex& index, const PackList::Pack& pack, std::uint64_t file_size)
        : store_(store),
          index_(index),
          pack_(pack),
          file_size_(file_size),
          name_{FileType::pack, FileId(pack.id.bytes())} {}

    PackCheck run() {
        for (auto position : pack_.blobs) check_blob(position);
        check_header();
        if (!unreadable_ && PackId(hash_.finish()) != pack_.id)
            add(subject() + " is damaged: its contents do not match its name");
        return std::move(result_);
    }

  private:
    std::string subject() const { return "The pack file " + store_.backend().describe(name_); }
    // A file that cannot be read at all says so once.
    void add(const std::string& problem) {
        if (result_.problems.empty() || result_.problems.back() != problem)
            result_.problems.push_back(problem);
    }

    // The next bytes of the file; each is hashed once. Where they cannot be read the next call goes on behind
    // them.
    Bytes take(std::uint64_t size) {
        Bytes bytes(size);
        std::uint64_t offset = std::exchange(read_, read_ + size);
        try {
            store_.backend().load(name_, offset, bytes);
        } catch (...) {
            unreadable_ = true;
            throw;
        }
        hash_.update(bytes);
        return bytes;
    }

    void skip_to(std::uint64_t offset) {
        constexpr std::uint64_t step = 4 << 20;
        while (read_ < offset) take(std::min(step, offset - read_));
    }

    void check_blob(BlobIndex::Position position) {
        auto location = index_.at(position);
        const auto& blob = location.blob;
        if (blob.offset < read_ || std::uint64_t(blob.offset) + blob.length > file_size_) {
            add(subject() + " does not hold the blob " + blob.id.to_string().substr(0, 8) +
                " where the index says");
            result_.damaged.push_back(position);
            return;
        }
        try {
            skip_to(blob.offset);
            store_.open_blob(take(blob.length), location);
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            add(error.happened());
            result_.damaged.push_back(position);
        }
    }

    void check_header() {
        try {
            std::uint64_t rest = file_size_ - read_;
            if (rest < 4 || rest > max_pack_header_size + 4) {
                skip_to(file_size_);
                throw Error(ErrorKind::corrupt,
                            subject() + " is damaged: its header has an impossible length");
            }
            Bytes end = take(rest);
            auto length = parse_pack_header_length(ByteView(end).last(4), file_size_, subject());
            if (length + 4 != end.size())
                throw Error(ErrorKind::corrupt, subject() + " holds other blobs than the index says");
            auto blobs =
                parse_pack_header(store_.cipher().open(ByteView(end).first(length), subject()), subject());
            bool same = std::ranges::equal(blobs, pack_.blobs,
                                           [&](const PackedBlob& blob, BlobIndex::Position position) {
                                               return blob == index_.at(position).blob;
                                           });
            if (!same) throw Error(ErrorKind::corrupt, subject() + " holds other blobs than the index says");
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            add(error.happened());
        }
    }

    Store& store_;
    const BlobIndex& index_;
    const PackList::Pack& pack_;
    const std::uint64_t file_size_;
    const FileName name_;
    std::uint64_t read_ = 0;
    bool unreadable_ = false;  // some part of the file
    Sha256 hash_;
    PackCheck result_;
};

}  // namespace

PackCheck check_pack(Store& store, const BlobIndex& index, const PackList::Pack& pack,
                     std::uint64_t file_size) {
    return PackReader(store, index, pack, file_size).run();
}

}  // namespace holdfast::repository
