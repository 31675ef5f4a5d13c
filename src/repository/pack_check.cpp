#include "repository/pack_check.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "repository/blob_run.hpp"
#include "repository/damage.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

class PackReader {
  public:
    PackReader(Store& store, const BlobIndex& index, const PackList::Pack& pack, std::uint64_t file_size,
               RunBuffers& buffers)
        : store_(store),
          buffers_(buffers),
          index_(index),
          pack_(pack),
          file_size_(file_size),
          name_{FileType::pack, FileId(pack.id.bytes())} {}

    PackCheck run() {
        for (auto rest = pack_.blobs; !rest.empty();) rest = rest.subspan(check_run(rest));
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

    // The file's bytes up to `end`; each is hashed once. Where they cannot be read the next call goes on
    // behind them.
    std::span<std::byte> take_up_to(std::uint64_t end) {
        std::uint64_t begin = std::exchange(read_, end);
        try {
            auto bytes = load_run(store_, pack_.id, begin, end, buffers_.sealed);
            hash_.update(bytes);
            return bytes;
        } catch (...) {
            unreadable_ = true;
            throw;
        }
    }

    void skip_to(std::uint64_t offset) {
        while (read_ < offset) take_up_to(std::min(read_ + longest_run, offset));
    }

    // Reads and opens as many of the blobs as stand one behind the other, at least one. How many that were.
    std::size_t check_run(std::span<const BlobIndex::Position> blobs) {
        std::vector<BlobToOpen> run;
        std::uint64_t end = read_;
        std::size_t plain_size = 0;
        for (auto position : blobs) {
            auto location = index_.at(position);
            const auto& blob = location.blob;
            bool possible = blob.offset >= end && std::uint64_t(blob.offset) + blob.length <= file_size_;
            if (run.empty() && !possible) {
                add(subject() + " does not hold the blob " + blob.id.to_string().substr(0, 8) +
                    " where the index says");
                result_.damaged.push_back(position);
                return 1;
            }
            bool fits = run.empty() || (blob.offset == end && end - read_ + blob.length <= longest_run &&
                                        plain_size + blob.plain_size() <= most_plain);
            if (!possible || !fits) break;
            run.push_back({location, {}});
            plain_size += blob.plain_size();
            end = std::uint64_t(blob.offset) + blob.length;
        }
        make_room(buffers_.plain, plain_size);
        std::byte* into = buffers_.plain.data();
        for (auto& blob : run) {
            blob.into = {into, blob.location.blob.plain_size()};
            into += blob.into.size();
        }
        open(run, blobs);
        return run.size();
    }

    void open(std::span<const BlobToOpen> run, std::span<const BlobIndex::Position> positions) {
        std::uint64_t begin = run.front().location.blob.offset;
        const auto& last = run.back().location.blob;
        try {
            skip_to(begin);
            auto bytes = take_up_to(std::uint64_t(last.offset) + last.length);
            for (const auto& damaged : open_run(store_, bytes, begin, run)) {
                add(damaged.error.happened());
                result_.damaged.push_back(positions[damaged.number]);
            }
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            add(error.happened());
            open_each(run, positions);
            read_ = std::uint64_t(last.offset) + last.length;
        }
    }

    // Which of the blobs can be read, where all of them together cannot.
    void open_each(std::span<const BlobToOpen> run, std::span<const BlobIndex::Position> positions) {
        for (std::size_t i = 0; i < run.size(); ++i) {
            const auto& blob = run[i].location.blob;
            try {
                auto end = std::uint64_t(blob.offset) + blob.length;
                auto bytes = load_run(store_, pack_.id, blob.offset, end, buffers_.sealed);
                auto damaged = open_run(store_, bytes, blob.offset, run.subspan(i, 1));
                if (damaged.empty()) continue;
                add(damaged.front().error.happened());
            } catch (const Error& error) {
                if (!is_damage(error)) throw;
                add(error.happened());
            }
            result_.damaged.push_back(positions[i]);
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
            ByteView end = take_up_to(file_size_);
            auto length = parse_pack_header_length(end.last(4), file_size_, subject());
            if (length + 4 != end.size())
                throw Error(ErrorKind::corrupt, subject() + " holds other blobs than the index says");
            auto blobs = parse_pack_header(store_.cipher().open(end.first(length), subject()), subject());
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
    RunBuffers& buffers_;
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
    thread_local RunBuffers buffers;  // the threads of a check end with it
    return PackReader(store, index, pack, file_size, buffers).run();
}

}  // namespace holdfast::repository
