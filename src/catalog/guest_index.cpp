#include "catalog/guest_index.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/unicode.hpp"
#include "catalog/sources.hpp"
#include "catalog/visibility.hpp"

namespace holdfast::catalog {
namespace {

constexpr std::size_t longest_name = 1000;
// U+10FFFF: nothing that is in a name comes after it.
constexpr std::string_view last_character = "\xf4\x8f\xbf\xbf";

// The state of a machine that a point of it holds.
struct Moment {
    std::int64_t machine;
    Timestamp time;
};

std::string visible(const Viewer& viewer, const std::string& alias) {
    if (viewer.sees_all) return {};
    return " AND " + visible_machine(alias + ".hierarchy_root_id", alias + ".domain_id");
}

void bind_viewer(Query& query, const Viewer& viewer) {
    if (!viewer.sees_all) query.bind("viewer", viewer.account);
}

std::optional<Moment> moment_of(Connection& connection, const Uuid& point) {
    return connection
        .query(
            "SELECT i.machine AS machine, i.created_at AS created_at FROM indexed_points i"
            " JOIN vm_restore_points v ON v.id = i.vm_restore_point_id"
            " WHERE i.vm_restore_point_id = :id AND i.is_complete = 1")
        .bind("id", point)
        .first([](const Row& row) { return Moment{row.number("machine"), row.time("created_at")}; });
}

IndexedFile read_file(const Row& row) {
    return {row.text("name"), static_cast<FileKind>(row.number("kind")), row.number("size"),
            row.time("modified_at"), row.text("owner")};
}

constexpr std::string_view file_columns =
    "f.name AS name, f.kind AS kind, f.size AS size, f.modified_at AS modified_at, f.owner AS owner";

struct Folder {
    std::int64_t id;
    std::string path;
};

// Exactly that one first.
std::vector<Folder> folders_called(Connection& connection, std::int64_t machine, const std::string& path) {
    auto found = connection
                     .query(fmt::format("SELECT id, path FROM indexed_folders WHERE machine = :machine"
                                        " AND folded_path{} = :folded ORDER BY path, id",
                                        connection.byte_order()))
                     .bind("machine", machine)
                     .bind("folded", folded(path))
                     .rows([](const Row& row) { return Folder{row.number("id"), row.text("path")}; });
    std::ranges::stable_partition(found, [&](const Folder& folder) { return folder.path == path; });
    return found;
}

std::optional<GuestIndex::Found> find_in(Connection& connection, const Moment& moment,
                                         const std::string& folder_path, const std::string& name) {
    for (const auto& folder : folders_called(connection, moment.machine, folder_path)) {
        auto files = connection
                         .query(fmt::format("SELECT {} FROM indexed_files f WHERE f.folded_name{} = :folded"
                                            " AND f.machine = :machine AND f.folder = :folder"
                                            " AND f.first_at <= :time AND f.until_at > :time"
                                            " ORDER BY f.name",
                                            file_columns, connection.byte_order()))
                         .bind("folded", folded(name))
                         .bind("machine", moment.machine)
                         .bind("folder", folder.id)
                         .bind("time", moment.time)
                         .rows(read_file);
        if (files.empty()) continue;
        auto exact = std::ranges::find(files, name, &IndexedFile::name);
        return GuestIndex::Found{folder.path, exact != files.end() ? *exact : files.front()};
    }
    return std::nullopt;
}

std::optional<GuestIndex::Found> find_path(Connection& connection, const Moment& moment,
                                           const std::string& path) {
    if (path.empty()) return find_in(connection, moment, std::string(folder_of_roots), "/");
    auto slash = path.rfind('/');
    if (slash != std::string::npos)
        return find_in(connection, moment, path.substr(0, slash), path.substr(slash + 1));
    auto root = find_in(connection, moment, std::string(folder_of_roots), path);
    return root ? root : find_in(connection, moment, "", path);
}

std::string_view condition_of(ShowFiles show) {
    switch (show) {
        case ShowFiles::folders:
            return " AND f.kind = 0";
        case ShowFiles::others:
            return " AND f.kind <> 0";
        case ShowFiles::all:
            break;
    }
    return "";
}

// Files in one folder at one moment.
Query files_at(Connection& connection, const std::string& columns, const Moment& moment, std::int64_t folder,
               ShowFiles show, const std::string& rest) {
    auto query = connection.query(
        fmt::format("SELECT {} FROM indexed_files f WHERE f.machine = :machine AND f.folder = :folder"
                    " AND f.until_at > :time AND f.first_at <= :time{}{}",
                    columns, condition_of(show), rest));
    query.bind("machine", moment.machine).bind("folder", folder).bind("time", moment.time);
    return query;
}

std::string escaped(std::string_view text) {
    std::string result;
    for (char c : text) {
        if (c == '%' || c == '_' || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

// What a search compares names with.
struct Pattern {
    explicit Pattern(const std::string& name) {
        auto wildcards = std::ranges::count(name, '*');
        if (name.size() == static_cast<std::size_t>(wildcards))
            throw Error(ErrorKind::invalid_input, "The name to search for is empty")
                .advise("Give at least one character besides \"*\".");
        if (name.size() > longest_name || wildcards > GuestIndex::most_wildcards)
            throw Error(
                ErrorKind::invalid_input,
                fmt::format("The name to search for is longer than {} bytes, or has more than {} \"*\"",
                            longest_name, GuestIndex::most_wildcards));
        auto text = folded(name);
        begin = text.substr(0, text.find('*'));
        if (begin.size() == text.size()) return;
        for (std::string_view rest = text;;) {
            auto star = std::min(rest.find('*'), rest.size());
            like += escaped(rest.substr(0, star));
            if (star == rest.size()) break;
            like += '%';
            rest.remove_prefix(star + 1);
        }
    }

    std::string begin;
    std::string like;  // empty: the name is `begin`
};

// Rows of indexed_files "f" that some point "v" of the wanted ones has, and that the viewer may see. The
// order of the joins is the order in which SQLite works them out.
class SearchStatement {
  public:
    SearchStatement(Connection& connection, const FileSearch& search)
        : connection_(connection), search_(search), pattern_(search.name) {
        std::string points =
            "indexed_points i JOIN vm_restore_points w ON w.id = i.vm_restore_point_id"
            " WHERE i.machine = f.machine AND i.is_complete = 1"
            " AND i.created_at >= f.first_at AND i.created_at < f.until_at";
        if (search.vm_name) points += " AND w.vm_name = :vm";
        if (search.since) points += " AND i.created_at >= :since";
        if (search.until) points += " AND i.created_at <= :until";
        points_ = std::move(points);
        std::string name = fmt::format("f.folded_name{}", connection.byte_order());
        where_ = pattern_.like.empty() ? name + " = :begin" : name + " >= :begin AND " + name + " < :end";
        if (!pattern_.like.empty()) where_ += " AND f.folded_name LIKE :pattern ESCAPE '\\'";
        order_ = fmt::format(" ORDER BY {}, f.machine, f.folder, f.first_at", name);
        where_ += visible(search.viewer, "m");
    }

    std::vector<FoundFile> page() {
        auto query = start(fmt::format(
            "SELECT {}, d.path AS path, v.id AS point, v.vm_name AS vm_name, v.created_at AS newest,"
            " (SELECT MIN(i.created_at) FROM {}) AS oldest, (SELECT COUNT(*) FROM {}) AS points"
            " FROM indexed_files f CROSS JOIN indexed_machines m CROSS JOIN indexed_folders d"
            " CROSS JOIN vm_restore_points v"
            " WHERE {} AND m.id = f.machine AND d.machine = f.machine AND d.id = f.folder"
            " AND v.id = (SELECT i.vm_restore_point_id FROM {} ORDER BY i.created_at DESC LIMIT 1)"
            "{} LIMIT :size OFFSET :first",
            file_columns, points_, points_, where_, points_, order_));
        query.bind("size", std::min(search_.size, GuestIndex::most_found - search_.first))
            .bind("first", search_.first);
        return query.rows([](const Row& row) {
            FoundFile found;
            found.folder = row.text("path");
            found.file = read_file(row);
            found.newest_point = row.id("point");
            found.vm_name = row.text("vm_name");
            found.newest = row.time("newest");
            found.oldest = row.time("oldest");
            found.points = row.number("points");
            return found;
        });
    }

    std::uint64_t count() {
        auto query =
            start(fmt::format("SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM indexed_files f"
                              " CROSS JOIN indexed_machines m WHERE {} AND m.id = f.machine"
                              " AND EXISTS (SELECT 1 FROM {}) LIMIT :most) AS found",
                              where_, points_));
        query.bind("most", GuestIndex::most_found);
        return static_cast<std::uint64_t>(
            query.first([](const Row& row) { return row.number("n"); }).value_or(0));
    }

  private:
    Query start(std::string text) {
        auto query = connection_.query(std::move(text));
        query.bind("begin", pattern_.begin);
        if (!pattern_.like.empty())
            query.bind("end", pattern_.begin + std::string(last_character)).bind("pattern", pattern_.like);
        if (search_.vm_name) query.bind("vm", *search_.vm_name);
        if (search_.since) query.bind("since", *search_.since);
        if (search_.until) query.bind("until", *search_.until);
        bind_viewer(query, search_.viewer);
        return query;
    }

    Connection& connection_;
    const FileSearch& search_;
    Pattern pattern_;
    std::string points_;
    std::string where_;
    std::string order_;
};

}  // namespace

std::string path_in(std::string_view folder, std::string_view name) {
    if (folder == folder_of_roots) return name == "/" ? "" : std::string(name);
    return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

std::vector<std::string> GuestIndex::machines(const Viewer& viewer) {
    return database_.look_up([&](Connection& connection) {
        auto query =
            connection.query(fmt::format("SELECT DISTINCT v.vm_name{0} AS vm_name FROM indexed_points i"
                                         " JOIN vm_restore_points v ON v.id = i.vm_restore_point_id"
                                         " WHERE i.is_complete = 1{1} ORDER BY vm_name",
                                         connection.byte_order(), visible(viewer, "v")));
        bind_viewer(query, viewer);
        return query.rows([](const Row& row) { return row.text("vm_name"); });
    });
}

std::optional<std::string> GuestIndex::other_spelling(const Viewer& viewer, const std::string& vm_name) {
    auto names = machines(viewer);
    auto found = std::ranges::find(names, folded(vm_name), [](const auto& name) { return folded(name); });
    if (found == names.end() || *found == vm_name) return std::nullopt;
    return *found;
}

std::vector<VmRestorePoint> GuestIndex::points(const Viewer& viewer, const std::string& vm_name) {
    auto found = points_called(viewer, vm_name);
    if (!found.empty()) return found;
    auto other = other_spelling(viewer, vm_name);
    return other ? points_called(viewer, *other) : found;
}

std::vector<VmRestorePoint> GuestIndex::points_called(const Viewer& viewer, const std::string& vm_name) {
    return database_.look_up([&](Connection& connection) {
        auto query =
            connection.query(vm_restore_point_source().select() +
                             " JOIN indexed_points i ON i.vm_restore_point_id = v.id WHERE v.vm_name = :name"
                             " AND i.is_complete = 1" +
                             visible(viewer, "v") + " ORDER BY v.created_at DESC, v.id");
        query.bind("name", vm_name);
        bind_viewer(query, viewer);
        return query.rows(vm_restore_point_source().read);
    });
}

std::optional<VmRestorePoint> GuestIndex::find_point(const Viewer& viewer, const std::string& vm_name,
                                                     const Uuid& point) {
    auto found = database_.look_up([&](Connection& connection) {
        auto query =
            connection.query(vm_restore_point_source().select() +
                             " JOIN indexed_points i ON i.vm_restore_point_id = v.id WHERE v.id = :id"
                             " AND i.is_complete = 1" +
                             visible(viewer, "v"));
        query.bind("id", point);
        bind_viewer(query, viewer);
        return query.first(vm_restore_point_source().read);
    });
    if (found && folded(found->vm_name) != folded(vm_name)) found.reset();
    return found;
}

std::optional<IndexedListing> GuestIndex::list(const Uuid& point, const std::string& path, ShowFiles show,
                                               std::uint64_t first, std::uint64_t size) {
    return database_.read([&](Connection& connection) -> std::optional<IndexedListing> {
        auto moment = moment_of(connection, point);
        if (!moment) return std::nullopt;
        IndexedListing listing{.folder = path};
        if (path != folder_of_roots) {
            auto found = find_path(connection, *moment, path);
            if (!found || found->file.kind != FileKind::folder) return std::nullopt;
            listing.folder = path_in(found->folder, found->file.name);
        }
        auto folders = folders_called(connection, moment->machine, listing.folder);
        // An empty folder is one of which there is no record.
        if (folders.empty() || folders.front().path != listing.folder) return listing;
        auto folder = folders.front().id;
        listing.files = files_at(connection, std::string(file_columns), *moment, folder, show,
                                 fmt::format(" ORDER BY CASE f.kind WHEN 0 THEN 0 ELSE 1 END, f.name{}"
                                             " LIMIT :size OFFSET :first",
                                             connection.byte_order()))
                            .bind("size", size)
                            .bind("first", first)
                            .rows(read_file);
        listing.total =
            static_cast<std::uint64_t>(files_at(connection, "COUNT(*) AS n", *moment, folder, show, "")
                                           .first([](const Row& row) { return row.number("n"); })
                                           .value_or(0));
        return listing;
    });
}

std::optional<GuestIndex::Found> GuestIndex::find(const Uuid& point, const std::string& path) {
    return database_.read([&](Connection& connection) -> std::optional<Found> {
        auto moment = moment_of(connection, point);
        return moment ? find_path(connection, *moment, path) : std::nullopt;
    });
}

FoundFiles GuestIndex::search(const FileSearch& search) {
    return database_.read([&](Connection& connection) {
        SearchStatement statement(connection, search);
        FoundFiles found;
        if (search.first < most_found) found.files = statement.page();
        // Where the page is the last one, its end is the number of all.
        bool is_last = found.files.size() < search.size && (search.first == 0 || !found.files.empty());
        found.total = is_last ? search.first + found.files.size() : statement.count();
        return found;
    });
}

}  // namespace holdfast::catalog
