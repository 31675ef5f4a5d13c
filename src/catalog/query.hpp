// One SQL statement with bound values and the rows that it gives. The only place, with database.cpp, that
// knows SOCI.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace soci {
class session;
class row;
}  // namespace soci

namespace holdfast::catalog {

// A row of a result, its columns read by name. A column that is missing or of another kind is a defect:
// internal.
class Row {
  public:
    Row(const soci::row& row, const std::vector<std::string>& columns) : row_(row), columns_(columns) {}

    std::string text(std::string_view column) const;
    std::int64_t number(std::string_view column) const;
    bool flag(std::string_view column) const { return number(column) != 0; }
    Uuid id(std::string_view column) const;
    Timestamp time(std::string_view column) const { return from_micros(number(column)); }
    bool is_null(std::string_view column) const;
    std::optional<Timestamp> optional_time(std::string_view column) const;
    std::optional<Uuid> optional_id(std::string_view column) const;

  private:
    std::size_t place_of(std::string_view column) const;

    const soci::row& row_;
    const std::vector<std::string>&
        columns_;  // SOCI's own way to find them takes longer than reading the value
};

struct PreparedStatement;

// The statements of one connection that are prepared, kept for the next time that one of the same text is
// run: preparing costs several times what finding a record does. Those that were not used for longest go.
class PreparedStatements {
  public:
    explicit PreparedStatements(soci::session& session);
    PreparedStatements(const PreparedStatements&) = delete;
    PreparedStatements& operator=(const PreparedStatements&) = delete;
    ~PreparedStatements();

    // Prepared already, or new.
    std::unique_ptr<PreparedStatement> take(std::string sql);
    void give_back(std::unique_ptr<PreparedStatement> statement);
    // The connection ends.
    void clear();

  private:
    soci::session& session_;
    std::list<std::unique_ptr<PreparedStatement>> kept_;  // the one used last comes first
};

// Built, bound and run on one thread, once. A value is bound to ":name" in the text.
class Query {
  public:
    Query(PreparedStatements& statements, std::string sql);
    Query(Query&& other) noexcept;
    ~Query();

    Query& bind(std::string_view name, std::string_view value);
    Query& bind(std::string_view name, const char* value) { return bind(name, std::string_view(value)); }
    Query& bind(std::string_view name, std::int64_t value);
    Query& bind(std::string_view name, std::uint64_t value) {
        return bind(name, static_cast<std::int64_t>(value));
    }
    Query& bind(std::string_view name, double value);
    Query& bind(std::string_view name, int value) { return bind(name, std::int64_t{value}); }
    Query& bind(std::string_view name, bool value) { return bind(name, std::int64_t{value}); }
    Query& bind(std::string_view name, const Uuid& value) {
        return bind(name, std::string_view(value.to_string()));
    }
    Query& bind(std::string_view name, Timestamp value) { return bind(name, to_micros(value)); }
    template <typename T>
    Query& bind(std::string_view name, const std::optional<T>& value) {
        return value ? bind(name, *value) : bind_null(name, std::is_same_v<T, Timestamp>);
    }

    // How many rows were changed.
    std::uint64_t run();

    // What `read` makes of each row.
    template <typename Read>
    auto rows(Read read) -> std::vector<decltype(read(std::declval<const Row&>()))> {
        std::vector<decltype(read(std::declval<const Row&>()))> result;
        execute();
        while (fetch()) result.push_back(read(current()));
        return result;
    }

    // What `read` makes of the first row, where there is one.
    template <typename Read>
    auto first(Read read) -> std::optional<decltype(read(std::declval<const Row&>()))> {
        execute();
        if (!fetch()) return std::nullopt;
        return read(current());
    }

  private:
    Query& bind_null(std::string_view name, bool is_number);
    void execute();
    bool fetch();
    Row current() const;

    PreparedStatements& statements_;
    std::unique_ptr<PreparedStatement> statement_;
};

}  // namespace holdfast::catalog
