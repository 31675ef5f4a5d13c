// Which records of one type are wanted: a condition over its fields, an order, a page, and who asks. All of
// it is worked out by the database, over bound values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/viewer.hpp"

namespace holdfast::catalog {

// id: a UUID, kept as text in lower case.
enum class FieldKind { text, number, real, boolean, time, enumeration, id };

// What a filter or an order may name.
struct Field {
    std::string name;  // as the API documents it: "CreationTime"
    FieldKind kind = FieldKind::text;
    std::string sql{};                 // its expression over the tables of its source
    std::vector<std::string> words{};  // of an enumeration, in the order by which they compare
};

// Texts and ids; numbers, booleans (0 or 1), times (microseconds) and enumerations (the word's index); reals.
using Value = std::variant<std::string, std::int64_t, double>;

enum class Comparison { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

// A comparison, or several conditions joined by AND or OR. The fields live as long as the program.
struct Condition {
    enum class Kind { comparison, all, any };

    static Condition compare(const Field& field, Comparison comparison, Value value);
    // One part alone stands for itself. There is at least one.
    static Condition join(Kind kind, std::vector<Condition> parts);

    Kind kind = Kind::comparison;
    const Field* field = nullptr;
    Comparison comparison = Comparison::equal;
    Value value;
    std::vector<Condition> parts{};
};

enum class Direction { ascending, descending };

struct Order {
    const Field* field;
    Direction direction;
};

// Rows `first` (from 0) and up, at most `size` of them.
struct Slice {
    std::uint64_t first;
    std::uint64_t size;
};

// This installation, the one backup server that records belong to.
struct Installation {
    Uuid id;
    std::string name;     // the host's
    std::string version;  // of Holdfast
    std::uint16_t port = 0;
};

struct Selection {
    Viewer viewer;
    Installation here;
    std::optional<Condition> where{};
    // Records of a parent: one of the source's parents by name, and its id.
    std::optional<std::pair<std::string_view, std::string>> inside{};
    // After these, and always last: by creation, oldest first, and by id. So pages do not shift while records
    // are added.
    std::vector<Order> order{};
    std::optional<Timestamp> created_since{};
    std::optional<Timestamp> created_until{};
    std::optional<Slice> slice{};  // everything where there is none
};

// Where the records of one type come from.
struct Source {
    std::string name;     // of the type, as queries name it: "BackupJobSession"
    std::string columns;  // of the SELECT
    std::string from;     // the tables, with the joins that spare a look-up for each row
    std::string id;       // unique; the end of every order
    std::string created;
    // True for rows that the account :viewer may see; empty where all may.
    std::string visible{};
    std::vector<Field> fields{};
    std::vector<std::pair<std::string_view, std::string>> parents{};  // name and column

    // "SELECT … FROM …": a WHERE may follow.
    std::string select() const { return "SELECT " + columns + " FROM " + from; }
    // In any letter case; a time is found with and without UTC at its end. Null where there is none.
    const Field* find(std::string_view wanted) const;
};

const Field* find_field(const std::vector<Field>& fields, std::string_view name);

template <typename Record>
struct RecordSource : Source {
    Record (*read)(const Row&);
    // What a row alone cannot tell, for all records at once; null where a row tells everything.
    void (*complete)(Connection&, std::vector<Record>&) = nullptr;
};

template <typename Record>
struct Selected {
    std::vector<Record> records;
    std::uint64_t total;  // on all pages together
};

// SELECT of the wanted rows, and their number whatever the slice.
Query rows_of(Connection& connection, const Source& source, const Selection& selection);
std::uint64_t count_of(Connection& connection, const Source& source, const Selection& selection);

template <typename Record>
Selected<Record> select_records(Database& database, const RecordSource<Record>& source,
                                const Selection& selection) {
    return database.read([&](Connection& connection) {
        Selected<Record> selected{rows_of(connection, source, selection).rows(source.read), 0};
        if (source.complete != nullptr) source.complete(connection, selected.records);
        selected.total = selection.slice ? count_of(connection, source, selection) : selected.records.size();
        return selected;
    });
}

}  // namespace holdfast::catalog
