// Files read and written past the page cache (O_DIRECT), where the file system can: several times faster for
// large files, and the cache stays with those who need it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <span>

#include "base/file.hpp"

namespace holdfast {

// What every disk takes: multiples of it as offset, length and address of direct I/O.
constexpr std::size_t direct_alignment = 4096;

constexpr std::uint64_t aligned_down(std::uint64_t value) {
    return value / direct_alignment * direct_alignment;
}
constexpr std::uint64_t aligned_up(std::uint64_t value) {
    return aligned_down(value + direct_alignment - 1);
}

// Memory for direct I/O. Its bytes are not set to anything; meant to be used again and again.
class AlignedBuffer {
  public:
    AlignedBuffer() = default;
    explicit AlignedBuffer(std::size_t size);

    std::byte* data() const { return bytes_.get(); }
    std::size_t size() const { return size_; }
    std::span<std::byte> first(std::size_t count) const { return {data(), count}; }

  private:
    struct Free {
        void operator()(std::byte* bytes) const { std::free(bytes); }
    };
    std::unique_ptr<std::byte[], Free> bytes_;
    std::size_t size_ = 0;
};

// An open file or block device. Any thread; ranges written at the same time must not overlap. Any offset,
// length and address will do: what is aligned goes straight from and to the caller's memory. Throws io.
class DirectFile {
  public:
    // `flags` and `mode` as for open(2), without O_DIRECT, which is used where it can be. To write directly
    // into a new file, `mode` must let the owner write.
    explicit DirectFile(std::filesystem::path path, int flags, mode_t mode = 0600);
    // Of a file that is open already; `path` is for errors.
    DirectFile(UniqueFd file, std::filesystem::path path);

    int fd() const { return buffered_.get(); }
    const std::filesystem::path& path() const { return path_; }

    // How many bytes were read: less than asked for only at the end of the file. What is for the most part in
    // the page cache is taken from there.
    std::size_t read(std::uint64_t offset, std::span<std::byte> into) const;
    void write(std::uint64_t offset, std::span<const std::byte> bytes) const;
    // What was written, and the file's size, are on stable storage afterwards; its name may not be.
    void sync() const;

  private:
    std::size_t read_direct(std::uint64_t offset, std::span<std::byte> into) const;
    std::size_t read_once(int fd, std::uint64_t offset, std::span<std::byte> into) const;
    void write_to(int fd, std::uint64_t offset, std::span<const std::byte> bytes) const;

    std::filesystem::path path_;
    UniqueFd buffered_;
    UniqueFd direct_;  // none where the file system has no direct I/O
};

}  // namespace holdfast
