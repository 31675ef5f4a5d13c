#include "catalog/query.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <exception>

#include "base/error.hpp"
#include "catalog/sql_error.hpp"

namespace holdfast::catalog {
namespace {

constexpr std::size_t most_kept = 40;
// Longer ones are written once: long lists of values.
constexpr std::size_t longest_kept = 8192;

}  // namespace

struct PreparedStatement {
    // Bound by reference, hence containers that do not move what they hold.
    template <typename T>
    struct Bound {
        std::string name;
        T value;
        soci::indicator indicator;
    };

    PreparedStatement(soci::session& session, std::string text)
        : sql(std::move(text)), statement(session), is_sqlite(session.get_backend_name() == "sqlite3") {}

    template <typename T>
    void bind(std::deque<Bound<T>>& known, std::string_view name, const T& value,
              soci::indicator indicator = soci::i_ok) {
        if (is_prepared) return bind_again(known, name, value, indicator);
        auto& bound = known.emplace_back(Bound<T>{std::string(name), value, indicator});
        statement.exchange(soci::use(bound.value, bound.indicator, bound.name));
    }

    template <typename T>
    void bind_again(std::deque<Bound<T>>& known, std::string_view name, const T& value,
                    soci::indicator indicator) {
        auto found = std::ranges::find(known, name, &Bound<T>::name);
        if (found == known.end())
            throw Error(ErrorKind::internal,
                        "The statement has no value of that kind: " + std::string(name) + " (" + sql + ")");
        found->value = value;
        found->indicator = indicator;
    }

    void prepare() {
        if (is_prepared) return;
        statement.alloc();
        statement.prepare(sql);
        statement.define_and_bind();
        is_prepared = true;
    }

    void name_columns() {
        if (!columns.empty()) return;
        for (std::size_t place = 0; place < row.size(); ++place)
            columns.push_back(row.get_properties(place).get_name());
    }

    // Nothing of this use is left: neither open rows, which would keep the database from letting go of what
    // was read, nor values.
    void finish() {
        if (is_sqlite)
            sqlite_api::sqlite3_reset(
                static_cast<soci::sqlite3_statement_backend*>(statement.get_backend())->stmt_);
        for (auto& text : texts) std::string().swap(text.value);
        is_running = false;
    }

    std::string sql;
    std::deque<Bound<std::string>> texts;
    std::deque<Bound<long long>> numbers;
    std::deque<Bound<double>> reals;
    soci::row row;
    std::vector<std::string> columns;
    soci::statement statement;
    const bool is_sqlite;
    bool is_prepared = false;
    bool is_running = false;
};

PreparedStatements::PreparedStatements(soci::session& session) : session_(session) {}
PreparedStatements::~PreparedStatements() = default;

void PreparedStatements::clear() {
    kept_.clear();
}

std::unique_ptr<PreparedStatement> PreparedStatements::take(std::string sql) {
    auto found = std::ranges::find(kept_, sql, [](const auto& kept) { return std::string_view(kept->sql); });
    if (found == kept_.end()) return std::make_unique<PreparedStatement>(session_, std::move(sql));
    auto taken = std::move(*found);
    kept_.erase(found);
    return taken;
}

void PreparedStatements::give_back(std::unique_ptr<PreparedStatement> statement) {
    if (statement->sql.size() > longest_kept) return;
    kept_.push_front(std::move(statement));
    if (kept_.size() > most_kept) kept_.pop_back();
}

Query::Query(PreparedStatements& statements, std::string sql)
    : statements_(statements), statement_(statements.take(std::move(sql))) {}
Query::Query(Query&& other) noexcept = default;

// One that failed is not used again.
Query::~Query() {
    if (!statement_ || !statement_->is_running || std::uncaught_exceptions() > 0) return;
    statement_->finish();
    statements_.give_back(std::move(statement_));
}

Query& Query::bind(std::string_view name, std::string_view value) {
    statement_->bind(statement_->texts, name, std::string(value));
    return *this;
}

Query& Query::bind(std::string_view name, std::int64_t value) {
    statement_->bind(statement_->numbers, name, static_cast<long long>(value));
    return *this;
}

Query& Query::bind(std::string_view name, double value) {
    statement_->bind(statement_->reals, name, value);
    return *this;
}

Query& Query::bind_null(std::string_view name, bool is_number) {
    if (is_number)
        statement_->bind(statement_->numbers, name, 0LL, soci::i_null);
    else
        statement_->bind(statement_->texts, name, std::string(), soci::i_null);
    return *this;
}

std::uint64_t Query::run() {
    return translate_sql_errors(statement_->sql, [&] {
        statement_->prepare();
        statement_->statement.execute(true);
        statement_->is_running = true;
        return static_cast<std::uint64_t>(std::max(0LL, statement_->statement.get_affected_rows()));
    });
}

void Query::execute() {
    translate_sql_errors(statement_->sql, [&] {
        if (!statement_->is_prepared) statement_->statement.exchange(soci::into(statement_->row));
        statement_->prepare();
        statement_->statement.execute(false);
        statement_->is_running = true;
        statement_->name_columns();
    });
}

bool Query::fetch() {
    return translate_sql_errors(statement_->sql, [&] { return statement_->statement.fetch(); });
}

Row Query::current() const {
    return Row(statement_->row, statement_->columns);
}

namespace {

Error wrong_column(std::string_view column) {
    return Error(ErrorKind::internal,
                 "The database gave no usable value for the column " + std::string(column));
}

}  // namespace

std::size_t Row::place_of(std::string_view column) const {
    auto found = std::ranges::find(columns_, column);
    if (found == columns_.end()) throw wrong_column(column);
    return static_cast<std::size_t>(found - columns_.begin());
}

std::string Row::text(std::string_view column) const {
    auto place = place_of(column);
    try {
        if (row_.get_indicator(place) == soci::i_null) return {};
        return row_.get<std::string>(place);
    } catch (const std::exception&) {
        throw wrong_column(column);
    }
}

std::int64_t Row::number(std::string_view column) const {
    auto place = place_of(column);
    try {
        switch (row_.get_properties(place).get_data_type()) {
            case soci::dt_integer:
                return row_.get<int>(place);
            case soci::dt_long_long:
                return row_.get<long long>(place);
            case soci::dt_double:
                return static_cast<std::int64_t>(row_.get<double>(place));
            case soci::dt_string: {  // SQLite gives the results of expressions as text
                auto text = row_.get<std::string>(place);
                std::int64_t value = 0;
                auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
                if (error != std::errc() || end != text.data() + text.size()) throw wrong_column(column);
                return value;
            }
            default:
                throw wrong_column(column);
        }
    } catch (const Error&) {
        throw;
    } catch (const std::exception&) {
        throw wrong_column(column);
    }
}

Uuid Row::id(std::string_view column) const {
    auto id = Uuid::parse(text(column));
    if (!id) throw wrong_column(column);
    return *id;
}

bool Row::is_null(std::string_view column) const {
    return row_.get_indicator(place_of(column)) == soci::i_null;
}

std::optional<Timestamp> Row::optional_time(std::string_view column) const {
    if (is_null(column)) return std::nullopt;
    return time(column);
}

std::optional<Uuid> Row::optional_id(std::string_view column) const {
    if (is_null(column)) return std::nullopt;
    return id(column);
}

}  // namespace holdfast::catalog
