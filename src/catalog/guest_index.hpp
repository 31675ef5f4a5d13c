// The index of guest files: which files the restore points have, without looking into them. See
// guest_index_writer.hpp for what fills it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/viewer.hpp"

namespace holdfast::catalog {

enum class FileKind { folder = 0, file = 1, link = 2, other = 3 };

struct IndexedFile {
    std::string name;
    FileKind kind = FileKind::other;
    std::int64_t size = 0;  // bytes
    Timestamp modified{};
    std::string owner;  // "uid:gid"

    bool operator==(const IndexedFile&) const = default;
};

// Folders are named as in guest::Entry: "etc", "C:/Users"; "" is the root of a Linux system. This one is no
// folder of the guest: in it are the roots, "/" and "C:".
inline constexpr std::string_view folder_of_roots = "/";

// "etc" of the folder "": "etc"; "/" of the folder of roots: "".
std::string path_in(std::string_view folder, std::string_view name);

enum class ShowFiles { all, folders, others };

struct IndexedListing {
    std::string folder;              // as the guest writes it
    std::vector<IndexedFile> files;  // folders first, then by name
    std::uint64_t total = 0;         // in the whole folder, of what is shown
};

// A file of that name in some point, or in several: one for each version of it.
struct FoundFile {
    std::string folder;
    IndexedFile file;
    // The newest point that has it, and how many have it since when.
    Uuid newest_point;
    std::string vm_name;
    Timestamp newest;
    Timestamp oldest;
    std::int64_t points = 0;
};

struct FileSearch {
    Viewer viewer;
    std::string name;  // in any letter case; "*" stands for any characters
    std::optional<std::string> vm_name{};
    std::optional<Timestamp> since{};  // only points of that time
    std::optional<Timestamp> until{};
    std::uint64_t first = 0;
    std::uint64_t size = 100;
};

struct FoundFiles {
    std::vector<FoundFile> files;  // by name
    std::uint64_t total = 0;       // at most GuestIndex::most_found
};

// Any thread. Points that are gone or still being indexed are not there.
class GuestIndex {
  public:
    static constexpr std::uint64_t most_found = 10'000;
    static constexpr int most_wildcards = 8;

    explicit GuestIndex(Database& database) : database_(database) {}

    // Names of machines that have an indexed point, each once.
    std::vector<std::string> machines(const Viewer& viewer);
    // The indexed points of machines of that name, newest first; where none has it, of one that has it in
    // other letter case.
    std::vector<VmRestorePoint> points(const Viewer& viewer, const std::string& vm_name);
    std::optional<VmRestorePoint> find_point(const Viewer& viewer, const std::string& vm_name,
                                             const Uuid& point);

    // Nothing where the point has no such file or folder. A path is found exactly, else in any letter case.
    std::optional<IndexedListing> list(const Uuid& point, const std::string& path, ShowFiles show,
                                       std::uint64_t first, std::uint64_t size);
    struct Found {
        std::string folder;  // it is in
        IndexedFile file;
    };
    std::optional<Found> find(const Uuid& point, const std::string& path);

    // By the index of names up to the first "*"; what begins with one is looked for in all names, which takes
    // as long as there are names. invalid_input for a name with nothing but "*", or with too many of them.
    FoundFiles search(const FileSearch& search);

  private:
    std::vector<VmRestorePoint> points_called(const Viewer& viewer, const std::string& vm_name);
    std::optional<std::string> other_spelling(const Viewer& viewer, const std::string& vm_name);

    Database& database_;
};

}  // namespace holdfast::catalog
