#include "catalog/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::catalog {
namespace {

// SQL text and the values bound in it, in the order in which they were met.
class Statement {
  public:
    void append(std::string_view text) { text_ += text; }
    void bind(Value value) {
        fmt::format_to(std::back_inserter(text_), ":v{}", values_.size());
        values_.push_back(std::move(value));
    }

    Query query(Connection& connection, const Selection& selection) const {
        Query query = connection.query(text_);
        for (std::size_t i = 0; i < values_.size(); ++i)
            std::visit([&](const auto& value) { query.bind("v" + std::to_string(i), value); }, values_[i]);
        // A value that the text does not name would be refused.
        bind_named(query, "viewer", selection.viewer.account);
        bind_named(query, "here_id", selection.here.id);
        bind_named(query, "here_name", std::string_view(selection.here.name));
        bind_named(query, "here_version", std::string_view(selection.here.version));
        bind_named(query, "here_port", int{selection.here.port});
        return query;
    }

  private:
    template <typename T>
    void bind_named(Query& query, std::string_view name, const T& value) const {
        if (text_.find(fmt::format(":{}", name)) != std::string::npos) query.bind(name, value);
    }

    std::string text_;
    std::vector<Value> values_;
};

std::string_view operator_of(Comparison comparison) {
    switch (comparison) {
        case Comparison::equal:
            return " = ";
        case Comparison::not_equal:
            return " IS DISTINCT FROM ";  // a value that is missing is different too
        case Comparison::less:
            return " < ";
        case Comparison::less_or_equal:
            return " <= ";
        case Comparison::greater:
            return " > ";
        case Comparison::greater_or_equal:
            return " >= ";
    }
    return " = ";
}

bool is_text(const Field& field) {
    return field.kind == FieldKind::text || field.kind == FieldKind::id;
}

// The field as something that compares as its kind does: an enumeration by the index of its word.
std::string comparable(const Field& field) {
    if (field.kind != FieldKind::enumeration) return fmt::format("({})", field.sql);
    std::string text = fmt::format("(CASE {}", field.sql);
    for (std::size_t i = 0; i < field.words.size(); ++i)
        fmt::format_to(std::back_inserter(text), " WHEN '{}' THEN {}", field.words[i], i);
    return text + " ELSE -1 END)";
}

// Both databases order text byte by byte then.
std::string ordered(const Field& field) {
    return comparable(field) + (is_text(field) ? " COLLATE \"C\"" : "");
}

void append(Statement& statement, const Condition& condition) {
    if (condition.kind == Condition::Kind::comparison) {
        bool is_equality =
            condition.comparison == Comparison::equal || condition.comparison == Comparison::not_equal;
        statement.append(is_equality ? comparable(*condition.field) : ordered(*condition.field));
        statement.append(operator_of(condition.comparison));
        statement.bind(condition.value);
        return;
    }
    std::string_view separator;
    statement.append("(");
    for (const auto& part : condition.parts) {
        statement.append(separator);
        append(statement, part);
        separator = condition.kind == Condition::Kind::all ? " AND " : " OR ";
    }
    statement.append(")");
}

const std::string& parent_column(const Source& source, std::string_view parent) {
    auto found = std::ranges::find(source.parents, parent, [](const auto& known) { return known.first; });
    if (found == source.parents.end())
        throw Error(ErrorKind::internal, fmt::format("Records have no parent {}", parent));
    return found->second;
}

void append_where(Statement& statement, const Source& source, const Selection& selection) {
    std::string_view separator = " WHERE ";
    auto begin = [&](std::string_view text) {
        statement.append(separator);
        statement.append(text);
        separator = " AND ";
    };
    if (!selection.viewer.sees_all && !source.visible.empty()) begin(source.visible);
    if (selection.inside) {
        begin(parent_column(source, selection.inside->first) + " = ");
        statement.bind(selection.inside->second);
    }
    if (selection.created_since) {
        begin(source.created + " >= ");
        statement.bind(to_micros(*selection.created_since));
    }
    if (selection.created_until) {
        begin(source.created + " <= ");
        statement.bind(to_micros(*selection.created_until));
    }
    if (selection.where) {
        begin("");
        append(statement, *selection.where);
    }
}

void append_order(Statement& statement, const Source& source, const Selection& selection) {
    statement.append(" ORDER BY ");
    for (const auto& order : selection.order) {
        statement.append(ordered(*order.field));
        // What is missing comes first in both databases.
        statement.append(order.direction == Direction::ascending ? " ASC NULLS FIRST, "
                                                                 : " DESC NULLS LAST, ");
    }
    statement.append(source.created + ", " + source.id);
}

// CreationTimeUTC and CreationTime are one name.
std::string_view without_zone(const Field& field, std::string_view name) {
    if (field.kind == FieldKind::time && name.size() > 3 &&
        equal_ignoring_case(name.substr(name.size() - 3), "UTC"))
        name.remove_suffix(3);
    return name;
}

}  // namespace

Condition Condition::compare(const Field& field, Comparison comparison, Value value) {
    Condition condition;
    condition.field = &field;
    condition.comparison = comparison;
    condition.value = std::move(value);
    return condition;
}

Condition Condition::join(Kind kind, std::vector<Condition> parts) {
    if (parts.size() == 1) return std::move(parts.front());
    Condition condition;
    condition.kind = kind;
    condition.parts = std::move(parts);
    return condition;
}

const Field* find_field(const std::vector<Field>& fields, std::string_view name) {
    auto found = std::ranges::find_if(fields, [&](const Field& field) {
        return equal_ignoring_case(without_zone(field, field.name), without_zone(field, name));
    });
    return found == fields.end() ? nullptr : &*found;
}

const Field* Source::find(std::string_view wanted) const {
    return find_field(fields, wanted);
}

Query rows_of(Connection& connection, const Source& source, const Selection& selection) {
    Statement statement;
    statement.append(source.select());
    append_where(statement, source, selection);
    append_order(statement, source, selection);
    if (selection.slice) {
        statement.append(" LIMIT ");
        statement.bind(static_cast<std::int64_t>(selection.slice->size));
        statement.append(" OFFSET ");
        statement.bind(static_cast<std::int64_t>(selection.slice->first));
    }
    return statement.query(connection, selection);
}

std::uint64_t count_of(Connection& connection, const Source& source, const Selection& selection) {
    Statement statement;
    statement.append("SELECT COUNT(*) AS n FROM " + source.from);
    append_where(statement, source, selection);
    return static_cast<std::uint64_t>(
        statement.query(connection, selection).first([](const Row& row) { return row.number("n"); }).value());
}

}  // namespace holdfast::catalog
