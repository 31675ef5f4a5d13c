// The one door to the operating system for what must be durable. Tests put another behind it, which fails at
// any step or loses what was not synced.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "repository/bytes.hpp"

namespace holdfast::repository {

struct FileEntry {
    std::string name;
    std::uint64_t size = 0;
};

struct SpaceInfo {
    std::uint64_t capacity_bytes = 0;
    std::uint64_t free_bytes = 0;
};

// Any thread. Every function throws io (os_error) that names the path, unless it says otherwise.
class FileSystem {
  public:
    virtual ~FileSystem() = default;

    // Creates the file, which must not exist, of mode 0400. Its bytes are on stable storage afterwards, its
    // name is not before sync_directory.
    virtual void write_new_file(const std::filesystem::path& path, ByteView bytes) = 0;
    // Replaces what is at `to`. Durable after sync_directory of the folder of `to`.
    virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
    // False when there is no such file. Durable after sync_directory.
    virtual bool remove(const std::filesystem::path& path) = 0;
    // Names made, renamed and removed in the folder are on stable storage afterwards.
    virtual void sync_directory(const std::filesystem::path& path) = 0;
    // Of mode 0700, with missing parents. No error when it exists. Durable after sync_directory of its
    // parent.
    virtual void make_directories(const std::filesystem::path& path) = 0;

    // The plain files in a folder, in any order; no folder, no files.
    virtual std::vector<FileEntry> list(const std::filesystem::path& path) = 0;
    // Nothing when there is no such plain file.
    virtual std::optional<std::uint64_t> file_size(const std::filesystem::path& path) = 0;
    virtual bool is_directory(const std::filesystem::path& path) = 0;
    // Whether the folder is missing or has nothing in it.
    virtual bool is_empty(const std::filesystem::path& path) = 0;
    // Fills `into` from `offset`. not_found without the file, corrupt where it ends too early.
    virtual void read(const std::filesystem::path& path, std::uint64_t offset, std::span<std::byte> into) = 0;
    virtual SpaceInfo space(const std::filesystem::path& path) = 0;
};

// The real one.
std::unique_ptr<FileSystem> posix_file_system();

}  // namespace holdfast::repository
