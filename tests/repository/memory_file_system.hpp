// A file system in memory that fails at a chosen step and loses, on a power cut, every name that was not
// synced.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "base/error.hpp"
#include "repository/file_system.hpp"

namespace holdfast::repository {

// The disk: it outlives the "machines" (MemoryFileSystem objects) that use it.
struct MemoryDrive {
    using Contents = std::shared_ptr<const Bytes>;

    std::mutex mutex;
    std::map<std::filesystem::path, Contents> files;    // as programs see them
    std::map<std::filesystem::path, Contents> durable;  // as they would be after a power cut
    std::set<std::filesystem::path> folders{"/"};

    std::uint64_t steps = 0;    // that changed something, so far
    std::uint64_t fail_at = 0;  // this one fails; 0: none
    bool power_fails = false;   // it and all that follow fail, and what was not synced is lost

    void plan_failure(std::uint64_t step, bool power_cut) {
        std::lock_guard guard(mutex);
        steps = 0;
        fail_at = step;
        power_fails = power_cut;
    }
    // The machine comes up again.
    void restart() {
        std::lock_guard guard(mutex);
        fail_at = 0;
        if (power_fails) files = durable;
        power_fails = false;
    }
};

class MemoryFileSystem : public FileSystem {
  public:
    explicit MemoryFileSystem(std::shared_ptr<MemoryDrive> drive) : drive_(std::move(drive)) {}

    void write_new_file(const std::filesystem::path& path, ByteView bytes) override {
        auto guard = step("write", path);
        require_folder(path.parent_path());
        if (!drive_->files.emplace(path, std::make_shared<const Bytes>(bytes.begin(), bytes.end())).second)
            throw Error(ErrorKind::io, "Cannot open " + path.string() + ": File exists");
    }

    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        auto guard = step("rename", from);
        auto node = drive_->files.extract(from);
        if (node.empty()) throw Error(ErrorKind::io, "Cannot rename " + from.string());
        drive_->files[to] = node.mapped();
    }

    bool remove(const std::filesystem::path& path) override {
        auto guard = step("remove", path);
        return drive_->files.erase(path) > 0;
    }

    void sync_directory(const std::filesystem::path& path) override {
        auto guard = step("sync", path);
        std::erase_if(drive_->durable, [&](const auto& file) { return file.first.parent_path() == path; });
        for (const auto& [name, contents] : drive_->files)
            if (name.parent_path() == path) drive_->durable[name] = contents;
    }

    void make_directories(const std::filesystem::path& path) override {
        auto guard = step("make", path);
        for (auto folder = path; folder != "/"; folder = folder.parent_path()) drive_->folders.insert(folder);
    }

    std::vector<FileEntry> list(const std::filesystem::path& path) override {
        std::lock_guard guard(drive_->mutex);
        std::vector<FileEntry> entries;
        for (auto file = drive_->files.lower_bound(path); file != drive_->files.end(); ++file) {
            if (file->first.parent_path() == path)
                entries.push_back({file->first.filename(), file->second->size()});
        }
        return entries;
    }

    std::optional<std::uint64_t> file_size(const std::filesystem::path& path) override {
        std::lock_guard guard(drive_->mutex);
        auto file = drive_->files.find(path);
        if (file == drive_->files.end()) return std::nullopt;
        return file->second->size();
    }

    bool is_directory(const std::filesystem::path& path) override {
        std::lock_guard guard(drive_->mutex);
        return drive_->folders.contains(path);
    }

    bool is_empty(const std::filesystem::path& path) override {
        std::lock_guard guard(drive_->mutex);
        auto inside = [&](const std::filesystem::path& name) {
            return name != path && name.parent_path() == path;
        };
        for (const auto& [name, contents] : drive_->files)
            if (inside(name)) return false;
        for (const auto& name : drive_->folders)
            if (inside(name)) return false;
        return true;
    }

    void read(const std::filesystem::path& path, std::uint64_t offset, std::span<std::byte> into) override {
        std::lock_guard guard(drive_->mutex);
        auto file = drive_->files.find(path);
        if (file == drive_->files.end()) throw Error(ErrorKind::not_found, path.string() + " does not exist");
        if (offset + into.size() > file->second->size())
            throw Error(ErrorKind::corrupt, path.string() + " is too short");
        std::copy_n(file->second->begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    }

    SpaceInfo space(const std::filesystem::path&) override { return {1000, 500}; }

  private:
    std::unique_lock<std::mutex> step(std::string_view what, const std::filesystem::path& path) {
        std::unique_lock lock(drive_->mutex);
        ++drive_->steps;
        bool fails = drive_->fail_at != 0 && (drive_->power_fails ? drive_->steps >= drive_->fail_at
                                                                  : drive_->steps == drive_->fail_at);
        if (fails)
            throw Error(ErrorKind::io,
                        "Cannot " + std::string(what) + " " + path.string() + ": Input/output error");
        return lock;
    }

    void require_folder(const std::filesystem::path& path) {
        if (!drive_->folders.contains(path)) throw Error(ErrorKind::io, path.string() + " does not exist");
    }

    const std::shared_ptr<MemoryDrive> drive_;
};

}  // namespace holdfast::repository
