#include "repository/file_backup.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "repository/file_backup_run.hpp"
#include "repository/file_mode.hpp"
#include "repository/parallel.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t entries_per_task = 64;
using Urgency = TaskQueue::Urgency;

// Content is saved by as many threads as there are processors; more of them wait for the storage. What is
// read waits in few buffers, and few large files are open.
TaskQueue::Limits task_limits() {
    constexpr unsigned large_readers = 2, small_readers = 6;
    return {{{worker_count(), 2 * worker_count()},
             {large_readers, 2 * large_readers},
             {small_readers, SIZE_MAX}}};
}

// Where an entry is found: its folder, and its name there or a path.
struct Place {
    int folder;
    std::string name;
};

Place place_of(const FolderRun& folder, std::size_t slot) {
    const std::string& name = folder.entries[slot].name;
    if (folder.target == nullptr) return {folder.fd.get(), name};
    return {AT_FDCWD, folder.target->entries.at(name).path.string()};
}

}  // namespace

std::string path_of(const FolderRun& folder, std::size_t slot) {
    if (folder.target != nullptr) return place_of(folder, slot).name;
    return (folder.path == "/" ? "" : folder.path) + "/" + folder.entries[slot].name;
}

BackedUpFiles back_up_files(Store& store, const BlobIndex& index, PackWriter& packs,
                            const std::optional<BlobId>& parent, std::span<const std::filesystem::path> paths,
                            const FilesOptions& options, Progress& progress, const std::stop_token& stop) {
    struct stat status{};
    if (std::ranges::none_of(paths, [&](const auto& path) { return ::lstat(path.c_str(), &status) == 0; }))
        throw Error(ErrorKind::not_found, "Nothing of what is to be backed up exists")
            .advise("Check the paths.");
    BackupTarget targets = lay_out_targets(paths);
    FileBackupRun run(store, index, packs, options, progress);
    return run.run(targets, options.ignore_parent ? std::nullopt : parent, stop);
}

FileBackupRun::FileBackupRun(Store& store, const BlobIndex& index, PackWriter& packs,
                             const FilesOptions& options, Progress& progress)
    : store_(store),
      index_(index),
      packs_(packs),
      options_(options),
      progress_(progress),
      excludes_(options.excludes),
      chunker_(store.config().chunker_polynomial) {}

BackedUpFiles FileBackupRun::run(const BackupTarget& targets, const std::optional<BlobId>& parent,
                                 const std::stop_token& stop) {
    auto root = std::make_shared<FolderRun>();
    root->target = &targets;
    root->path = "/";
    root->node.subtree = parent;
    load_known(*root);
    list_folder(root);
    tasks_.push(Urgency::low, [this, root] { start_entries(root); });
    tasks_.run(task_limits(), stop);
    FilesResult result{.new_files = new_files_,
                       .changed_files = changed_files_,
                       .unchanged_files = unchanged_files_,
                       .folders = folders_,
                       .read_bytes = read_bytes_,
                       .added_bytes = added_bytes_,
                       .problems = problems_.take()};
    return {std::move(entries_), std::move(result)};
}

void FileBackupRun::add_problem(std::string problem) {
    std::lock_guard guard(mutex_);
    problems_.add(std::move(problem));
}

// A folder that only stands on the way to what is backed up. A symbolic link to one counts as one.
void FileBackupRun::enter_target(const Folder& parent, std::size_t slot, const BackupTarget& target) {
    auto folder = std::make_shared<FolderRun>();
    folder->parent = parent;
    folder->slot = slot;
    folder->path = target.path.string();
    folder->target = &target;
    bool is_described = report_failure(folder->path, [&] {
        UniqueFd fd = open_file(target.path, O_PATH | O_DIRECTORY);
        struct stat status{};
        if (::fstat(fd.get(), &status) != 0) throw os_error("Cannot read the folder", errno);
        folder->node = describe_file(parent->entries[slot].name, status, names_);
        folder->node.extended_attributes = read_attributes(fd.get(), ".");
    });
    if (!is_described) return finish_part(parent);
    if (const auto* known = parent->known.find(folder->node.name)) folder->node.subtree = known->subtree;
    load_known(*folder);
    list_folder(folder);
    start_entries(folder);
}

void FileBackupRun::enter_folder(const Folder& parent, std::size_t slot, dev_t device) {
    auto folder = std::make_shared<FolderRun>();
    folder->parent = parent;
    folder->slot = slot;
    folder->path = path_of(*parent, slot);
    folder->device = device;
    auto [directory, name] = place_of(*parent, slot);
    folder->fd.reset(::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    bool is_listed = report_failure(folder->path, [&] {
        struct stat status{};
        if (!folder->fd || ::fstat(folder->fd.get(), &status) != 0)
            throw os_error("Cannot read the folder", errno);
        folder->node = describe_file(parent->entries[slot].name, status, names_);
        folder->node.extended_attributes = read_attributes(folder->fd.get());
        // A folder on which another file system is mounted is kept, without what is in that.
        bool is_mount = options_.one_file_system && status.st_dev != device;
        if (!is_mount) list_folder(folder);
    });
    if (!is_listed) return finish_part(parent);
    if (const auto* known = parent->known.find(folder->node.name)) folder->node.subtree = known->subtree;
    load_known(*folder);
    start_entries(folder);
}

void FileBackupRun::load_known(FolderRun& folder) {
    if (!folder.node.subtree) return;
    try {
        folder.known = KnownTree(store_, index_, *folder.node.subtree);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::not_found) throw;
        add_problem("The parent snapshot cannot be read at " + folder.path +
                    ", so all below is read again: " + error.happened());
    }
}

