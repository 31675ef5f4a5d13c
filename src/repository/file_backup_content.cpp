// The content of files: small ones at one stroke, large ones chunk by chunk.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "repository/disk_layout.hpp"
#include "repository/file_backup_run.hpp"
#include "repository/file_time.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

using Urgency = TaskQueue::Urgency;

bool is_same_time(const timespec& time, const std::string& known) {
    auto parsed = parse_file_time(known);
    return parsed && parsed->tv_sec == time.tv_sec && parsed->tv_nsec == time.tv_nsec;
}

// What restic goes by, too.
bool is_unchanged(const Node& known, const struct stat& status) {
    return known.type == "file" && known.content &&
           known.size == static_cast<std::uint64_t>(status.st_size) && known.inode == status.st_ino &&
           is_same_time(status.st_mtim, known.mtime) && is_same_time(status.st_ctim, known.ctime);
}

// Up to the end of the file, or as much as there is room for.
std::size_t read_up_to(int file, std::span<std::byte> into) {
    std::size_t filled = 0;
    while (filled < into.size()) {
        ssize_t count = ::read(file, into.data() + filled, into.size() - filled);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw os_error("Reading failed", errno);
        if (count == 0) break;
        filled += static_cast<std::size_t>(count);
    }
    return filled;
}

}  // namespace

// Without opening it. The parent's content must still be there; what else is known of the file is new.
bool FileBackupRun::take_unchanged(FolderRun& folder, std::size_t slot, const struct stat& status) {
    const Node* known = folder.known.find(folder.entries[slot].name);
    if (known == nullptr || !is_unchanged(*known, status)) return false;
    for (const auto& id : *known->content)
        if (!index_.contains(BlobType::data, id)) {
            add_problem("Parts of " + path_of(folder, slot) +
                        " are missing from the repository; the file is read again");
            return false;
        }
    Node node = describe_file(folder.entries[slot].name, status, names_);
    node.extended_attributes = known->extended_attributes;  // a change of these would have set st_ctim
    node.content = known->content;
    finish_entry(folder, slot, node);
    ++unchanged_files_;
    progress_.processed_bytes += node.size;
    return true;
}

void FileBackupRun::back_up_file(const Folder& folder, std::size_t slot, const struct stat& status,
                                 SmallFiles& small) {
    progress_.total_bytes += static_cast<std::uint64_t>(status.st_size);
    if (take_unchanged(*folder, slot, status)) return;
    const std::string& name = folder->entries[slot].name;
    std::string path = path_of(*folder, slot);
    UniqueFd file;
    struct stat opened{};
    Node node;
    bool is_open = report_failure(path, [&] {
        // Should it have become a pipe meanwhile, opening must not wait for a writer.
        constexpr int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
        file.reset(folder->target == nullptr ? ::openat(folder->fd.get(), name.c_str(), flags)
                                             : ::open(path.c_str(), flags));
        if (!file || ::fstat(file.get(), &opened) != 0) throw os_error("Cannot open the file", errno);
        if (!S_ISREG(opened.st_mode)) throw Error(ErrorKind::io, "It is not a regular file any more");
        node = describe_file(name, opened, names_);
        node.extended_attributes = read_attributes(file.get());
    });
    if (!is_open) return;
    node.content.emplace();
    if (node.size <= min_chunk_size)
        return read_small_file(folder, slot, file.get(), opened, std::move(node), small);
    ++folder->pending;
    std::uint64_t size = node.size;
    std::shared_ptr<LargeFileRun> large(new LargeFileRun{
        folder, slot, opened, std::move(node), FileChunks(std::move(file), path, size, chunker_), {}, {}});
    tasks_.push(Urgency::middle, [this, large] { read_chunk(large); });
}

void FileBackupRun::read_small_file(const Folder& folder, std::size_t slot, int file,
                                    const struct stat& status, Node node, SmallFiles& small) {
    std::string path = path_of(*folder, slot);
    if (small.buffer.size() - small.used < node.size) hand_over(folder, small);
    if (small.buffer.size() == 0) small.buffer = take_buffer();
    std::span<std::byte> content(small.buffer.data() + small.used, node.size);
    std::size_t size = 0;
    if (!report_failure(path, [&] { size = read_up_to(file, content); })) return;
    node.size = size;
    count_read(size);
    progress_.processed_bytes += size;
    report_change(path, file, status);
    small.used += size;
    small.files.push_back({slot, std::move(node), content.first(size)});
}

// What is read is saved by another task, and reading goes on.
void FileBackupRun::hand_over(const Folder& folder, SmallFiles& small) {
    if (small.files.empty()) return;
    ++folder->pending;
    tasks_.push(Urgency::high, [this, folder, read = std::exchange(small, {})]() mutable {
        save_small_files(folder, read);
    });
}

