// A file system in memory that fails at a chosen step in a chosen way, and on a power cut loses names that
// were not synced, some or all of them.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>

#include "base/error.hpp"
#include "repository/file_system.hpp"

namespace holdfast::repository {

enum class Fault {
    error,                // the step is not done
    error_but_done,       // it is, and fails all the same
    short_write,          // a write leaves half of the file behind; other steps are not done
    full,                 // from this step on every write leaves half of the file behind
    power_cut,            // this step and all that follow fail, and every name that was not synced is lost
    power_cut_reordered,  // the same, but some of these names survive
};

// The disk: it outlives the "machines" (MemoryFileSystem objects) that use it.
struct MemoryDrive {
    using Contents = std::shared_ptr<const Bytes>;

    std::mutex mutex;
    std::map<std::filesystem::path, Contents> files;    // as programs see them
    std::map<std::filesystem::path, Contents> durable;  // as they would be after a power cut
    // Whose sync failed: the kernel forgets such names, and a later sync that succeeds does not save them.
    std::set<std::filesystem::path> doomed;
    std::set<std::filesystem::path> folders{"/"};

    std::uint64_t steps = 0;    // that changed something, so far
    std::uint64_t fail_at = 0;  // this one fails; 0: none
    Fault fault = Fault::error;
    std::mt19937 random;

    void plan_failure(std::uint64_t step, Fault how, unsigned seed = 0) {
        std::lock_guard guard(mutex);
        steps = 0;
        fail_at = step;
        fault = how;
        random.seed(seed);
    }
    // The machine comes up again.
    void restart() {
        std::lock_guard guard(mutex);
        if (fail_at != 0 && fault == Fault::power_cut) files = durable;
        if (fail_at != 0 && fault == Fault::power_cut_reordered) lose_some_names();
        fail_at = 0;
        doomed.clear();
        durable = files;
    }

  private:
    void lose_some_names() {
        auto survivors = durable;
        for (const auto& [name, contents] : files)
            if (!doomed.contains(name) && random() % 2 == 0) survivors[name] = contents;
        for (const auto& [name, contents] : durable)
            if (!files.contains(name) && !doomed.contains(name) && random() % 2 == 0) survivors.erase(name);
        files = std::move(survivors);
    }
};

class MemoryFileSystem : public FileSystem {
  public:
    explicit MemoryFileSystem(std::shared_ptr<MemoryDrive> drive) : drive_(std::move(drive)) {}

    void write_new_file(const std::filesystem::path& path, ByteView bytes) override {
        Step step(*drive_, "write", path);
        require_folder(path.parent_path());
        if (drive_->files.contains(path))
            throw Error(ErrorKind::io, "Cannot open " + path.string() + ": File exists");
        if (step.leaves_half()) bytes = bytes.first(bytes.size() / 2);
        if (step.is_done() || step.leaves_half())
            put(path, std::make_shared<const Bytes>(bytes.begin(), bytes.end()));
        step.throw_if_failed();
    }

    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        Step step(*drive_, "rename", from);
        auto found = drive_->files.find(from);
        if (found == drive_->files.end()) throw Error(ErrorKind::io, "Cannot rename " + from.string());
        if (step.is_done()) {
            put(to, found->second);
            drive_->files.erase(from);
        }
        step.throw_if_failed();
    }

    bool remove(const std::filesystem::path& path) override {
        Step step(*drive_, "remove", path);
        drive_->doomed.erase(path);
        bool removed = step.is_done() && drive_->files.erase(path) > 0;
        step.throw_if_failed();
        return removed;
    }

    void sync_directory(const std::filesystem::path& path) override {
        Step step(*drive_, "sync", path);
        auto waits = [&](const auto& file) {
            return file.first.parent_path() == path && !drive_->doomed.contains(file.first);
        };
        if (step.is_done()) {
            std::erase_if(drive_->durable, waits);
            for (const auto& file : drive_->files)
                if (waits(file)) drive_->durable.insert(file);
        } else {
            for (const auto& file : drive_->files)
                if (waits(file) && !drive_->durable.contains(file.first)) drive_->doomed.insert(file.first);
            for (const auto& file : drive_->durable)
                if (waits(file) && !drive_->files.contains(file.first)) drive_->doomed.insert(file.first);
        }
        step.throw_if_failed();
    }

    void make_directories(const std::filesystem::path& path) override {
        Step step(*drive_, "make", path);
        step.throw_if_failed();
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
    // One change of the drive, which may be the one that fails. Holds the drive's mutex.
    class Step {
      public:
        Step(MemoryDrive& drive, std::string_view what, const std::filesystem::path& path)
            : lock_(drive.mutex), fault_(drive.fault) {
            ++drive.steps;
            bool lasts = fault_ == Fault::full
                             ? what == "write"
                             : fault_ == Fault::power_cut || fault_ == Fault::power_cut_reordered;
            failed_ =
                drive.fail_at != 0 && (lasts ? drive.steps >= drive.fail_at : drive.steps == drive.fail_at);
            if (fault_ == Fault::full && what != "write") failed_ = false;
            torn_ = failed_ && what == "write" && fault_ != Fault::error && fault_ != Fault::error_but_done &&
                    (!lasts || fault_ == Fault::full || drive.steps == drive.fail_at);
            message_ = "Cannot " + std::string(what) + " " + path.string() +
                       (fault_ == Fault::full ? ": No space left on device" : ": Input/output error");
        }
        bool is_done() const { return !failed_ || fault_ == Fault::error_but_done; }
        bool leaves_half() const { return torn_; }
        void throw_if_failed() const {
            if (failed_) throw Error(ErrorKind::io, message_);
        }

      private:
        std::unique_lock<std::mutex> lock_;
        Fault fault_;
        bool failed_ = false;
        bool torn_ = false;
        std::string message_;
    };

    void put(const std::filesystem::path& path, MemoryDrive::Contents contents) {
        drive_->doomed.erase(path);
        drive_->files[path] = std::move(contents);
    }

    void require_folder(const std::filesystem::path& path) {
        if (!drive_->folders.contains(path)) throw Error(ErrorKind::io, path.string() + " does not exist");
    }

    const std::shared_ptr<MemoryDrive> drive_;
};

}  // namespace holdfast::repository
