// Files: owned descriptors, whole reads with a limit, and writes that survive a power cut.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

namespace holdfast {

// Owns a file descriptor.
class UniqueFd {
  public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        if (this != &other) reset(std::exchange(other.fd_, -1));
        return *this;
    }
    ~UniqueFd() { reset(); }

    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }
    int release() { return std::exchange(fd_, -1); }
    void reset(int fd = -1);

  private:
    int fd_ = -1;
};

// open(2) with O_CLOEXEC; throws an io Error that names the path.
UniqueFd open_file(const std::filesystem::path& path, int flags, mode_t mode = 0600);

// The whole file. More than `limit` bytes is an error of kind too_large.
std::string read_file(const std::filesystem::path& path, std::size_t limit);

void write_all(int fd, std::span<const std::byte> bytes, const std::filesystem::path& name_in_errors);

// The file is there whole or not at all, also after a power cut: temporary name, fsync, rename, fsync of the
// folder.
void write_file_durably(const std::filesystem::path& path, std::span<const std::byte> bytes, mode_t mode);

void sync_directory(const std::filesystem::path& path);

// Makes the folder and its parents; new ones have `mode`, whatever the umask.
void make_directories(const std::filesystem::path& path, mode_t mode);

// An exclusive lock on a file for as long as the object lives (flock: gone with the process).
class FileLock {
  public:
    // Throws conflict with `taken_message` where another process holds it.
    FileLock(const std::filesystem::path& path, std::string_view taken_message);

  private:
    UniqueFd fd_;
};

// A new folder of mode 0700 that is removed with all that is in it.
class TemporaryDirectory {
  public:
    explicit TemporaryDirectory(const std::filesystem::path& parent = std::filesystem::temp_directory_path());
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace holdfast
