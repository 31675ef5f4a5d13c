#include "repository/file_restore.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "repository/disk_layout.hpp"
#include "repository/file_list.hpp"
#include "repository/file_restore_run.hpp"
#include "repository/parallel.hpp"

namespace holdfast::repository {
namespace {

constexpr std::uint64_t bytes_per_batch = 8 << 20;
constexpr std::size_t files_per_batch = 32;  // each is an open file
using Urgency = TaskQueue::Urgency;

// An entry of a folder that is open, never through a symbolic link.
UniqueFd open_entry(int folder, const std::string& name, int flags) {
    UniqueFd fd(::openat(folder, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) throw os_error("Cannot open it", errno);
    return fd;
}

void require(int result, const char* what) {
    if (result != 0) throw os_error(what, errno);
}

mode_t type_bits(const std::string& type) {
    return type == "dev"       ? S_IFBLK
           : type == "chardev" ? S_IFCHR
           : type == "fifo"    ? S_IFIFO
           : type == "socket"  ? S_IFSOCK
                               : throw Error(ErrorKind::corrupt, "The type \"" + type + "\" is unknown");
}

}  // namespace

RestoreFilesResult restore_entries(Store& store, const BlobIndex& index, const Node& entry,
                                   const std::filesystem::path& target, const RestoreFilesOptions& options,
                                   Progress& progress, const std::stop_token& stop) {
    auto amounts = measure_entry(store, index, entry, stop);
    progress.total_bytes += amounts.of(entry).bytes;
    return FileRestoreRun(store, index, amounts, options, progress).run(entry, target, stop);
}

RestoreFilesResult FileRestoreRun::run(const Node& entry, const std::filesystem::path& target,
                                       const std::stop_token& stop) {
    make_directories(target, 0700);
    root_ = std::make_shared<RestoredFolder>();
    root_->path = target.string();
    root_->fd = open_file(target, O_RDONLY | O_DIRECTORY);
    Tree tree = entry.subtree ? store_.load_tree(index_, *entry.subtree) : Tree{entry};
    steps_.push_back({root_, std::move(tree)});
    tasks_.push(Urgency::low, [this] { walk(); });
    tasks_.run(worker_count(), stop);
    return {.files = files_,
            .folders = folders_,
            .restored_bytes = restored_bytes_,
            .problems = problems_.take()};
}

void FileRestoreRun::add_problem(std::string problem) {
    std::lock_guard guard(mutex_);
    problems_.add(std::move(problem));
}

void FileRestoreRun::add_problems(const std::string& path, const std::vector<std::string>& refusals) {
    for (const auto& refusal : refusals) add_problem(path + ": " + refusal);
}

// Goes on until there is a batch to be fetched, which other threads then do.
void FileRestoreRun::walk() {
    while (!steps_.empty()) {
        Step& step = steps_.back();
        if (step.next == step.tree.size()) {
            Folder folder = std::move(step.folder);
            steps_.pop_back();
            finish_part(std::move(folder));
            continue;
        }
        visit(Folder(step.folder), std::move(step.tree[step.next++]));
        if (batch_->bytes < bytes_per_batch && batch_->files.size() < files_per_batch) continue;
        push_batch();
        tasks_.push(Urgency::low, [this] { walk(); });  // last: another thread goes on at once
        return;
    }
    push_batch();
}

void FileRestoreRun::visit(const Folder& folder, Node node) {
    std::string path = folder->path + "/" + node.name;
    std::uint64_t bytes = amounts_.of(node).bytes;
    bool is_begun = report_failure(path, [&] {
        if (node.type == "dir")
            enter_folder(folder, std::move(node));
        else if (node.type == "file")
            plan_file(folder, std::move(node));
        else
            make_other(folder, node);
    });
    if (!is_begun) progress_.processed_bytes += bytes;
}

void FileRestoreRun::enter_folder(const Folder& parent, Node node) {
    if (steps_.size() > deepest_folder) throw Error(ErrorKind::corrupt, "The folders are nested too deep");
    auto folder = std::make_shared<RestoredFolder>();
    folder->parent = parent;
    folder->path = parent->path + "/" + node.name;
    folder->fd = make_folder(parent, node);
    folder->node = std::move(node);
    ++parent->pending;
    steps_.push_back({folder, {}});
    // Its attributes are restored even where its tree is damaged.
    if (folder->node.subtree) steps_.back().tree = store_.load_tree(index_, *folder->node.subtree);
}

// An existing folder is used; with a link or file in its place, what overwriting files means holds.
UniqueFd FileRestoreRun::make_folder(const Folder& parent, const Node& node) {
    struct stat status{};
    const char* name = node.name.c_str();
    bool exists = ::fstatat(parent->fd.get(), name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!exists || !S_ISDIR(status.st_mode)) {
        if (!clear_place(parent, node.name)) throw Error(ErrorKind::io, "It exists and is no folder");
        require(::mkdirat(parent->fd.get(), name, 0700), "Cannot make the folder");
    }
    return open_entry(parent->fd.get(), node.name, O_RDONLY | O_DIRECTORY);
}

// Whether nothing stands there any more. False: what stands there shall be kept.
bool FileRestoreRun::clear_place(const Folder& folder, const std::string& name) {
    struct stat status{};
    if (::fstatat(folder->fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return true;
        throw os_error("Cannot look at it", errno);
    }
    if (options_.overwrite == OverwriteFiles::never) return false;
    require(::unlinkat(folder->fd.get(), name.c_str(), 0), "Cannot replace it");
    return true;
}

void FileRestoreRun::make_other(const Folder& folder, const Node& node) {
    if (!clear_place(folder, node.name)) return;
    std::string path = folder->path + "/" + node.name;
    int place = folder->fd.get();
    if (node.type == "symlink") {
        require(::symlinkat(node.link_target.c_str(), place, node.name.c_str()), "Cannot make the link");
        add_problems(path, restore_link_attributes(place, node, owners()));
    } else {
        require(::mknodat(place, node.name.c_str(), type_bits(node.type) | 0600, node.device),
                "Cannot make it");
        UniqueFd made = open_entry(place, node.name, O_PATH);
        add_problems(path, restore_attributes(made.get(), node, owners()));
    }
    ++files_;
}

void FileRestoreRun::plan_file(const Folder& folder, Node node) {
    if (node.links > 1 && link_file(folder, node)) return;
    require_whole(node);  // before anything is replaced
    auto file = std::make_shared<RestoredFile>();
    file->folder = folder;
    file->node = std::move(node);
    ++folder->pending;
    if (file->node.links > 1) open_for_writing(*file);  // links to it may follow
    ++file->pending;
    batch_->files.push_back(file);
    std::uint64_t offset = 0;
    for (const auto& id : file->node.content.value_or(std::vector<BlobId>())) {
        auto position = *index_.position(BlobType::data, id);
        auto location = index_.at(position);
        if (id == zero_chunk_)
            progress_.processed_bytes += location.blob.plain_size();  // the hole that is there already
        else
            add_write(file, offset, position, location);
        offset += location.blob.plain_size();
    }
    finish_writes(file);
}

void FileRestoreRun::require_whole(const Node& node) const {
    std::uint64_t size = 0;
    for (const auto& id : node.content.value_or(std::vector<BlobId>())) {
        auto location = index_.find(BlobType::data, id);
        if (!location)
            throw Error(ErrorKind::not_found, "A part of it (blob " + id.to_string().substr(0, 8) +
                                                  ") is missing from the repository");
        size += location->blob.plain_size();
    }
    if (size != node.size)
        throw Error(ErrorKind::corrupt, "Its parts have " + std::to_string(size) +
                                            " bytes, and it should have " + std::to_string(node.size));
}

void FileRestoreRun::add_write(const File& file, std::uint64_t offset, BlobIndex::Position blob,
                               const BlobLocation& location) {
    if (batch_->bytes >= bytes_per_batch) push_batch();
    if (batch_->files.empty() || batch_->files.back() != file) {
        ++file->pending;
        batch_->files.push_back(file);
    }
    batch_->writes.push_back({file, offset, blob, location});
    batch_->bytes += location.blob.plain_size();
}

// False for the first of several links, which is to be restored as a file.
bool FileRestoreRun::link_file(const Folder& folder, const Node& node) {
    std::string path = folder->path.substr(root_->path.size()) + "/" + node.name;
    auto [first, is_first] = links_.try_emplace({node.device_id, node.inode}, FirstLink{path, node.content});
    if (is_first || first->second.content != node.content) return false;
    if (clear_place(folder, node.name)) make_link(folder, node, first->second);
    progress_.processed_bytes += node.size;
    return true;
}

void FileRestoreRun::make_link(const Folder& folder, const Node& node, const FirstLink& first) {
    UniqueFd place(::fcntl(root_->fd.get(), F_DUPFD_CLOEXEC, 0));
    std::string_view rest = std::string_view(first.path).substr(1);
    for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
        place = open_entry(place.get(), std::string(rest.substr(0, slash)), O_PATH | O_DIRECTORY);
        rest.remove_prefix(slash + 1);
    }
    require(::linkat(place.get(), std::string(rest).c_str(), folder->fd.get(), node.name.c_str(), 0),
            "Cannot make the hard link");
    ++files_;
}

void FileRestoreRun::push_batch() {
    if (batch_->files.empty()) return;
    tasks_.push(Urgency::high, [this, batch = std::move(batch_)] { restore_batch(*batch); });
    batch_ = std::make_shared<RestoreBatch>();
}

// Something that the folder waits for is done. After the last, nothing in it changes its times any more.
void FileRestoreRun::finish_part(Folder folder) {
    while (folder != nullptr && --folder->pending == 0) {
        if (folder->parent != nullptr) {
            add_problems(folder->path, restore_attributes(folder->fd.get(), folder->node, owners()));
            ++folders_;
        }
        folder->fd.reset();
        folder = folder->parent;
    }
}

}  // namespace holdfast::repository
