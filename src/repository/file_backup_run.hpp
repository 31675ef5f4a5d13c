// One run of back_up_files: what its threads share.
#pragma once

#include <sys/stat.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "repository/backup_targets.hpp"
#include "repository/chunker.hpp"
#include "repository/damage.hpp"
#include "repository/exclude_patterns.hpp"
#include "repository/file_backup.hpp"
#include "repository/file_chunks.hpp"
#include "repository/file_metadata.hpp"
#include "repository/known_tree.hpp"
#include "repository/task_queue.hpp"

namespace holdfast::repository {

// An entry of a folder. Without `json` and `known` it is left out of the tree.
struct FolderEntry {
    std::string name;
    std::string json;             // its node, encoded
    const Node* known = nullptr;  // its node, when the parent snapshot has just the same
};

struct FolderRun;

// Absolute.
std::string path_of(const FolderRun& folder, std::size_t slot);

// A folder that is under way. It is held by its tasks and by the folders below it.
struct FolderRun {
    std::shared_ptr<FolderRun> parent;     // nullptr for the root of the snapshot
    std::size_t slot = 0;                  // of its own entry in the parent
    std::string path;                      // absolute
    const BackupTarget* target = nullptr;  // when it only stands on the way to what is backed up
    UniqueFd fd;                           // of the folder, unless it is such
    dev_t device = 0;                      // of the file system that is not left
    Node node;
    KnownTree known;
    std::vector<FolderEntry> entries;     // by name; each belongs to one task
    std::atomic<std::size_t> pending{0};  // tasks, files and folders that it waits for
};

// Small files of one folder: read, to be saved together.
struct SmallFiles {
    struct File {
        std::size_t slot;
        Node node;
        ByteView content;  // in the buffer
    };
    AlignedBuffer buffer;
    std::size_t used = 0;  // of the buffer
    std::vector<File> files;
};

// A file of several chunks, which are saved side by side.
struct LargeFileRun {
    std::shared_ptr<FolderRun> folder;
    std::size_t slot = 0;
    struct stat status;
    Node node;
    FileChunks chunks;
    std::mutex mutex;  // of the ids and of `pending`
    std::vector<BlobId> content;
    std::size_t pending = 1;  // chunks to be saved, and the end to be reached
    bool failed = false;      // to be read to its end; set before that is told by `pending`
};

class FileBackupRun {
  public:
    FileBackupRun(Store& store, const BlobIndex& index, PackWriter& packs, const FilesOptions& options,
                  Progress& progress);
    BackedUpFiles run(const BackupTarget& targets, const std::optional<BlobId>& parent,
                      const std::stop_token& stop);

  private:
    using Folder = std::shared_ptr<FolderRun>;

    // Folders: file_backup.cpp.
    void enter_target(const Folder& parent, std::size_t slot, const BackupTarget& target);
    void enter_folder(const Folder& parent, std::size_t slot, dev_t device);
    void list_folder(const Folder& folder);
    void start_entries(const Folder& folder);
    void back_up_entries(const Folder& folder, std::size_t first, std::size_t last);
    void back_up_entry(const Folder& folder, std::size_t slot, SmallFiles& small,
                       std::vector<TaskQueue::Task>& folders);
    void back_up_other(const Folder& folder, std::size_t slot, const struct stat& status);
    void load_known(FolderRun& folder);
    void finish_part(Folder folder);
    void finish_folder(FolderRun& folder);
    BlobId save_tree(FolderRun& folder);
    void finish_entry(FolderRun& folder, std::size_t slot, const Node& node);

    // Files: file_backup_content.cpp.
    void back_up_file(const Folder& folder, std::size_t slot, const struct stat& status, SmallFiles& small);
    bool take_unchanged(FolderRun& folder, std::size_t slot, const struct stat& status);
    void read_small_file(const Folder& folder, std::size_t slot, int file, const struct stat& status,
                         Node node, SmallFiles& small);
    void hand_over(const Folder& folder, SmallFiles& small);
    void save_small_files(const Folder& folder, SmallFiles& small);
    AlignedBuffer take_buffer();
    void read_chunk(const std::shared_ptr<LargeFileRun>& file);
    void save_chunk(const std::shared_ptr<LargeFileRun>& file, std::size_t number,
                    const FileChunks::Piece& piece);
    void add_zero_chunks(LargeFileRun& file, std::uint64_t count);
    void finish_chunk(const std::shared_ptr<LargeFileRun>& file);
    void finish_file(FolderRun& folder, std::size_t slot, const Node& node);
    void count_read(std::uint64_t bytes);
    void report_change(const std::string& path, int file, const struct stat& before);
    BlobId save(BlobType type, const BlobId& id, ByteView bytes);

    void add_problem(std::string problem);
    // Runs what touches only the files that are backed up. When the system refuses, that is a problem of
    // `path`, and the answer is false.
    template <typename Work>
    bool report_failure(const std::string& path, Work work) {
        try {
            work();
            return true;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::io) throw;
            add_problem(path + ": " + error.happened());
            return false;
        }
    }

    Store& store_;
    const BlobIndex& index_;
    PackWriter& packs_;
    const FilesOptions& options_;
    Progress& progress_;
    const ExcludePatterns excludes_;
    const Chunker chunker_;
    OwnerNames names_;
    TaskQueue tasks_;

    std::mutex mutex_;                    // of the next three
    std::vector<AlignedBuffer> buffers_;  // of small files that were saved
    ProblemList problems_;
    std::map<std::string, Node> entries_;
    std::atomic<std::uint64_t> new_files_{0}, changed_files_{0}, unchanged_files_{0}, folders_{0};
    std::atomic<std::uint64_t> read_bytes_{0}, added_bytes_{0};
    std::once_flag zeros_saved_;
};

}  // namespace holdfast::repository
