#include "catalog/guest_index_writer.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "base/error.hpp"
#include "base/unicode.hpp"

namespace holdfast::catalog {
namespace {

// A transaction keeps other writers of SQLite waiting for a fraction of a second.
constexpr std::size_t files_of_transaction = 4000;
constexpr std::size_t folders_of_transaction = 400;
constexpr std::size_t rows_of_statement = 40;
// Of what is not complete after that long nobody knows any more: its server is gone.
constexpr std::chrono::hours longest_indexing{24};
// The end of what has not ended.
constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t before_all = std::numeric_limits<std::int64_t>::min();

std::string digest_of(const std::vector<IndexedFile>& files) {
    std::string text;
    for (const auto& file : files)
        fmt::format_to(std::back_inserter(text), "{}/{}/{}/{}/{}\n", file.name, static_cast<int>(file.kind),
                       file.size, to_micros(file.modified), file.owner);
    return Uuid::from_name({}, text).to_string();
}

struct IndexedPoint {
    Uuid id;
    std::int64_t machine;
    Timestamp time;
};

IndexedPoint read_point(const Row& row) {
    return {row.id("id"), row.number("machine"), row.time("created_at")};
}

// `work` in a transaction for each few of the machine's folders: of their ids the first and the last.
template <typename Work>
void for_all_folders(Database& database, std::int64_t machine, Work work) {
    auto last = database.look_up([&](Connection& connection) {
        return connection
            .query("SELECT COALESCE(MAX(id), 0) AS n FROM indexed_folders WHERE machine = :machine")
            .bind("machine", machine)
            .first([](const Row& row) { return row.number("n"); })
            .value_or(0);
    });
    constexpr auto step = std::int64_t{folders_of_transaction};
    for (std::int64_t first = 1; first <= last; first += step)
        database.transaction([&](Connection& connection) { work(connection, first, first + step - 1); });
}

void run_on_folders(Connection& connection, std::string text, const IndexedPoint& point, std::int64_t first,
                    std::int64_t last) {
    auto query = connection.query(std::move(text));
    query.bind("machine", point.machine).bind("first", first).bind("last", last);
    query.bind("time", point.time).run();
}

// As it was before the point, which did not become complete.
void take_back(Database& database, const IndexedPoint& point) {
    for_all_folders(
        database, point.machine, [&](Connection& connection, std::int64_t first, std::int64_t last) {
            const std::string of_folders = " WHERE machine = :machine AND folder BETWEEN :first AND :last";
            run_on_folders(connection, "DELETE FROM indexed_files" + of_folders + " AND first_at = :time",
                           point, first, last);
            run_on_folders(connection,
                           fmt::format("UPDATE indexed_files SET until_at = {}{} AND until_at = :time",
                                       forever, of_folders),
                           point, first, last);
            connection
                .query(
                    "UPDATE indexed_folders SET digest = '' WHERE machine = :machine"
                    " AND id BETWEEN :first AND :last")
                .bind("machine", point.machine)
                .bind("first", first)
                .bind("last", last)
                .run();
        });
    database.transaction([&](Connection& connection) {
        connection.query("DELETE FROM indexed_points WHERE vm_restore_point_id = :id")
            .bind("id", point.id)
            .run();
    });
}

void take_back_left(Database& database, const std::string& owner) {
    auto left = database.look_up([&](Connection& connection) {
        return connection
            .query(
                "SELECT vm_restore_point_id AS id, machine, created_at FROM indexed_points"
                " WHERE is_complete = 0 AND (owner = :owner OR begun_at < :oldest)")
            .bind("owner", owner)
            .bind("oldest", now() - longest_indexing)
            .rows(read_point);
    });
    for (const auto& point : left) take_back(database, point);
}

// Takes out what only this point had, which is between those two; nothing where there is none on that side.
void take_out(Database& database, const IndexedPoint& gone, const std::optional<Timestamp>& before,
              const std::optional<Timestamp>& after) {
    for_all_folders(
        database, gone.machine, [&](Connection& connection, std::int64_t first, std::int64_t last) {
            // What has not ended is what the next point is compared with, whether a point has it or not.
            connection
                .query(
                    "DELETE FROM indexed_files WHERE machine = :machine AND folder BETWEEN :first AND :last"
                    " AND until_at > :time AND until_at <= :after AND first_at > :before")
                .bind("machine", gone.machine)
                .bind("first", first)
                .bind("last", last)
                .bind("time", gone.time)
                .bind("after", after ? to_micros(*after) : forever - 1)
                .bind("before", before ? to_micros(*before) : before_all)
                .run();
            connection
                .query(
                    "DELETE FROM indexed_folders WHERE machine = :machine AND id BETWEEN :first AND :last"
                    " AND NOT EXISTS (SELECT 1 FROM indexed_files f"
                    " WHERE f.machine = indexed_folders.machine AND f.folder = indexed_folders.id)")
                .bind("machine", gone.machine)
                .bind("first", first)
                .bind("last", last)
                .run();
        });
    database.transaction([&](Connection& connection) {
        connection.query("DELETE FROM indexed_points WHERE vm_restore_point_id = :id")
            .bind("id", gone.id)
            .run();
    });
}

void take_out_machine(Database& database, std::int64_t machine) {
    for_all_folders(database, machine, [&](Connection& connection, std::int64_t first, std::int64_t last) {
        for (std::string_view rest : {"indexed_files WHERE folder BETWEEN :first AND :last",
                                      "indexed_folders WHERE id BETWEEN :first AND :last"})
            connection.query(fmt::format("DELETE FROM {} AND machine = :machine", rest))
                .bind("machine", machine)
                .bind("first", first)
                .bind("last", last)
                .run();
    });
    database.transaction([&](Connection& connection) {
        for (std::string_view rest :
             {"indexed_points WHERE machine = :machine", "indexed_machines WHERE id = :machine"})
            connection.query(fmt::format("DELETE FROM {}", rest)).bind("machine", machine).run();
    });
}

// The nearest point of the machine that is still there, on one side of a time.
std::optional<Timestamp> neighbour(Connection& connection, const IndexedPoint& point, std::string_view which,
                                   std::string_view side) {
    return connection
        .query(fmt::format("SELECT {}(i.created_at) AS created_at FROM indexed_points i"
                           " JOIN vm_restore_points v ON v.id = i.vm_restore_point_id"
                           " WHERE i.machine = :machine AND i.created_at {} :time",
                           which, side))
        .bind("machine", point.machine)
        .bind("time", point.time)
        .first([](const Row& row) { return row.optional_time("created_at"); })
        .value_or(std::nullopt);
}

}  // namespace

void tidy_guest_index(Database& database, const std::string& owner) {
    take_back_left(database, owner);
    // Machines that are being indexed by another server wait for the next time.
    auto gone = database.look_up([&](Connection& connection) {
        return connection
            .query(
                "SELECT i.vm_restore_point_id AS id, i.machine AS machine, i.created_at AS created_at"
                " FROM indexed_points i LEFT JOIN vm_restore_points v ON v.id = i.vm_restore_point_id"
                " WHERE v.id IS NULL AND NOT EXISTS (SELECT 1 FROM indexed_points o"
                " WHERE o.machine = i.machine AND o.is_complete = 0)"
                " ORDER BY i.machine, i.created_at")
            .rows(read_point);
    });
    std::unordered_set<std::int64_t> taken_out;
    for (const auto& point : gone) {
        if (taken_out.contains(point.machine)) continue;
        auto [before, after] = database.read([&](Connection& connection) {
            return std::pair(neighbour(connection, point, "MAX", "<"),
                             neighbour(connection, point, "MIN", ">"));
        });
        if (before || after) {
            take_out(database, point, before, after);
        } else {
            take_out_machine(database, point.machine);
            taken_out.insert(point.machine);
        }
    }
}

GuestIndexWriter::GuestIndexWriter(Database& database, const VmRestorePoint& point, const std::string& owner)
    : database_(database), point_(point.id), time_(point.created) {
    take_back_left(database, owner);
    database.transaction([&](Connection& connection) { begin(connection, point, owner); });
}

GuestIndexWriter::~GuestIndexWriter() {
    if (is_finished_) return;
    try {
        take_back(database_, {point_, machine_, time_});
    } catch (const std::exception& error) {
        // The next indexing does it.
        spdlog::warn("What was indexed in vain is not taken out yet: {}", error.what());
    }
}

void GuestIndexWriter::begin(Connection& connection, const VmRestorePoint& point, const std::string& owner) {
    connection
        .query(
            "INSERT INTO indexed_machines (id, hierarchy_root_id, domain_id)"
            " SELECT COALESCE(MAX(id), 0) + 1, CAST(:root AS TEXT), CAST(:domain AS TEXT) FROM "
            "indexed_machines WHERE 1 = 1"
            " ON CONFLICT (hierarchy_root_id, domain_id) DO NOTHING")
        .bind("root", point.hierarchy_root)
        .bind("domain", point.domain)
        .run();
    // Changes nothing, but another server waits here.
    connection
        .query("UPDATE indexed_machines SET id = id WHERE hierarchy_root_id = :root AND domain_id = :domain")
        .bind("root", point.hierarchy_root)
        .bind("domain", point.domain)
        .run();
    machine_ =
        connection
            .query("SELECT id FROM indexed_machines WHERE hierarchy_root_id = :root AND domain_id = :domain")
            .bind("root", point.hierarchy_root)
            .bind("domain", point.domain)
            .first([](const Row& row) { return row.number("id"); })
            .value();
    struct Other {
        Timestamp time;
        bool is_complete;
    };
    auto others =
        connection.query("SELECT created_at, is_complete FROM indexed_points WHERE machine = :machine")
            .bind("machine", machine_)
            .rows([](const Row& row) { return Other{row.time("created_at"), row.flag("is_complete")}; });
    previous_ = from_micros(before_all);
    for (const auto& other : others) {
        if (!other.is_complete)
            throw Error(ErrorKind::conflict, "Another server indexes the files of " + point.vm_name);
        previous_ = std::max(previous_, other.time);
    }
    if (previous_ >= time_)
        throw Error(ErrorKind::conflict,
                    "The files of a newer restore point of " + point.vm_name + " are indexed already");
    next_folder_ =
        connection.query("SELECT COALESCE(MAX(id), 0) AS n FROM indexed_folders WHERE machine = :machine")
            .bind("machine", machine_)
            .first([](const Row& row) { return row.number("n"); })
            .value_or(0) +
        1;
    connection
        .query(
            "INSERT INTO indexed_points (vm_restore_point_id, machine, created_at, owner, begun_at, "
            "is_complete)"
            " VALUES (:id, :machine, :created, :owner, :begun, 0)")
        .bind("id", point_)
        .bind("machine", machine_)
        .bind("created", time_)
        .bind("owner", owner)
        .bind("begun", now())
        .run();
}

void GuestIndexWriter::put(std::string path, std::vector<IndexedFile> files) {
    files_ += files.size();
    waiting_files_ += files.size();
    waiting_.push_back({std::move(path), std::move(files)});
    if (waiting_files_ >= files_of_transaction || waiting_.size() >= folders_of_transaction) flush();
}

void GuestIndexWriter::finish() {
    flush();
    database_.transaction([&](Connection& connection) {
        if (connection
                .query("UPDATE indexed_points SET is_complete = 1 WHERE vm_restore_point_id = :id"
                       " AND EXISTS (SELECT 1 FROM vm_restore_points WHERE id = :id)")
                .bind("id", point_)
                .run() == 0)
            throw Error(ErrorKind::not_found, "The restore point was removed while its files were indexed");
    });
    is_finished_ = true;
}

void GuestIndexWriter::flush() {
    database_.transaction([&](Connection& connection) {
        for (const auto& folder : waiting_) sync(connection, folder);
    });
    waiting_.clear();
    waiting_files_ = 0;
}

struct GuestIndexWriter::Known {
    std::int64_t id;
    std::string digest;
};

std::optional<GuestIndexWriter::Known> GuestIndexWriter::find_folder(Connection& connection,
                                                                     const std::string& path) {
    return connection
        .query(fmt::format("SELECT id, digest FROM indexed_folders"
                           " WHERE machine = :machine AND path{} = :path",
                           connection.byte_order()))
        .bind("machine", machine_)
        .bind("path", path)
        .first([](const Row& row) { return Known{row.number("id"), row.text("digest")}; });
}

std::int64_t GuestIndexWriter::add_folder(Connection& connection, const std::string& path,
                                          const std::string& digest) {
    auto id = next_folder_++;
    connection
        .query(
            "INSERT INTO indexed_folders (machine, id, path, folded_path, digest)"
            " VALUES (:machine, :id, :path, :folded, :digest)")
        .bind("machine", machine_)
        .bind("id", id)
        .bind("path", path)
        .bind("folded", folded(path))
        .bind("digest", digest)
        .run();
    return id;
}

void GuestIndexWriter::set_digest(Connection& connection, std::int64_t folder, const std::string& digest) {
    connection.query("UPDATE indexed_folders SET digest = :digest WHERE machine = :machine AND id = :id")
        .bind("digest", digest)
        .bind("machine", machine_)
        .bind("id", folder)
        .run();
}

void GuestIndexWriter::sync(Connection& connection, const Folder& folder) {
    // Two names of the guest may look the same here: the first counts.
    Wanted wanted;
    for (const auto& file : folder.files) wanted.try_emplace(file.name, &file);
    auto digest = digest_of(folder.files);
    auto known = find_folder(connection, folder.path);
    if (known ? known->digest == digest : folder.files.empty()) return;
    if (known) {
        set_digest(connection, known->id, digest);
        end_old(connection, folder.path, known->id, wanted);
    }
    auto id = known ? known->id : add_folder(connection, folder.path, digest);
    std::vector<const IndexedFile*> added;
    for (const auto& file : folder.files)
        if (auto found = wanted.find(file.name); found != wanted.end() && found->second == &file)
            added.push_back(&file);
    insert(connection, id, added);
}

// What is not wanted any more, or not as it was. What is there already is no longer wanted.
void GuestIndexWriter::end_old(Connection& connection, const std::string& path, std::int64_t folder,
                               Wanted& wanted) {
    auto read = [](const Row& row) {
        return IndexedFile{row.text("name"), static_cast<FileKind>(row.number("kind")), row.number("size"),
                           row.time("modified_at"), row.text("owner")};
    };
    auto rows = connection
                    .query(fmt::format("SELECT name, kind, size, modified_at, owner FROM indexed_files"
                                       " WHERE machine = :machine AND folder = :folder AND until_at = {}",
                                       forever))
                    .bind("machine", machine_)
                    .bind("folder", folder)
                    .rows(read);
    for (const auto& row : rows) {
        auto found = wanted.find(row.name);
        bool is_there = found != wanted.end();
        if (is_there && *found->second == row) {
            wanted.erase(found);
            continue;
        }
        end_rows(connection, folder, row.name);
        if (row.kind == FileKind::folder && !(is_there && found->second->kind == FileKind::folder))
            end_tree(connection, path_in(path, row.name));
    }
}

// Those of that name, or all in the folder where the name is empty. What only came after the newest point was
// in none.
void GuestIndexWriter::end_rows(Connection& connection, std::int64_t folder, const std::string& name) {
    auto rows = fmt::format(" WHERE machine = :machine AND folder = :folder AND until_at = {}{}", forever,
                            name.empty() ? "" : " AND name = :name");
    auto run = [&](std::string text, std::string_view other, Timestamp value) {
        auto query = connection.query(std::move(text));
        query.bind("machine", machine_).bind("folder", folder).bind(other, value);
        if (!name.empty()) query.bind("name", name);
        changes_ += query.run();
    };
    run("DELETE FROM indexed_files" + rows + " AND first_at > :previous", "previous", previous_);
    run("UPDATE indexed_files SET until_at = :time" + rows, "time", time_);
}

// A folder that is gone, and all below it.
void GuestIndexWriter::end_tree(Connection& connection, const std::string& path) {
    auto query = connection.query(
        fmt::format("SELECT id, path FROM indexed_folders WHERE machine = :machine AND digest <> ''"
                    " AND (path{0} = :itself OR (path{0} >= :begin AND path{0} < :end))",
                    connection.byte_order()));
    // "0" comes after "/". Below the root of a Linux system is everything but the folder of roots; other
    // roots are put again, as new.
    query.bind("machine", machine_)
        .bind("itself", path)
        .bind("begin", path.empty() ? "" : path + "/")
        .bind("end", path.empty() ? "\xf4\x8f\xbf\xbf" : path + "0");
    auto folders = query.rows([](const Row& row) { return std::pair(row.number("id"), row.text("path")); });
    for (const auto& [id, folder] : folders) {
        bool is_below =
            path.empty() ? folder != folder_of_roots : folder == path || folder.starts_with(path + "/");
        if (!is_below) continue;
        end_rows(connection, id, "");
        set_digest(connection, id, "");
    }
}

void GuestIndexWriter::insert(Connection& connection, std::int64_t folder,
                              const std::vector<const IndexedFile*>& files) {
    for (std::span<const IndexedFile* const> rest(files); !rest.empty();) {
        auto part = rest.first(std::min(rows_of_statement, rest.size()));
        rest = rest.subspan(part.size());
        std::string text =
            "INSERT INTO indexed_files (machine, folder, name, folded_name, kind, size, modified_at, owner,"
            " first_at, until_at) VALUES ";
        for (std::size_t i = 0; i < part.size(); ++i)
            fmt::format_to(std::back_inserter(text),
                           "{}(:machine, :folder, :n{}, :f{}, :k{}, :s{}, :m{}, :o{}, :time, {})",
                           i == 0 ? "" : ", ", i, i, i, i, i, i, forever);
        auto query = connection.query(std::move(text));
        query.bind("machine", machine_).bind("folder", folder).bind("time", time_);
        for (std::size_t i = 0; i < part.size(); ++i) {
            const auto& file = *part[i];
            query.bind(fmt::format("n{}", i), file.name)
                .bind(fmt::format("f{}", i), folded(file.name))
                .bind(fmt::format("k{}", i), static_cast<int>(file.kind))
                .bind(fmt::format("s{}", i), file.size)
                .bind(fmt::format("m{}", i), file.modified)
                .bind(fmt::format("o{}", i), file.owner);
        }
        query.run();
        changes_ += part.size();
    }
}

}  // namespace holdfast::catalog
