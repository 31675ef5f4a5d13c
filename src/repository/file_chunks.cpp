#include "repository/file_chunks.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t buffer_size = 2 * max_chunk_size;
constexpr std::size_t read_size = 256 << 10;  // stays in a core's cache until it is cut
constexpr std::uint64_t ahead_size = 16 << 20;
constexpr std::size_t window_size = 64;  // so many zeros are a place to cut

bool is_sparse(int file) {
    struct stat status{};
    return ::fstat(file, &status) == 0 && status.st_blocks * 512 < status.st_size;
}

bool is_cached(int file) {
    std::byte byte;
    iovec into{&byte, 1};
    return ::preadv2(file, &into, 1, 0, RWF_NOWAIT) >= 0 || errno != EAGAIN;
}

}  // namespace

FileChunks::FileChunks(UniqueFd file, std::uint64_t size, const Chunker& chunker)
    : file_(std::move(file)), chunker_(chunker), size_(size), is_cold_(!is_cached(file_.get())) {
    if (!is_sparse(file_.get())) data_ = {0, size_};
    if (is_cold_) ::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
}

std::optional<FileChunks::Piece> FileChunks::next() {
    while (true) {
        std::size_t length = end_ - begin_;
        if (length > 0)
            if (auto cut = chunker_.find_end({buffer_.get() + begin_, length}, examined_))
                return take_piece(cut);
        examined_ = length;
        if (position_ == size_) return length == 0 ? std::nullopt : std::optional(take_piece(length));
        if (length == 0)
            if (auto zeros = skip_zero_chunks()) return Piece{.zero_chunks = zeros};
        read_more();
    }
}

FileChunks::Piece FileChunks::take_piece(std::size_t length) {
    Piece piece{.bytes = {buffer_.get() + begin_, length}, .owner = buffer_};
    begin_ += length;
    examined_ = 0;
    return piece;
}

// How many bytes from the position on are a hole.
std::uint64_t FileChunks::hole_ahead() {
    while (position_ >= data_.offset + data_.length) {
        auto at = static_cast<off_t>(position_);
        off_t data = ::lseek(file_.get(), at, SEEK_DATA);
        if (data < 0 && errno != ENXIO) {  // a file system that does not know
            data_ = {position_, size_ - position_};
            break;
        }
        if (data < 0 || static_cast<std::uint64_t>(data) >= size_) {
            data_ = {size_, 1};
            break;
        }
        off_t hole = ::lseek(file_.get(), data, SEEK_HOLE);
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
        std::memset(buffer_.get() + end_, 0, wanted);
    } else {
        read_ahead();
        ssize_t count = ::pread(file_.get(), buffer_.get() + end_, wanted, static_cast<off_t>(position_));
        if (count < 0 && errno == EINTR) return;
        if (count < 0) throw os_error("Reading failed", errno);
        wanted = static_cast<std::size_t>(count);
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
    auto buffer = std::make_shared_for_overwrite<std::byte[]>(buffer_size);
    if (end_ > begin_) std::memcpy(buffer.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    buffer_ = std::move(buffer);
}

void FileChunks::read_ahead() {
    if (!is_cold_ || position_ + ahead_size / 2 < advised_) return;
    // What was read lately stays, in case the system is still busy with it.
    if (position_ > ahead_size)
        ::posix_fadvise(file_.get(), 0, static_cast<off_t>(position_ - ahead_size), POSIX_FADV_DONTNEED);
    advised_ = std::max(advised_, position_);
    ::posix_fadvise(file_.get(), static_cast<off_t>(advised_),
                    static_cast<off_t>(position_ + ahead_size - advised_), POSIX_FADV_WILLNEED);
    advised_ = position_ + ahead_size;
}

}  // namespace holdfast::repository
