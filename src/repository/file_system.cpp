#include "repository/file_system.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/direct_file.hpp"
#include "base/error.hpp"
#include "base/file.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;

// From so many bytes on a read that is not in the page cache is faster past it.
constexpr std::size_t direct_read_size = 1 << 20;

Error too_short(const fs::path& path) {
    return {ErrorKind::corrupt, "The file " + path.string() + " is shorter than it was written"};
}

class PosixFileSystem : public FileSystem {
  public:
    void write_new_file(const fs::path& path, ByteView bytes) override {
        DirectFile file(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
        file.write(0, bytes);
        if (::fchmod(file.fd(), 0400) != 0)
            throw os_error("Cannot make " + path.string() + " read-only", errno);
        file.sync();
    }

    void rename(const fs::path& from, const fs::path& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0)
            throw os_error("Cannot put " + to.string() + " in place", errno);
    }

    bool remove(const fs::path& path) override {
        if (::unlink(path.c_str()) == 0) return true;
        if (errno == ENOENT) return false;
        throw os_error("Cannot remove " + path.string(), errno);
    }

    void sync_directory(const fs::path& path) override { holdfast::sync_directory(path); }

    void make_directories(const fs::path& path) override { holdfast::make_directories(path, 0700); }

    std::vector<FileEntry> list(const fs::path& path) override {
        std::vector<FileEntry> entries;
        std::error_code error;
        fs::directory_iterator directory(path, error);
        if (error == std::errc::no_such_file_or_directory) return entries;
        for (; !error && directory != fs::directory_iterator(); directory.increment(error)) {
            struct stat info{};
            // A file that was removed since the folder was opened is not there.
            if (::lstat(directory->path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
            entries.push_back(
                {directory->path().filename().string(), static_cast<std::uint64_t>(info.st_size)});
        }
        if (error) throw os_error("Cannot list " + path.string(), error.value());
        return entries;
    }

    std::optional<std::uint64_t> file_size(const fs::path& path) override {
        struct stat info{};
        if (::stat(path.c_str(), &info) == 0) {
            if (!S_ISREG(info.st_mode)) return std::nullopt;
            return static_cast<std::uint64_t>(info.st_size);
        }
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        throw os_error("Cannot look at " + path.string(), errno);
    }

    bool is_directory(const fs::path& path) override {
        std::error_code ignored;
        return fs::is_directory(path, ignored);
    }

    bool is_empty(const fs::path& path) override {
        std::error_code error;
        if (!fs::exists(path, error) && !error) return true;
        bool empty = !error && fs::is_directory(path, error) && fs::is_empty(path, error);
        if (error) throw os_error("Cannot look into " + path.string(), error.value());
        return empty;
    }

    void read(const fs::path& path, std::uint64_t offset, std::span<std::byte> into) override {
        UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!fd && errno == ENOENT)
            throw Error(ErrorKind::not_found, "The file " + path.string() + " does not exist");
        if (!fd) throw os_error("Cannot open " + path.string(), errno);
        if (into.size() >= direct_read_size) {
            if (DirectFile(std::move(fd), path).read(offset, into) < into.size()) throw too_short(path);
            return;
        }
        while (!into.empty()) {
            ssize_t count = ::pread(fd.get(), into.data(), into.size(), static_cast<off_t>(offset));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) throw os_error("Cannot read " + path.string(), errno);
            if (count == 0) throw too_short(path);
            offset += static_cast<std::uint64_t>(count);
            into = into.subspan(static_cast<std::size_t>(count));
        }
    }

    SpaceInfo space(const fs::path& path) override {
        struct statvfs info{};
        if (::statvfs(path.c_str(), &info) != 0)
            throw os_error("Cannot ask for the free space of " + path.string(), errno);
        return {info.f_blocks * info.f_frsize, info.f_bavail * info.f_frsize};
    }
};

}  // namespace

std::unique_ptr<FileSystem> posix_file_system() {
    return std::make_unique<PosixFileSystem>();
}

}  // namespace holdfast::repository
