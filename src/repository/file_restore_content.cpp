// The content of restored files: blobs in the order of their packs.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <tuple>

#include "base/random.hpp"
#include "base/text.hpp"
#include "repository/file_restore_run.hpp"
#include "repository/file_time.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t hole_size = 4 << 10;  // zeros of fewer bytes are written

using State = RestoredFile::State;

void write_at(int file, ByteView bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        ssize_t count = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw os_error("Writing failed", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

// How many bytes up to the next border of a block in the file.
std::size_t block_length(std::uint64_t offset, std::size_t available) {
    return std::min<std::uint64_t>(available, hole_size - offset % hole_size);
}

// Into a file that reads as zeros: blocks of zeros are passed over.
void write_sparse(int file, ByteView bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        std::size_t length = 0;
        bool is_zero = false;
        while (length < bytes.size()) {
            std::size_t block = block_length(offset + length, bytes.size() - length);
            bool block_is_zero = is_all_zero(bytes.subspan(length, block));
            if (length > 0 && block_is_zero != is_zero) break;
            is_zero = block_is_zero;
            length += block;
        }
        if (!is_zero) write_at(file, bytes.first(length), offset);
        bytes = bytes.subspan(length);
        offset += length;
    }
}

bool is_unchanged(const struct stat& status, const Node& node) {
    auto time = parse_file_time(node.mtime);
    return S_ISREG(status.st_mode) && static_cast<std::uint64_t>(status.st_size) == node.size && time &&
           time->tv_sec == status.st_mtim.tv_sec && time->tv_nsec == status.st_mtim.tv_nsec;
}

// Of a file that is not whole yet.
std::string unfinished_name() {
    std::array<std::byte, 8> random;
    fill_random(random);
    return ".holdfast-" + to_hex(random);
}

}  // namespace

void FileRestoreRun::restore_batch(RestoreBatch& batch) {
    for (const auto& file : batch.files) open_for_writing(*file);
    auto& writes = batch.writes;
    std::erase_if(writes, [&](const auto& write) {
        std::lock_guard guard(write.file->mutex);
        bool is_over = write.file->state != State::written;
        if (is_over) progress_.processed_bytes += write.location.blob.plain_size();
        return is_over;
    });
    std::ranges::sort(writes, {}, [](const auto& write) {
        return std::tuple(write.location.pack, write.location.blob.offset);
    });
    for (std::size_t first = 0; first < writes.size();) {
        RunPlace place = place_of(writes[first]);
        std::size_t last = first + 1;
        while (last < writes.size() &&
               (writes[last].blob == writes[last - 1].blob || place.take(place_of(writes[last]))))
            ++last;
        write_run(std::span(writes).subspan(first, last - first), place.plain_size);
        first = last;
    }
    for (const auto& file : batch.files) finish_writes(file);
}

RunPlace FileRestoreRun::place_of(const RestoreBatch::Write& write) const {
    const auto& blob = write.location.blob;
    return {.pack = index_.pack_number(write.blob),
            .begin = blob.offset,
            .end = std::uint64_t(blob.offset) + blob.length,
            .plain_size = blob.plain_size()};
}

// `plain_size` is that of the blobs together, each once.
void FileRestoreRun::write_run(std::span<const RestoreBatch::Write> writes, std::size_t plain_size) {
    thread_local RunBuffers buffers;  // these threads end with the run of tasks
    make_room(buffers.plain, plain_size);
    std::byte* end = buffers.plain.data();
    std::vector<BlobToOpen> blobs;
    auto is_repeated = [&](std::size_t i) { return i > 0 && writes[i].blob == writes[i - 1].blob; };
    for (std::size_t i = 0; i < writes.size(); ++i) {
        if (is_repeated(i)) continue;
        const auto& location = writes[i].location;
        blobs.push_back({location, {end, location.blob.plain_size()}});
        end += location.blob.plain_size();
    }
    auto damaged = fetch_run(store_, index_, blobs, buffers.sealed, progress_);
    std::size_t number = 0;
    for (std::size_t i = 0; i < writes.size(); ++i) {
        if (i > 0 && !is_repeated(i)) ++number;
        auto missing = std::ranges::find(damaged, number, &DamagedBlob::number);
        if (missing == damaged.end())
            write_blob(writes[i], blobs[number].into);
        else
            give_up(writes[i], missing->error);
    }
}

void FileRestoreRun::give_up(const RestoreBatch::Write& write, const Error& error) {
    progress_.processed_bytes += write.location.blob.plain_size();
    add_problem(write.file->path() + ": " + error.happened());
    std::lock_guard guard(write.file->mutex);
    write.file->state = State::failed;
}

void FileRestoreRun::write_blob(const RestoreBatch::Write& write, ByteView bytes) {
    RestoredFile& file = *write.file;
    progress_.processed_bytes += bytes.size();
    bool is_written = report_failure(file.path(), [&] { write_sparse(file.fd.get(), bytes, write.offset); });
    if (is_written) {
        restored_bytes_ += bytes.size();
        progress_.transferred_bytes += bytes.size();
    } else {
        std::lock_guard guard(file.mutex);
        file.state = State::failed;
    }
}

void FileRestoreRun::open_for_writing(RestoredFile& file) {
    std::lock_guard guard(file.mutex);
    if (file.state != State::closed) return;
    file.state = State::failed;
    report_failure(file.path(), [&] { file.state = make_file(file); });
}

RestoredFile::State FileRestoreRun::make_file(RestoredFile& file) {
    int folder = file.folder->fd.get();
    const char* name = file.node.name.c_str();
    struct stat status{};
    if (options_.overwrite == OverwriteFiles::if_changed &&
        ::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && is_unchanged(status, file.node))
        return State::kept;
    if (file.node.links > 1) {
        if (!clear_place(file.folder, file.node.name)) return State::kept;
        file.written_name = file.node.name;  // what links to it looks for it by its name
    } else {
        if (options_.overwrite == OverwriteFiles::never &&
            ::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
            return State::kept;
        file.written_name = unfinished_name();
    }
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    file.fd.reset(::openat(folder, file.written_name.c_str(), flags, 0600));
    if (!file.fd) throw os_error("Cannot make the file", errno);
    if (::ftruncate(file.fd.get(), static_cast<off_t>(file.node.size)) != 0)
        throw os_error("Cannot give the file its size", errno);
    return State::written;
}

void FileRestoreRun::finish_writes(const File& file) {
    if (--file->pending > 0) return;
    if (file->state == State::written) {
        add_problems(file->path(), restore_attributes(file->fd.get(), file->node, owners()));
        if (!report_failure(file->path(), [&] { put_in_place(*file); })) file->state = State::failed;
    }
    if (file->state == State::written) {
        ++files_;
    } else if (file->state == State::failed && file->fd) {
        // Not a file with gaps; links to it are emptied with it.
        if (::ftruncate(file->fd.get(), 0) != 0 ||
            ::unlinkat(file->folder->fd.get(), file->written_name.c_str(), 0) != 0)
            add_problem(
                os_error(file->path() + ": Cannot remove what was restored in part", errno).happened());
    }
    file->fd.reset();
    finish_part(file->folder);
}

// What stood there before is replaced by a file that is whole, or stays.
void FileRestoreRun::put_in_place(const RestoredFile& file) {
    if (file.written_name == file.node.name) return;
    int folder = file.folder->fd.get();
    if (::renameat(folder, file.written_name.c_str(), folder, file.node.name.c_str()) != 0)
        throw os_error("Cannot put the file in place", errno);
}

}  // namespace holdfast::repository
