#include "base/direct_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace holdfast {
namespace {

constexpr std::size_t step_size = 1 << 20;  // of what goes through a buffer of ours
constexpr std::size_t huge_page_size = 2 << 20;

constexpr std::size_t up_to(std::size_t alignment, std::size_t size) {
    return (size + alignment - 1) / alignment * alignment;
}

bool is_aligned(const void* address) {
    return reinterpret_cast<std::uintptr_t>(address) % direct_alignment == 0;
}

// For memory of the caller's that is not aligned. Kept as long as the thread lives.
std::span<std::byte> step_buffer() {
    thread_local const AlignedBuffer buffer(step_size);
    return buffer.first(step_size);
}

// Whether most of the range is in the page cache. Asking by a read that must not wait (RWF_NOWAIT) would make
// the kernel read ahead, and everything would be read twice.
bool is_cached(int fd, std::uint64_t offset, std::size_t size) {
    constexpr std::size_t page = 4096;  // the smallest there is: with larger ones fewer entries are filled
    constexpr std::size_t most_pages = 4096;
    std::uint64_t begin = aligned_down(offset);
    std::size_t length =
        std::min<std::size_t>(static_cast<std::size_t>(offset + size - begin), most_pages * page);
    void* mapping = ::mmap(nullptr, length, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(begin));
    if (mapping == MAP_FAILED) return false;
    std::array<unsigned char, most_pages> resident{};
    bool known = ::mincore(mapping, length, resident.data()) == 0;
    ::munmap(mapping, length);
    auto pages = static_cast<std::ptrdiff_t>((length + page - 1) / page);
    auto count = std::count_if(resident.begin(), resident.begin() + pages, [](auto r) { return r & 1; });
    return known && count * 2 > pages;
}

}  // namespace

AlignedBuffer::AlignedBuffer(std::size_t size) : size_(size) {
    // Large ones in huge pages, where the system has them: what was read past every cache is walked through
    // several times, and fewer pages are looked up.
    bool is_huge = size >= huge_page_size;
    std::size_t alignment = is_huge ? huge_page_size : direct_alignment;
    bytes_.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, up_to(alignment, size))));
    if (!bytes_) throw std::bad_alloc();
    if (is_huge) ::madvise(bytes_.get(), up_to(alignment, size), MADV_HUGEPAGE);
}

DirectFile::DirectFile(std::filesystem::path path, int flags, mode_t mode)
    : DirectFile(open_file(path, flags, mode), path) {}

DirectFile::DirectFile(UniqueFd file, std::filesystem::path path)
    : path_(std::move(path)), buffered_(std::move(file)) {
    int access = ::fcntl(buffered_.get(), F_GETFL) & O_ACCMODE;
    // The very file that is open, whatever has been put in its place since.
    std::string same = "/proc/self/fd/" + std::to_string(buffered_.get());
    direct_.reset(::open(same.c_str(), access | O_DIRECT | O_CLOEXEC | O_NONBLOCK));
}

std::size_t DirectFile::read(std::uint64_t offset, std::span<std::byte> into) const {
    bool direct = direct_ && !into.empty() && !is_cached(buffered_.get(), offset, into.size());
    std::size_t done = 0;
    while (done < into.size()) {
        auto rest = into.subspan(done);
        std::size_t count =
            direct ? read_direct(offset + done, rest) : read_once(buffered_.get(), offset + done, rest);
        if (count == 0) break;
        done += count;
    }
    return done;
}

std::size_t DirectFile::read_direct(std::uint64_t offset, std::span<std::byte> into) const {
    if (offset % direct_alignment == 0 && is_aligned(into.data()) && into.size() >= direct_alignment)
        return read_once(direct_.get(), offset, into.first(aligned_down(into.size())));
    std::uint64_t begin = aligned_down(offset);
    std::uint64_t end = std::min(aligned_up(offset + into.size()), begin + step_size);
    auto buffer = step_buffer().first(static_cast<std::size_t>(end - begin));
    std::size_t count = read_once(direct_.get(), begin, buffer);
    auto before = static_cast<std::size_t>(offset - begin);
    if (count <= before) return 0;
    count = std::min(count - before, into.size());
    std::memcpy(into.data(), buffer.data() + before, count);
    return count;
}

std::size_t DirectFile::read_once(int fd, std::uint64_t offset, std::span<std::byte> into) const {
    while (true) {
        ssize_t count = ::pread(fd, into.data(), into.size(), static_cast<off_t>(offset));
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) throw os_error("Cannot read " + path_.string(), errno);
    }
}

void DirectFile::write(std::uint64_t offset, std::span<const std::byte> bytes) const {
    // Blocks that are written in part, at both ends, go through the page cache.
    std::uint64_t end = offset + bytes.size();
    std::uint64_t first = aligned_up(offset), last = aligned_down(end);
    if (!direct_ || first >= last) return write_to(buffered_.get(), offset, bytes);
    auto head = static_cast<std::size_t>(first - offset), tail = static_cast<std::size_t>(end - last);
    write_to(buffered_.get(), offset, bytes.first(head));
    auto middle = bytes.subspan(head, bytes.size() - head - tail);
    if (is_aligned(middle.data())) {
        write_to(direct_.get(), first, middle);
    } else {
        for (std::size_t done = 0; done < middle.size(); done += step_size) {
            auto step = middle.subspan(done, std::min(step_size, middle.size() - done));
            std::memcpy(step_buffer().data(), step.data(), step.size());
            write_to(direct_.get(), first + done, step_buffer().first(step.size()));
        }
    }
    write_to(buffered_.get(), last, bytes.last(tail));
}

void DirectFile::write_to(int fd, std::uint64_t offset, std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
        ssize_t count = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw os_error("Cannot write " + path_.string(), errno);
        fd = buffered_.get();  // takes the rest of a short write wherever it starts, or tells what is wrong
        offset += static_cast<std::uint64_t>(count);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void DirectFile::sync() const {
    if (::fdatasync(buffered_.get()) != 0)
        throw os_error("Cannot write " + path_.string() + " to disk", errno);
}

}  // namespace holdfast
