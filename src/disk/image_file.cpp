#include "disk/image_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

#include "base/direct_file.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "disk/extent_list.hpp"
#include "disk/nbd.hpp"

namespace holdfast::disk {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto nbd_deadline = 60s;

struct stat look_at(const DirectFile& file) {
    struct stat info{};
    if (::fstat(file.fd(), &info) != 0) throw os_error("Cannot look at " + file.path().string(), errno);
    return info;
}

std::uint64_t size_of(const DirectFile& file) {
    auto info = look_at(file);
    if (!S_ISBLK(info.st_mode)) return static_cast<std::uint64_t>(info.st_size);
    std::uint64_t size = 0;
    if (::ioctl(file.fd(), BLKGETSIZE64, &size) != 0)
        throw os_error("Cannot ask for the size of " + file.path().string(), errno);
    return size;
}

void check_range(const fs::path& path, std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
    if (offset > size || length > size - offset)
        throw Error(ErrorKind::internal, fmt::format("The range of {} bytes at offset {} lies outside {}",
                                                     length, offset, path.string()));
}

// QEMU marks what it does with an image by locks on single bytes of the file: one on the first while it may
// write, one on the second while it lets nobody else write. Source: QEMU's block/file-posix.c.
constexpr off_t lock_of_writers = 100 + 1;
constexpr off_t lock_against_writers = 200 + 1;

// Held until the file is closed. Where the file system has no locks there is nothing to ask.
void keep_writers_out(const DirectFile& file) {
    struct flock lock{
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = lock_of_writers, .l_len = 1, .l_pid = 0};
    if (::fcntl(file.fd(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
        throw Error(ErrorKind::conflict,
                    "Another program writes to the image " + file.path().string() + " meanwhile")
            .advise("Shut the virtual machine down, or back it up through its hypervisor.");
    lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = lock_against_writers, .l_len = 1, .l_pid = 0};
    ::fcntl(file.fd(), F_OFD_SETLK, &lock);
}

class RawSource : public BlockSource {
  public:
    explicit RawSource(DirectFile file) : file_(std::move(file)), size_(size_of(file_)) {
        keep_writers_out(file_);
    }

    std::uint64_t size() const override { return size_; }

    std::vector<Extent> data_extents() override {
        ExtentList found;
        for (std::uint64_t hole = 0; hole < size_;) {
            auto data = seek(hole, SEEK_DATA);
            if (!data || *data >= size_) break;  // nothing but a hole up to the end
            hole = std::min(seek(*data, SEEK_HOLE).value_or(size_), size_);
            found.add(*data, hole - *data);
        }
        return found.take();
    }

    void read(std::uint64_t offset, std::span<std::byte> into) override {
        check_range(file_.path(), offset, into.size(), size_);
        std::size_t count = file_.read(offset, into);
        if (count < into.size() || size_of(file_) != size_)
            throw Error(ErrorKind::io,
                        "The image " + file_.path().string() + " changed its size while it was read")
                .advise("See which program changes it, then try again.");
    }

  private:
    // The next data or hole; nothing where there is none. Where holes are not told, as with block devices,
    // all is data.
    std::optional<std::uint64_t> seek(std::uint64_t from, int what) const {
        off_t found = ::lseek(file_.fd(), static_cast<off_t>(from), what);
        if (found >= 0) return static_cast<std::uint64_t>(found);
        if (errno == EINVAL && what == SEEK_DATA) return from;
        if (errno == ENXIO || errno == EINVAL) return std::nullopt;
        throw os_error("Cannot look for holes in " + file_.path().string(), errno);
    }

    const DirectFile file_;
    const std::uint64_t size_;
};

class RawSink : public BlockSink {
  public:
    RawSink(DirectFile file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

    void write(std::uint64_t offset, std::span<const std::byte> bytes) override {
        check_range(file_.path(), offset, bytes.size(), size_);
        file_.write(offset, bytes);
    }

    void flush() override { file_.sync(); }

  private:
    const DirectFile file_;
    const std::uint64_t size_;
};

// Served by a child, which ends with this object.
class Qcow2Source : public BlockSource {
  public:
    explicit Qcow2Source(const fs::path& image)
        : server_(ImageServer::start(image, ImageFormat::qcow2, Access::read_only, folder_.path() / "nbd")),
          source_(NbdSource::connect(server_.address(), std::nullopt, nbd_deadline)) {}

    std::uint64_t size() const override { return source_->size(); }
    std::vector<Extent> data_extents() override { return source_->data_extents(); }
    void read(std::uint64_t offset, std::span<std::byte> into) override { source_->read(offset, into); }

  private:
    TemporaryDirectory folder_;
    ImageServer server_;
    std::unique_ptr<BlockSource> source_;
};

DirectFile open_existing(const fs::path& path, int flags) {
    std::error_code error;
    if (!fs::exists(path, error) && !error)
        throw Error(ErrorKind::not_found, "There is no image " + path.string());
    // Without waiting: opening a pipe would wait for somebody at its other end.
    DirectFile file(path, flags | O_NONBLOCK);
    mode_t type = look_at(file).st_mode;
    if (!S_ISREG(type) && !S_ISBLK(type))
        throw Error(ErrorKind::invalid_input, path.string() + " is neither a file nor a block device");
    return file;
}

std::unique_ptr<BlockSource> open_raw(const fs::path& path) {
    return std::make_unique<RawSource>(open_existing(path, O_RDONLY));
}

std::unique_ptr<BlockSource> open_by_name(const fs::path& path) {
    if (equal_ignoring_case(path.extension().native(), ".qcow2")) return std::make_unique<Qcow2Source>(path);
    DirectFile file = open_existing(path, O_RDONLY);
    std::array<std::byte, 4> magic{};
    std::size_t count = file.read(0, magic);
    if (as_text(magic).substr(0, count) == "QFI\xfb")
        throw Error(ErrorKind::invalid_input,
                    path.string() + " begins as a qcow2 image does, and is not named so")
            .advise(
                fmt::format("Give qcow2:{0} if it is one, or raw:{0} if it is a raw disk.", path.string()));
    return std::make_unique<RawSource>(std::move(file));
}

// Makes the first `size` bytes read as zeros.
void clear_device(const DirectFile& device, std::uint64_t size) {
    std::uint64_t capacity = size_of(device);
    if (capacity < size)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The device {} is too small: it has {} bytes, and the disk {}",
                                device.path().string(), capacity, size));
    std::uint64_t range[] = {0, std::min(aligned_up(size), capacity)};
    constexpr int discard = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    if (size == 0 || ::fallocate(device.fd(), discard, 0, static_cast<off_t>(range[1])) == 0) return;
    if (::ioctl(device.fd(), BLKZEROOUT, range) != 0)
        throw os_error("Cannot clear the device " + device.path().string(), errno);
}

std::unique_ptr<BlockSink> open_device_sink(const fs::path& path, std::uint64_t size) {
    UniqueFd device(::open(path.c_str(), O_RDWR | O_EXCL | O_CLOEXEC));
    if (!device && errno == EBUSY)
        throw Error(ErrorKind::conflict, "The device " + path.string() + " is in use")
            .advise("Unmount what is on it, then try again.");
    if (!device) throw os_error("Cannot open the device " + path.string(), errno);
    DirectFile file(std::move(device), path);
    clear_device(file, size);
    return std::make_unique<RawSink>(std::move(file), size);
}

}  // namespace

std::unique_ptr<BlockSource> open_image(const std::string& image) {
    for (std::string_view scheme : {"nbd://", "nbds://", "nbd+unix://", "nbds+unix://"})
        if (image.starts_with(scheme))
            return NbdSource::connect({.socket = {}, .export_name = {}, .uri = image}, std::nullopt,
                                      nbd_deadline);
    std::string_view path = image;
    auto has_prefix = [&](std::string_view prefix) {
        if (!path.starts_with(prefix)) return false;
        path.remove_prefix(prefix.size());
        return true;
    };
    if (has_prefix("raw:")) return open_raw(path);
    if (has_prefix("qcow2:")) return std::make_unique<Qcow2Source>(path);
    return open_by_name(path);
}

std::unique_ptr<BlockSink> create_raw_image(const fs::path& path, std::uint64_t size) {
    UniqueFd created(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!created) {
        int why = errno;
        std::error_code ignored;
        if (why == EEXIST && fs::is_block_file(path, ignored)) return open_device_sink(path, size);
        if (why == EEXIST)
            throw Error(ErrorKind::conflict, "The image " + path.string() + " exists already")
                .advise("Choose another name, or remove it first.");
        throw os_error("Cannot make the image " + path.string(), why);
    }
    DirectFile file(std::move(created), path);
    if (::ftruncate(file.fd(), static_cast<off_t>(size)) != 0) {
        int why = errno;
        std::error_code ignored;
        fs::remove(path, ignored);
        throw os_error("Cannot make the image " + path.string(), why);
    }
    return std::make_unique<RawSink>(std::move(file), size);
}

}  // namespace holdfast::disk
