#include "repository/file_chunks.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t buffer_size = 2 * max_chunk_size;
constexpr std::size_t read_size = 1 << 20;
constexpr std::size_t window_size = 64;  // so many zeros are a place to cut
constexpr std::size_t max_free_buffers = 4;

bool is_sparse(int file) {
    struct stat status{};
    return ::fstat(file, &status) == 0 && status.st_blocks * 512 < status.st_size;
}

}  // namespace

FileChunks::FileChunks(UniqueFd file, std::filesystem::path path, std::uint64_t size, const Chunker& chunker)
    : file_(std::move(file), std::move(path)),
      chunker_(chunker),
      size_(size),
      free_(std::make_shared<FreeBuffers>()) {
    free_->buffers.reserve(max_free_buffers);
    if (!is_sparse(file_.fd())) data_ = {0, size_};
}

std::optional<FileChunks::Piece> FileChunks::next() {
    while (true) {
        std::size_t length = end_ - begin_;
        if (length > 0)
            if (auto cut = chunker_.find_end({buffer_->data() + begin_, length}, examined_))
                return take_piece(cut);
        examined_ = length;
        if (position_ == size_) return length == 0 ? std::nullopt : std::optional(take_piece(length));
        if (length == 0)
            if (auto zeros = skip_zero_chunks()) return Piece{.zero_chunks = zeros};
        read_more();
    }
}

FileChunks::Piece FileChunks::take_piece(std::size_t length) {
    Piece piece{.bytes = {buffer_->data() + begin_, length}, .owner = buffer_};
    begin_ += length;
    examined_ = 0;
    return piece;
}

// How many bytes from the position on are a hole.
std::uint64_t FileChunks::hole_ahead() {
    while (position_ >= data_.offset + data_.length) {
        auto at = static_cast<off_t>(position_);
        off_t data = ::lseek(file_.fd(), at, SEEK_DATA);
        if (data < 0 && errno != ENXIO) {  // a file system that does not know
            data_ = {position_, size_ - position_};
            break;
        }
        if (data < 0 || static_cast<std::uint64_t>(data) >= size_) {
            data_ = {size_, 1};
            break;
        }
        off_t hole = ::lseek(file_.fd(), data, SEEK_HOLE);
        auto end = hole < 0 ? size_ : std::min(static_cast<std::uint64_t>(hole), size_);
        auto begin = static_cast<std::uint64_t>(data);
        data_ = {begin, std::max(end, begin + 1) - begin};
    }
    return data_.offset > position_ ? std::min(data_.offset, size_) - position_ : 0;
}

// At the start of a chunk: within zeros each is as short as it may be, because zeros are a place to cut.
std::uint64_t FileChunks::skip_zero_chunks() {
    std::uint64_t count = hole_ahead() / min_chunk_size;
    position_ += count * min_chunk_size;
    return count;
}

void FileChunks::read_more() {
    std::uint64_t hole = hole_ahead();
    std::uint64_t limit = hole > 0 ? hole : std::min(size_, data_.offset + data_.length) - position_;
    std::size_t wanted = std::min<std::uint64_t>(limit, read_size);
    if (hole > 0) {
        // No more than up to the cut, so that whole chunks of zeros follow.
        std::size_t length = end_ - begin_;
        std::size_t to_cut = length + window_size < min_chunk_size ? min_chunk_size - length : window_size;
        wanted = std::min<std::uint64_t>(hole, to_cut);
    }
    make_room(wanted);
    if (hole > 0) {
        std::memset(buffer_->data() + end_, 0, wanted);
    } else {
        wanted = file_.read(position_, {buffer_->data() + end_, wanted});
        if (wanted == 0) size_ = position_;  // it has shrunk
        read_bytes_ += wanted;
    }
    end_ += wanted;
    position_ += wanted;
}

// Chunks that were taken may still be in use, so the buffer is never overwritten: the chunk that is being cut
// moves to a new one.
void FileChunks::make_room(std::size_t length) {
    if (buffer_ != nullptr && end_ + length <= buffer_size) return;
    auto buffer = take_buffer();
    std::size_t kept = end_ - begin_;
    std::size_t begin = (position_ - kept) % direct_alignment;
    if (kept > 0) std::memcpy(buffer->data() + begin, buffer_->data() + begin_, kept);
    begin_ = begin;
    end_ = begin + kept;
    buffer_ = std::move(buffer);
}

std::shared_ptr<AlignedBuffer> FileChunks::take_buffer() {
    auto buffer = std::make_unique<AlignedBuffer>();
    {
        std::lock_guard lock(free_->mutex);
        if (!free_->buffers.empty()) {
            *buffer = std::move(free_->buffers.back());
            free_->buffers.pop_back();
        }
    }
    if (buffer->size() == 0) *buffer = AlignedBuffer(buffer_size);
    return {buffer.release(), [free = free_](AlignedBuffer* used) {
                std::unique_ptr<AlignedBuffer> owner(used);
                std::lock_guard lock(free->mutex);
                if (free->buffers.size() < max_free_buffers) free->buffers.push_back(std::move(*used));
            }};
}

}  // namespace holdfast::repository
