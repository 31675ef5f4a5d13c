// One run of restore_entries: what its threads share.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "repository/blob_run.hpp"
#include "repository/chunker.hpp"
#include "repository/damage.hpp"
#include "repository/disk_layout.hpp"
#include "repository/file_attributes.hpp"
#include "repository/file_restore.hpp"
#include "repository/task_queue.hpp"
#include "repository/tree_amounts.hpp"

namespace holdfast::repository {

// A folder of the target. Everything in it is reached by its descriptor, one name at a time and without
// following links, so nothing leads outside.
struct RestoredFolder {
    std::shared_ptr<RestoredFolder> parent;  // nullptr for the target itself
    std::string path;                        // absolute, for messages
    UniqueFd fd;
    Node node;
    std::atomic<std::size_t> pending{1};  // files and folders in it, and the end of its list
};

struct RestoredFile {
    std::shared_ptr<RestoredFolder> folder;
    Node node;
    std::atomic<std::size_t> pending{1};  // batches that write to it, and the end of their making

    std::mutex mutex;  // of the opening
    UniqueFd fd;
    std::string written_name;  // in the folder: another than its own until it is whole
    enum class State { closed, written, kept, failed } state = State::closed;

    std::string path() const { return folder->path + "/" + node.name; }
};

// Blobs to fetch and where to write them: some small files, or a part of a large one.
struct RestoreBatch {
    struct Write {
        std::shared_ptr<RestoredFile> file;
        std::uint64_t offset;  // in the file
        BlobIndex::Position blob;
        BlobLocation location;
    };
    std::vector<Write> writes;
    std::vector<std::shared_ptr<RestoredFile>> files;
    std::uint64_t bytes = 0;
};

class FileRestoreRun {
  public:
    FileRestoreRun(Store& store, const BlobIndex& index, const TreeAmounts& amounts,
                   const RestoreFilesOptions& options, Progress& progress)
        : store_(store), index_(index), amounts_(amounts), options_(options), progress_(progress) {}

    RestoreFilesResult run(const Node& entry, const std::filesystem::path& target,
                           const std::stop_token& stop);

  private:
    using Folder = std::shared_ptr<RestoredFolder>;
    using File = std::shared_ptr<RestoredFile>;
    struct Step {
        Folder folder;
        Tree tree;
        std::size_t next = 0;
    };
    // The first of files that are links to each other.
    struct FirstLink {
        std::string path;  // below the target
        std::optional<std::vector<BlobId>> content;
    };

    // The walk: file_restore.cpp. One task at a time.
    void walk();
    void visit(const Folder& folder, Node node);
    void enter_folder(const Folder& parent, Node node);
    UniqueFd make_folder(const Folder& parent, const Node& node);
    bool clear_place(const Folder& folder, const std::string& name);
    void make_other(const Folder& folder, const Node& node);
    void plan_file(const Folder& folder, Node node);
    bool link_file(const Folder& folder, const Node& node);
    void make_link(const Folder& folder, const Node& node, const FirstLink& first);
    void require_whole(const Node& node) const;
    void add_write(const File& file, std::uint64_t offset, BlobIndex::Position blob,
                   const BlobLocation& location);
    void push_batch();
    void finish_part(Folder folder);

    // Contents: file_restore_content.cpp.
    void restore_batch(RestoreBatch& batch);
    RunPlace place_of(const RestoreBatch::Write& write) const;
    void write_run(std::span<const RestoreBatch::Write> writes, std::size_t plain_size);
    void give_up(const RestoreBatch::Write& write, const Error& error);
    void write_blob(const RestoreBatch::Write& write, ByteView bytes);
    void open_for_writing(RestoredFile& file);
    RestoredFile::State make_file(RestoredFile& file);
    void finish_writes(const File& file);
    void put_in_place(const RestoredFile& file);

    void add_problem(std::string problem);
    void add_problems(const std::string& path, const std::vector<std::string>& refusals);
    // Runs what may fail for one file or folder alone. Then that is a problem of `path`, and the answer
    // false.
    template <typename Work>
    bool report_failure(const std::string& path, Work work) {
        try {
            work();
            return true;
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            add_problem(path + ": " + error.happened());
            return false;
        }
    }
    Owners owners() const { return options_.restore_owners ? Owners::restore : Owners::leave; }

    Store& store_;
    const BlobIndex& index_;
    const TreeAmounts& amounts_;  // of all that is restored
    const RestoreFilesOptions& options_;
    Progress& progress_;
    const BlobId zero_chunk_ = zero_blob_id(min_chunk_size);  // what holes are cut into
    TaskQueue tasks_;

    // Of the walk.
    Folder root_;
    std::vector<Step> steps_;                                             // from the target down
    std::map<std::pair<std::uint64_t, std::uint64_t>, FirstLink> links_;  // by device and inode
    std::shared_ptr<RestoreBatch> batch_ = std::make_shared<RestoreBatch>();

    std::mutex mutex_;
    ProblemList problems_;  // under the mutex
    std::atomic<std::uint64_t> files_{0}, folders_{0}, restored_bytes_{0};
};

}  // namespace holdfast::repository