void FileBackupRun::list_folder(const Folder& folder) {
    if (folder->target != nullptr) {
        for (const auto& [name, entry] : folder->target->entries) folder->entries.push_back({.name = name});
        return;
    }
    UniqueFd fd(::fcntl(folder->fd.get(), F_DUPFD_CLOEXEC, 0));
    std::unique_ptr<DIR, int (*)(DIR*)> listing(fd ? ::fdopendir(fd.get()) : nullptr, ::closedir);
    if (listing == nullptr) throw os_error("Cannot read the folder", errno);
    fd.release();  // the listing owns it
    errno = 0;
    while (const auto* entry = ::readdir(listing.get())) {
        std::string_view name = entry->d_name;
        if (name != "." && name != "..") folder->entries.push_back({.name = std::string(name)});
    }
    if (errno != 0) throw os_error("Cannot read the folder", errno);
    std::ranges::sort(folder->entries, {}, &FolderEntry::name);
}

// Several tasks for a large folder, so that its files are read side by side.
void FileBackupRun::start_entries(const Folder& folder) {
    std::size_t count = folder->entries.size();
    std::size_t tasks = std::max<std::size_t>(1, (count + entries_per_task - 1) / entries_per_task);
    folder->pending = tasks;
    for (std::size_t task = tasks - 1; task > 0; --task)  // the latest goes first
        tasks_.push(Urgency::low, [this, folder, first = task * entries_per_task, count] {
            back_up_entries(folder, first, std::min(first + entries_per_task, count));
        });
    back_up_entries(folder, 0, std::min(entries_per_task, count));
}

void FileBackupRun::back_up_entries(const Folder& folder, std::size_t first, std::size_t last) {
    SmallFiles small;
    std::vector<TaskQueue::Task> folders;
    for (std::size_t slot = first; slot < last; ++slot) back_up_entry(folder, slot, small, folders);
    hand_over(folder, small);
    for (auto task = folders.rbegin(); task != folders.rend(); ++task)
        tasks_.push(Urgency::low, std::move(*task));
    finish_part(folder);
}

// What is found to be a folder is left to a task of its own.
void FileBackupRun::back_up_entry(const Folder& folder, std::size_t slot, SmallFiles& small,
                                  std::vector<TaskQueue::Task>& folders) {
    auto [directory, name] = place_of(*folder, slot);
    dev_t device = folder->device;
    if (folder->target != nullptr) {
        const BackupTarget& target = folder->target->entries.at(folder->entries[slot].name);
        if (!target.is_whole) {
            ++folder->pending;
            folders.push_back([this, folder, slot, &target] { enter_target(folder, slot, target); });
            return;
        }
        struct stat given{};
        if (::lstat(target.given.c_str(), &given) == 0) device = given.st_dev;
    }
    if (!options_.excludes.empty() && excludes_.exclude(path_of(*folder, slot))) return;
    struct stat status{};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return add_problem(os_error("Cannot read " + path_of(*folder, slot), errno).happened());
    if (S_ISDIR(status.st_mode)) {
        ++folder->pending;
        folders.push_back([this, folder, slot, device] { enter_folder(folder, slot, device); });
    } else if (options_.one_file_system && status.st_dev != device) {
        return;
    } else if (S_ISREG(status.st_mode)) {
        back_up_file(folder, slot, status, small);
    } else if (!S_ISSOCK(status.st_mode)) {  // restic leaves sockets out: they are made anew by who listens
        back_up_other(folder, slot, status);
    }
}

void FileBackupRun::back_up_other(const Folder& folder, std::size_t slot, const struct stat& status) {
    auto [directory, name] = place_of(*folder, slot);
    Node node = describe_file(folder->entries[slot].name, status, names_);
    bool is_read = report_failure(path_of(*folder, slot), [&] {
        if (S_ISLNK(status.st_mode))
            node.link_target = read_link_target(directory, name);
        else
            node.extended_attributes = read_attributes(directory, name);
    });
    if (is_read) finish_entry(*folder, slot, node);
}

// A part of what the folder waits for is done. The last one saves its tree, and so is a part of its parent's.
void FileBackupRun::finish_part(Folder folder) {
    while (folder != nullptr && --folder->pending == 0) {
        if (folder->parent != nullptr) finish_folder(*folder);
        folder = folder->parent;
    }
}

void FileBackupRun::finish_folder(FolderRun& folder) {
    folder.node.subtree = save_tree(folder);
    ++folders_;
    finish_entry(*folder.parent, folder.slot, folder.node);
    folder.entries = {};
    folder.known = {};
    folder.fd.reset();
}

BlobId FileBackupRun::save_tree(FolderRun& folder) {
    std::size_t unchanged = 0;
    std::size_t changed = 0;
    for (const auto& entry : folder.entries) {
        if (entry.known != nullptr) ++unchanged;
        if (!entry.json.empty()) ++changed;
    }
    if (folder.known.id() && changed == 0 && unchanged == folder.known.size()) return *folder.known.id();
    std::vector<std::string_view> nodes;
    for (auto& entry : folder.entries) {
        if (entry.known != nullptr) entry.json = encode_node(*entry.known);
        if (!entry.json.empty()) nodes.push_back(entry.json);
    }
    std::string tree = encode_tree(nodes);
    return save(BlobType::tree, id_of<BlobId>(as_bytes(tree)), as_bytes(tree));
}

void FileBackupRun::finish_entry(FolderRun& folder, std::size_t slot, const Node& node) {
    if (folder.parent == nullptr) {
        std::lock_guard guard(mutex_);
        entries_.emplace(node.name, node);
        return;
    }
    const Node* known = folder.known.find(node.name);
    if (known != nullptr && *known == node)
        folder.entries[slot].known = known;
    else
        folder.entries[slot].json = encode_node(node);
}

}  // namespace holdfast::repository
