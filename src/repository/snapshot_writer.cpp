#include "repository/snapshot_writer.hpp"

#include <map>
#include <utility>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "repository/backup_targets.hpp"
#include "repository/disk_backup.hpp"
#include "repository/file_backup.hpp"
#include "repository/file_mode.hpp"
#include "repository/repository_engine.hpp"
#include "repository/snapshot_file.hpp"

namespace holdfast::repository {
namespace {

// Of the blobs of a small file.
constexpr std::size_t longest_piece = 1 << 20;

struct Folder {
    std::map<std::string, Folder, std::less<>> folders;
    std::map<std::string, Node, std::less<>> files;  // and whole folders, saved already
};

std::vector<std::string> split_path(std::string_view path) {
    std::vector<std::string> names;
    std::string_view rest = path;
    while (true) {
        auto slash = rest.find('/');
        auto name = rest.substr(0, slash);
        if (!is_file_name(name))
            throw Error(ErrorKind::invalid_input,
                        "\"" + std::string(path) + "\" is not a path inside a snapshot")
                .advise("Use names with \"/\" between them; empty names, \".\" and \"..\" are not allowed.");
        names.emplace_back(name);
        if (slash == std::string_view::npos) return names;
        rest.remove_prefix(slash + 1);
    }
}

class Writer : public SnapshotWriter {
  public:
    Writer(std::shared_ptr<Store> store, SnapshotDescription description)
        : store_(std::move(store)),
          description_(std::move(description)),
          lock_(store_->lock_shared()),
          index_(store_->fresh_index()),
          packs_(store_, index_, IndexWriting::as_it_goes, description_.compression) {}

    void add_file(std::string_view path, std::string_view content) override {
        require_usable();
        Node& node = new_file(path);
        usable_ = false;  // until it has succeeded: see add_disk
        node.size = content.size();
        for (std::string_view rest = content; !rest.empty();) {
            auto piece = rest.substr(0, longest_piece);
            node.content->push_back(packs_.save(BlobType::data, as_bytes(piece)).id);
            rest.remove_prefix(piece.size());
        }
        usable_ = true;
    }

    DiskResult add_disk(std::string_view path, BlockSource& source, const std::optional<DiskParent>& parent,
                        std::optional<std::uint64_t> chunk_size, Progress& progress,
                        std::stop_token stop) override {
        require_usable();
        StopScope scope(stop);
        return with_context("backing up " + std::string(path), [&] {
            std::optional<ParentContent> known;
            if (parent) known = load_parent(*store_, *index_, *parent, source.size(), chunk_size);
            std::uint64_t cut_at = known        ? known->chunk_size
                                   : chunk_size ? *chunk_size
                                                : suitable_chunk_size(source.size());
            std::optional<ParentContent> verified;
            if (parent && parent->is_verified) verified = std::exchange(known, std::nullopt);
            BackupPlan plan = plan_backup(source.size(), cut_at, source.data_extents(), std::move(known));
            Node& node = new_file(path);
            usable_ =
                false;  // until it has succeeded: a file with half its content must not become a snapshot
            auto [content, result] = run_backup(source, std::move(plan), packs_, progress, stop);
            usable_ = true;
            if (verified) tell_missed_chunks(*verified, content, result);
            node.size = result.size;
            node.content = std::move(content);
            return result;
        });
    }

    FilesResult add_paths(const std::vector<std::filesystem::path>& paths, const FilesOptions& options,
                          Progress& progress, std::stop_token stop) override {
        require_usable();
        StopScope scope(stop);
        usable_ = false;  // until it has succeeded: see add_disk
        std::optional<BlobId> parent;
        if (description_.parent) parent = store_->load_snapshot(*description_.parent).tree;
        auto [entries, result] =
            back_up_files(*store_, *index_, packs_, parent, paths, options, progress, stop);
        for (auto& [name, node] : entries) {
            require_free(root_, name, name);
            root_.files.emplace(name, std::move(node));
        }
        for (const auto& path : paths) paths_.push_back(absolute_target(path).string());
        excludes_ = options.excludes;
        usable_ = true;
        return std::move(result);
    }

