// Which records of one type are wanted: a condition over its fields, an order, a page, and who asks. All of
// it is worked out by the database, over bound values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
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
    bool may_be_missing = false;       // some records have none
    // Of a name that ends with a time: its two parts, which indexes know. Where a name begins with another
    // one and an "@", it comes after that, whatever their times.
    std::string name_part{};
    std::string time_part{};
    // Of an enumeration that is kept in a column: that column, and as SQL what is in it for each word.
    std::string column{};
    std::vector<std::string> stored{};
};

// Texts and ids; numbers, booleans (0 or 1), times (microseconds) and enumerations (the word's index); reals.
using Value = std::variant<std::string, std::int64_t, double>;

// `contains` is for texts only: it is anywhere in the field, ASCII letters in any case.
enum class Comparison { equal, not_equal, less, less_or_equal, greater, greater_or_equal, contains };

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

// A table that is joined for what it tells of each row: it has one row for each, or none.
struct Join {
    std::string alias;  // "p"
    std::string text;   // "LEFT JOIN restore_points p ON p.id = v.restore_point_id"
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

// Where a part of a list ended: the next one begins after this record.
struct Position {
    std::int64_t created;  // microseconds
    std::string id;
};

// This installation, to which all records belong.
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
    // Only what comes after it; in the order of creation (see is_by_creation()).
    std::optional<Position> after{};
};

struct PeerRecord;
template <typename Record>
struct RecordSource;

// Where the records of one type come from.
struct Source {
    std::string name;     // of the type, as queries name it: "BackupJobSession"
    std::string columns;  // of the SELECT
    std::string table;    // "vm_restore_points v"
    std::string id;       // unique; the end of every order
    std::string created;
    // What spares a look-up for each row. None of them adds or drops a row, so that counting does without.
    std::vector<Join> joins{};
    // True for rows that the account :viewer may see; empty where all may.
    std::string visible{};
    // In the place of `columns` for :viewer, where these would tell of more than it sees.
    std::string visible_columns{};
    std::vector<Field> fields{};
    std::vector<std::pair<std::string_view, std::string>> parents{};  // name and column

    // There may be very many: a whole list of them is read in parts. Their id is one text.
    bool is_long = false;

    // Of this type, what other servers have, with fields and parents that are called alike. Null where they
    // are not asked for it.
    const RecordSource<PeerRecord>& (*of_others)() = nullptr;

