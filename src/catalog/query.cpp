#include "catalog/query.hpp"

#include <soci/soci.h>

#include <charconv>
#include <deque>

#include "base/error.hpp"
#include "catalog/sql_error.hpp"

namespace holdfast::catalog {

struct Query::State {
    explicit State(soci::session& session, std::string text) : sql(std::move(text)), statement(session) {}

    // Bound by reference until the statement has run, hence containers that do not move what they hold.
    template <typename T>
    struct Bound {
        std::string name;
        T value;
        soci::indicator indicator;
    };

    std::string sql;
    std::deque<Bound<std::string>> texts;
    std::deque<Bound<long long>> numbers;
    std::deque<Bound<double>> reals;
    soci::row row;
    soci::statement statement;
};

Query::Query(soci::session& session, std::string sql)
    : state_(std::make_unique<State>(session, std::move(sql))) {}
Query::Query(Query&& other) noexcept = default;
Query::~Query() = default;

Query& Query::bind(std::string_view name, std::string_view value) {
    auto& bound = state_->texts.emplace_back(
        State::Bound<std::string>{std::string(name), std::string(value), soci::i_ok});
    state_->statement.exchange(soci::use(bound.value, bound.indicator, bound.name));
    return *this;
}

Query& Query::bind(std::string_view name, std::int64_t value) {
    auto& bound = state_->numbers.emplace_back(State::Bound<long long>{std::string(name), value, soci::i_ok});
    state_->statement.exchange(soci::use(bound.value, bound.indicator, bound.name));
    return *this;
}

Query& Query::bind(std::string_view name, double value) {
    auto& bound = state_->reals.emplace_back(State::Bound<double>{std::string(name), value, soci::i_ok});
    state_->statement.exchange(soci::use(bound.value, bound.indicator, bound.name));
    return *this;
}

Query& Query::bind_null(std::string_view name, bool is_number) {
    if (is_number) {
        bind(name, std::int64_t{0});
        state_->numbers.back().indicator = soci::i_null;
    } else {
        bind(name, std::string_view());
        state_->texts.back().indicator = soci::i_null;
    }
    return *this;
}

std::uint64_t Query::run() {
    return translate_sql_errors(state_->sql, [&] {
        state_->statement.alloc();
        state_->statement.prepare(state_->sql);
        state_->statement.define_and_bind();
        state_->statement.execute(true);
        return static_cast<std::uint64_t>(std::max(0LL, state_->statement.get_affected_rows()));
    });
}

void Query::execute() {
    translate_sql_errors(state_->sql, [&] {
        state_->statement.exchange(soci::into(state_->row));
        state_->statement.alloc();
        state_->statement.prepare(state_->sql);
        state_->statement.define_and_bind();
        state_->statement.execute(false);
    });
}

bool Query::fetch() {
    return translate_sql_errors(state_->sql, [&] { return state_->statement.fetch(); });
}

Row Query::current() const {
    return Row(state_->row);
}

namespace {

Error wrong_column(const std::string& column) {
    return Error(ErrorKind::internal, "The database gave no usable value for the column " + column);
}

}  // namespace

std::string Row::text(const std::string& column) const {
    try {
        if (row_.get_indicator(column) == soci::i_null) return {};
        return row_.get<std::string>(column);
    } catch (const std::exception&) {
        throw wrong_column(column);
    }
}

std::int64_t Row::number(const std::string& column) const {
    try {
        switch (row_.get_properties(column).get_data_type()) {
            case soci::dt_integer:
                return row_.get<int>(column);
            case soci::dt_long_long:
                return row_.get<long long>(column);
            case soci::dt_double:
                return static_cast<std::int64_t>(row_.get<double>(column));
            case soci::dt_string: {  // SQLite gives the results of expressions as text
                auto text = row_.get<std::string>(column);
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

Uuid Row::id(const std::string& column) const {
    auto id = Uuid::parse(text(column));
    if (!id) throw wrong_column(column);
    return *id;
}

bool Row::is_null(const std::string& column) const {
    return row_.get_indicator(column) == soci::i_null;
}

std::optional<Timestamp> Row::optional_time(const std::string& column) const {
    if (is_null(column)) return std::nullopt;
    return time(column);
}

std::optional<Uuid> Row::optional_id(const std::string& column) const {
    if (is_null(column)) return std::nullopt;
    return id(column);
}

}  // namespace holdfast::catalog