    Snapshot finish() override {
        require_usable();
        usable_ = false;
        Snapshot snapshot{.time = description_.time,
                          .hostname = description_.hostname,
                          .username = identity_.username,
                          .paths = paths_,
                          .excludes = excludes_,
                          .tags = description_.tags,
                          .parent = description_.parent};
        if (snapshot.paths.empty()) snapshot.paths.push_back("/");
        snapshot.tree = save_folder(std::move(root_));
        packs_.finish();
        lock_->require_held();
        snapshot.id = SnapshotId(store_->files().save(FileType::snapshot, encode_snapshot(snapshot)).bytes());
        return snapshot;
    }

  private:
    void require_usable() const {
        if (!usable_)
            throw Error(ErrorKind::internal,
                        "A snapshot that was finished, or whose backup failed, cannot be written to");
    }

    Node new_node(std::string name, std::string type, std::uint64_t mode) const {
        std::string time = format_utc(description_.time);
        return {.name = std::move(name),
                .type = std::move(type),
                .mode = mode,
                .mtime = time,
                .atime = time,
                .ctime = time,
                .uid = identity_.uid,
                .gid = identity_.gid,
                .user = identity_.username};
    }

    static Error taken(std::string_view path) {
        return Error(ErrorKind::invalid_input,
                     "There are two files for the path \"" + std::string(path) + "\"");
    }
    static void require_free(const Folder& folder, const std::string& name, std::string_view path) {
        if (folder.files.contains(name) || folder.folders.contains(name)) throw taken(path);
    }

    // An empty file at `path`, and the folders on the way.
    Node& new_file(std::string_view path) {
        auto names = split_path(path);
        std::string name = std::move(names.back());
        names.pop_back();
        const std::string& first = names.empty() ? name : names.front();
        if (!root_.folders.contains(first)) paths_.push_back("/" + first);
        Folder* folder = &root_;
        for (auto& step : names) {
            if (folder->files.contains(step)) throw taken(path);
            folder = &folder->folders[std::move(step)];
        }
        require_free(*folder, name, path);
        Node node = new_node(name, "file", 0600);
        node.links = 1;
        node.content.emplace();
        return folder->files.emplace(std::move(name), std::move(node)).first->second;
    }

    BlobId save_folder(Folder folder) {
        // By name, which is the order that restic wants.
        std::map<std::string, Node> nodes;
        for (auto& [name, inner] : folder.folders) {
            Node node = new_node(name, "dir", mode_directory | 0700);
            node.subtree = save_folder(std::move(inner));
            nodes.emplace(name, std::move(node));
        }
        for (auto& [name, file] : folder.files) nodes.emplace(name, std::move(file));
        Tree tree;
        for (auto& [name, node] : nodes) tree.push_back(std::move(node));
        return packs_.save(BlobType::tree, as_bytes(encode_tree(tree))).id;
    }

    const std::shared_ptr<Store> store_;
    const SnapshotDescription description_;
    const ProcessIdentity identity_ = ProcessIdentity::current();
    const std::shared_ptr<RepositoryLock> lock_;  // released last but for the store: see the order of members
    const std::shared_ptr<BlobIndex> index_;
    PackWriter packs_;
    Folder root_;
    std::vector<std::string> paths_, excludes_;  // as the snapshot tells them
    bool usable_ = true;
};

}  // namespace

std::unique_ptr<SnapshotWriter> SnapshotWriter::start(Repository& repository,
                                                      SnapshotDescription description) {
    auto* engine = dynamic_cast<RepositoryEngine*>(&repository);
    if (engine == nullptr)
        throw Error(ErrorKind::internal,
                    "A snapshot can only be written to a repository of Holdfast's own kind");
    return std::make_unique<Writer>(engine->store(), std::move(description));
}

}  // namespace holdfast::repository
