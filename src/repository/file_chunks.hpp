// A file's content, cut where restic cuts it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/direct_file.hpp"
#include "repository/block_device.hpp"
#include "repository/chunker.hpp"

namespace holdfast::repository {

// One thread at a time. Reads each byte once, and holes not at all.
class FileChunks {
  public:
    struct Piece {
        ByteView bytes;                              // one chunk; empty for zeros
        std::shared_ptr<const AlignedBuffer> owner;  // of the bytes
        std::uint64_t zero_chunks = 0;               // so many chunks of min_chunk_size zeros
    };

    // Up to `size` bytes of an open file, whatever is appended meanwhile. `path` is for errors.
    FileChunks(UniqueFd file, std::filesystem::path path, std::uint64_t size, const Chunker& chunker);

    // Nothing at the end, which may come early when the file has shrunk. io.
    std::optional<Piece> next();

    int file() const { return file_.fd(); }
    // Of the file that was looked at: read, or seen to be a hole.
    std::uint64_t position() const { return position_; }
    std::uint64_t read_bytes() const { return read_bytes_; }

  private:
    // Those of pieces that are done with: memory from the system is cleared first, which takes as long as
    // reading.
    struct FreeBuffers {
        std::mutex mutex;
        std::vector<AlignedBuffer> buffers;
    };

    Piece take_piece(std::size_t length);
    std::uint64_t hole_ahead();
    std::uint64_t skip_zero_chunks();
    void read_more();
    void make_room(std::size_t length);
    std::shared_ptr<AlignedBuffer> take_buffer();

    const DirectFile file_;
    const Chunker& chunker_;
    std::uint64_t size_;
    std::uint64_t position_ = 0;  // in the file, of the end of what is in the buffer
    Extent data_;                 // the last one found, at or behind the position
    std::uint64_t read_bytes_ = 0;

    std::shared_ptr<FreeBuffers> free_;
    // A byte of the file stands where its address suits direct reading.
    std::shared_ptr<AlignedBuffer> buffer_;
    std::size_t begin_ = 0;     // of the chunk that is being cut, in the buffer
    std::size_t end_ = 0;       // of what was read, in the buffer
    std::size_t examined_ = 0;  // bytes of the chunk in which there is no end
};

}  // namespace holdfast::repository