    // "SELECT … FROM …": a WHERE may follow.
    std::string select() const { return "SELECT " + columns + " FROM " + tables(); }
    // With all joins, or only with those that `text` needs.
    std::string tables() const;
    std::string tables_for(std::string_view text) const;
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

// A record of another server: what was collected of it.
struct PeerRecord {
    Uuid id;
    Uuid server;
    std::string entity;  // in JSON
};

template <typename Record>
struct Selected {
    std::vector<Record> records;
    std::uint64_t total;  // on all pages together
};

// SELECT of the wanted rows, and their number whatever the slice.
Query rows_of(Connection& connection, const Source& source, const Selection& selection);
std::uint64_t count_of(Connection& connection, const Source& source, const Selection& selection);
// The same text for selections that are counted alike, but for the moment to which they reach.
std::string count_key(const Source& source, const Selection& selection);

// Whether the selection is in the order of creation, one way or the other, and its records are many.
bool is_by_creation(const Source& source, const Selection& selection);
// Of a row of rows_of().
Position position_of(const Row& row);

template <typename Record>
Selected<Record> select_records(Database& database, const RecordSource<Record>& source,
                                const Selection& selection) {
    return database.read([&](Connection& connection) {
        Selected<Record> selected{rows_of(connection, source, selection).rows(source.read), 0};
        if (source.complete != nullptr) source.complete(connection, selected.records);
        selected.total = selected.records.size();
        if (selection.slice)
            selected.total = database.counts().find_or(
                count_key(source, selection), [&] { return count_of(connection, source, selection); });
        return selected;
    });
}

// Whether other servers' records are among what is selected.
bool has_others(const Source& source, const Selection& selection);

// Where a record of a selection is: here, or in what was collected of others.
struct RecordKey {
    bool is_other;
    Position position;
};
// The same conditions and order by the fields of `others`.
Selection selection_of_others(const Source& others, const Selection& selection);
// Of the wanted records of here and of others, in one order and cut as one list.
std::vector<RecordKey> keys_of(Connection& connection, const Source& source, const Selection& selection);
// The rows with these ids, in any order; each tells its own as "position_id".
Query rows_with_ids(Connection& connection, const Source& source, const Selection& selection,
                    std::span<const std::string> ids);

template <typename Record>
using HereOrOther = std::variant<Record, PeerRecord>;

template <typename Record>
std::unordered_map<std::string, Record> records_with_ids(Connection& connection,
                                                         const RecordSource<Record>& source,
                                                         const Selection& selection,
                                                         std::span<const std::string> ids) {
    constexpr std::size_t at_once = 1000;  // within what the databases take of values in one statement
    std::unordered_map<std::string, Record> found;
    while (!ids.empty()) {
        auto part = ids.first(std::min(at_once, ids.size()));
        ids = ids.subspan(part.size());
        std::vector<std::string> order;
        auto records = rows_with_ids(connection, source, selection, part).rows([&](const Row& row) {
            order.push_back(row.text("position_id"));
            return source.read(row);
        });
        if (source.complete != nullptr) source.complete(connection, records);
        for (std::size_t i = 0; i < records.size(); ++i) found.emplace(order[i], std::move(records[i]));
    }
    return found;
}

template <typename Record>
std::vector<HereOrOther<Record>> records_of(Connection& connection, const RecordSource<Record>& source,
                                            const Selection& selection, const std::vector<RecordKey>& keys) {
    std::vector<std::string> here;
    std::vector<std::string> others;
    for (const auto& key : keys) (key.is_other ? others : here).push_back(key.position.id);
    auto records = records_with_ids(connection, source, selection, here);
    auto records_of_others = records_with_ids(connection, source.of_others(), selection, others);
    std::vector<HereOrOther<Record>> ordered;
    ordered.reserve(keys.size());
    for (const auto& key : keys) {
        if (key.is_other)
            ordered.emplace_back(std::move(records_of_others.at(key.position.id)));
        else
            ordered.emplace_back(std::move(records.at(key.position.id)));
    }
    return ordered;
}

// As select_records(), with those of other servers; only where has_others().
template <typename Record>
Selected<HereOrOther<Record>> select_with_others(Database& database, const RecordSource<Record>& source,
                                                 const Selection& selection) {
    return database.read([&](Connection& connection) {
        Selected<HereOrOther<Record>> selected{
            records_of(connection, source, selection, keys_of(connection, source, selection)), 0};
        selected.total = selected.records.size();
        if (!selection.slice) return selected;
        auto count = [&](const Source& one, const Selection& of_one) {
            return database.counts().find_or(count_key(one, of_one),
                                             [&] { return count_of(connection, one, of_one); });
        };
        selected.total = count(source, selection) +
                         count(source.of_others(), selection_of_others(source.of_others(), selection));
        return selected;
    });
}

inline constexpr std::size_t records_of_part = 500;

// A selection by creation, whole, a part at a time: as much memory as a part takes, and no connection in
// between. What is created or removed meanwhile may be in it or not; nothing else is left out or comes twice.
// One thread at a time.
template <typename Record>
class RecordParts {
  public:
    RecordParts(Database& database, const RecordSource<Record>& source, Selection selection)
        : database_(database), source_(source), selection_(std::move(selection)) {
        selection_.slice = Slice{0, records_of_part};
    }

    // Empty after the last.
    std::vector<Record> next() {
        if (is_complete_) return {};
        auto records = database_.read([&](Connection& connection) {
            auto read = rows_of(connection, source_, selection_).rows([&](const Row& row) {
                selection_.after = position_of(row);
                return source_.read(row);
            });
            if (source_.complete != nullptr) source_.complete(connection, read);
            return read;
        });
        is_complete_ = records.size() < records_of_part;
        return records;
    }
    // Whether nothing comes after what was read.
    bool is_complete() const { return is_complete_; }

  private:
    Database& database_;
    const RecordSource<Record>& source_;
    Selection selection_;
    bool is_complete_ = false;
};

// As RecordParts, with those of other servers; only where has_others().
template <typename Record>
class PartsWithOthers {
  public:
    PartsWithOthers(Database& database, const RecordSource<Record>& source, Selection selection)
        : database_(database), source_(source), selection_(std::move(selection)) {
        selection_.slice = Slice{0, records_of_part};
    }

    std::vector<HereOrOther<Record>> next() {
        if (is_complete_) return {};
        return database_.read([&](Connection& connection) {
            auto keys = keys_of(connection, source_, selection_);
            is_complete_ = keys.size() < records_of_part;
            if (!keys.empty()) selection_.after = keys.back().position;
            return records_of(connection, source_, selection_, keys);
        });
    }
    bool is_complete() const { return is_complete_; }

  private:
    Database& database_;
    const RecordSource<Record>& source_;
    Selection selection_;
    bool is_complete_ = false;
};

}  // namespace holdfast::catalog
