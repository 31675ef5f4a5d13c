// What fills the index of guest files, and takes out of it what no restore point has any more.
//
// A file is one row for each version of it, with the time span of the points that have that version. So a
// point in which nothing changed costs one row, and what is written for a point that is not complete yet, or
// never will be, is seen by nobody: it begins or ends at that point's time, which tells it apart and takes it
// back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/guest_index.hpp"

namespace holdfast::catalog {

// One point, while its files are read. One thread; one at a time for each owner.
class GuestIndexWriter {
  public:
    // Of a folder, in bytes: databases index no longer ones. What is below is left out.
    static constexpr std::size_t longest_path = 2000;

    // `owner` is this installation. conflict where the machine has a newer indexed point, or where another
    // server indexes it.
    GuestIndexWriter(Database& database, const VmRestorePoint& point, const std::string& owner);
    // Without finish() everything is taken back.
    ~GuestIndexWriter();
    GuestIndexWriter(const GuestIndexWriter&) = delete;
    GuestIndexWriter& operator=(const GuestIndexWriter&) = delete;

    // What is in one folder, all of it, in the same order each time. A folder comes before those in it, the
    // folder of roots first; each comes, one that cannot be read any more without files.
    void put(std::string path, std::vector<IndexedFile> files);
    // not_found where the point was removed meanwhile.
    void finish();

    std::uint64_t files() const { return files_; }
    // Rows that were written for what is new or other than at the point before.
    std::uint64_t changes() const { return changes_; }

  private:
    struct Folder {
        std::string path;
        std::vector<IndexedFile> files;
    };
    struct Known;
    using Wanted = std::unordered_map<std::string_view, const IndexedFile*>;  // by name

    void begin(Connection& connection, const VmRestorePoint& point, const std::string& owner);
    void flush();
    std::optional<Known> find_folder(Connection& connection, const std::string& path);
    std::int64_t add_folder(Connection& connection, const std::string& path, const std::string& digest);
    void set_digest(Connection& connection, std::int64_t folder, const std::string& digest);
    void sync(Connection& connection, const Folder& folder);
    void end_old(Connection& connection, const std::string& path, std::int64_t folder, Wanted& wanted);
    void end_rows(Connection& connection, std::int64_t folder, const std::string& name);
    void end_tree(Connection& connection, const std::string& path);
    void insert(Connection& connection, std::int64_t folder, const std::vector<const IndexedFile*>& files);

    Database& database_;
    Uuid point_;
    std::int64_t machine_ = 0;
    Timestamp time_;
    Timestamp previous_;  // of the newest point that is complete; where there is none, before all time
    std::int64_t next_folder_ = 1;
    std::vector<Folder> waiting_;
    std::size_t waiting_files_ = 0;
    std::uint64_t files_ = 0;
    std::uint64_t changes_ = 0;
    bool is_finished_ = false;
};

// Takes out the files of points that are gone, and what an indexing of this owner left that did not end. Not
// while one of this owner runs. In many short transactions.
void tidy_guest_index(Database& database, const std::string& owner);

}  // namespace holdfast::catalog
