#include "base/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace holdfast {

void UniqueFd::reset(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

UniqueFd open_file(const std::filesystem::path& path, int flags, mode_t mode) {
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
    if (!fd) throw os_error("Cannot open " + path.string(), errno);
    return fd;
}

std::string read_file(const std::filesystem::path& path, std::size_t limit) {
    UniqueFd fd = open_file(path, O_RDONLY);
    std::string text;
    while (true) {
        constexpr std::size_t step = 64 << 10;
        auto size = text.size();
        text.resize(size + step);
        ssize_t count = ::read(fd.get(), text.data() + size, step);
        if (count < 0 && errno == EINTR)
            count = 0, text.resize(size);
        else if (count < 0)
            throw os_error("Cannot read " + path.string(), errno);
        else {
            text.resize(size + static_cast<std::size_t>(count));
            if (count == 0) return text;
        }
        if (text.size() > limit)
            throw Error(ErrorKind::too_large,
                        "The file " + path.string() + " is larger than " + std::to_string(limit) + " bytes");
    }
}

void write_all(int fd, std::span<const std::byte> bytes, const std::filesystem::path& name_in_errors) {
    while (!bytes.empty()) {
        ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0) {
            if (errno == EINTR) continue;
            throw os_error("Cannot write " + name_in_errors.string(), errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void write_file_durably(const std::filesystem::path& path, std::span<const std::byte> bytes, mode_t mode) {
    std::filesystem::path temporary = path;
    temporary += ".new";
    UniqueFd fd = open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode);
    if (::fchmod(fd.get(), mode) != 0) throw os_error("Cannot set the mode of " + temporary.string(), errno);
    write_all(fd.get(), bytes, temporary);
    if (::fsync(fd.get()) != 0) throw os_error("Cannot write " + temporary.string() + " to disk", errno);
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        throw os_error("Cannot put " + path.string() + " in place", errno);
    sync_directory(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

void sync_directory(const std::filesystem::path& path) {
    UniqueFd fd = open_file(path, O_RDONLY | O_DIRECTORY);
    if (::fsync(fd.get()) != 0)
        throw os_error("Cannot write the folder " + path.string() + " to disk", errno);
}

void make_directories(const std::filesystem::path& path, mode_t mode) {
    if (path.empty() || std::filesystem::is_directory(path)) return;
    make_directories(path.parent_path(), mode);
    if (::mkdir(path.c_str(), mode) != 0) {
        if (errno == EEXIST) return;
        throw os_error("Cannot make the folder " + path.string(), errno);
    }
    // mkdir alone leaves out what the process's umask forbids.
    if (::chmod(path.c_str(), mode) != 0) throw os_error("Cannot set the mode of " + path.string(), errno);
}

FileLock::FileLock(const std::filesystem::path& path, std::string_view taken_message)
    : fd_(open_file(path, O_RDWR | O_CREAT, 0600)) {
    if (::flock(fd_.get(), LOCK_EX | LOCK_NB) == 0) return;
    if (errno == EWOULDBLOCK) throw Error(ErrorKind::conflict, std::string(taken_message));
    throw os_error("Cannot lock " + path.string(), errno);
}

TemporaryDirectory::TemporaryDirectory(const std::filesystem::path& parent) {
    std::string name = (parent / "holdfast-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw os_error("Cannot make a folder in " + parent.string(), errno);
    path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;  // nobody to tell; what stays is in a temporary folder
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace holdfast