void FileBackupRun::save_small_files(const Folder& folder, SmallFiles& small) {
    std::vector<ByteView> contents;
    for (const auto& file : small.files) contents.push_back(file.content);
    auto hashes = sha256_each(contents);
    for (std::size_t i = 0; i < contents.size(); ++i) {
        auto& [slot, node, content] = small.files[i];
        if (!content.empty()) node.content->push_back(save(BlobType::data, BlobId(hashes[i]), content));
        finish_file(*folder, slot, node);
    }
    {
        std::lock_guard guard(mutex_);
        buffers_.push_back(std::move(small.buffer));
    }
    finish_part(folder);
}

AlignedBuffer FileBackupRun::take_buffer() {
    constexpr std::size_t size = 1 << 20;
    static_assert(size >= min_chunk_size);
    std::lock_guard guard(mutex_);
    if (buffers_.empty()) return AlignedBuffer(size);
    AlignedBuffer buffer = std::move(buffers_.back());
    buffers_.pop_back();
    return buffer;
}

// One task at a time for each file: it passes the reading on to the next one before the chunk is saved.
void FileBackupRun::read_chunk(const std::shared_ptr<LargeFileRun>& file) {
    std::string path = path_of(*file->folder, file->slot);
    std::optional<FileChunks::Piece> piece;
    std::uint64_t read_before = file->chunks.read_bytes();
    std::uint64_t position_before = file->chunks.position();
    file->failed = !report_failure(path, [&] { piece = file->chunks.next(); });
    count_read(file->chunks.read_bytes() - read_before);
    progress_.processed_bytes += file->chunks.position() - position_before;
    if (!piece) {
        if (!file->failed) report_change(path, file->chunks.file(), file->status);
        return finish_chunk(file);
    }
    std::size_t number = file->content.size();
    if (piece->zero_chunks > 0) {
        add_zero_chunks(*file, piece->zero_chunks);
    } else {
        std::lock_guard guard(file->mutex);
        file->content.emplace_back();
        ++file->pending;
    }
    tasks_.push(Urgency::middle, [this, file] { read_chunk(file); });
    if (piece->zero_chunks == 0)
        tasks_.push(Urgency::high, [this, file, number, piece] { save_chunk(file, number, *piece); });
}

void FileBackupRun::save_chunk(const std::shared_ptr<LargeFileRun>& file, std::size_t number,
                               const FileChunks::Piece& piece) {
    BlobId id = save(BlobType::data, id_of<BlobId>(piece.bytes), piece.bytes);
    {
        std::lock_guard guard(file->mutex);
        file->content[number] = id;
    }
    finish_chunk(file);
}

void FileBackupRun::add_zero_chunks(LargeFileRun& file, std::uint64_t count) {
    std::call_once(zeros_saved_,
                   [&] { save(BlobType::data, zero_blob_id(min_chunk_size), Bytes(min_chunk_size)); });
    std::lock_guard guard(file.mutex);
    file.content.insert(file.content.end(), count, zero_blob_id(min_chunk_size));
}

void FileBackupRun::finish_chunk(const std::shared_ptr<LargeFileRun>& file) {
    {
        std::lock_guard guard(file->mutex);
        if (--file->pending > 0) return;
    }
    if (!file->failed) {
        file->node.size = file->chunks.position();
        file->node.content = std::move(file->content);
        finish_file(*file->folder, file->slot, file->node);
    }
    finish_part(file->folder);
}

void FileBackupRun::finish_file(FolderRun& folder, std::size_t slot, const Node& node) {
    ++(folder.known.find(node.name) == nullptr ? new_files_ : changed_files_);
    finish_entry(folder, slot, node);
}

// The content that was read may then be no content that the file ever had.
void FileBackupRun::report_change(const std::string& path, int file, const struct stat& before) {
    struct stat after{};
    bool is_same = ::fstat(file, &after) == 0 && after.st_size == before.st_size &&
                   after.st_mtim.tv_sec == before.st_mtim.tv_sec &&
                   after.st_mtim.tv_nsec == before.st_mtim.tv_nsec;
    if (!is_same) add_problem(path + " changed while it was read");
}

void FileBackupRun::count_read(std::uint64_t bytes) {
    read_bytes_ += bytes;
    progress_.read_bytes += bytes;
}

BlobId FileBackupRun::save(BlobType type, const BlobId& id, ByteView bytes) {
    SavedBlob saved = packs_.save(type, id, bytes);
    added_bytes_ += saved.added_bytes;
    progress_.transferred_bytes += saved.added_bytes;
    return saved.id;
}

}  // namespace holdfast::repository
