#include "catalog/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::catalog {
namespace {

// SQL text and the values bound in it, in the order in which they were met.
class Statement {
  public:
    explicit Statement(std::string_view byte_order) : byte_order_(byte_order) {}

    // Makes both databases order text byte by byte.
    std::string_view byte_order() const { return byte_order_; }
    void append(std::string_view text) { text_ += text; }
    void prepend(std::string_view text) { insert(0, text); }
    void insert(std::size_t at, std::string_view text) { text_.insert(at, text); }
    const std::string& text() const { return text_; }
    void bind(Value value) {
        auto text = std::visit([](const auto& bound) { return fmt::format("{}", bound); }, value);
        key_ += fmt::format("{}:{}", text.size(), text);
        bind_time(std::move(value));
    }
    // A time that comes from the clock: it does not make another list.
    void bind_time(Value value) {
        fmt::format_to(std::back_inserter(text_), ":v{}", values_.size());
        values_.push_back(std::move(value));
    }
    // The same for statements that differ in times of the clock only.
    std::string key() const { return text_ + key_; }

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

    std::string_view byte_order_;
    std::string text_;
    std::string key_;
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
        case Comparison::contains:
            return " LIKE ";
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

std::string ordered(const Field& field, std::string_view byte_order) {
    return comparable(field) + std::string(is_text(field) ? byte_order : "");
}

// Where the column itself is compared an index serves. The words are the program's own, no client's.
bool append_stored(Statement& statement, const Condition& condition) {
    const auto& field = *condition.field;
    const auto* index = std::get_if<std::int64_t>(&condition.value);
    if (field.stored.empty() || index == nullptr) return false;
    if (*index < 0 || static_cast<std::size_t>(*index) >= field.stored.size()) return false;
    statement.append(fmt::format("{} = {}", field.column, field.stored[static_cast<std::size_t>(*index)]));
    return true;
}

// Whatever is in the text stands for itself.
std::string pattern_of(std::string_view text) {
    std::string pattern = "%";
    for (char character : text) {
        if (character == '%' || character == '_' || character == '!') pattern += '!';
        pattern += character;
    }
    return pattern + "%";
}

void append_contains(Statement& statement, const Condition& condition) {
    statement.append(fmt::format("lower({}) LIKE lower(", condition.field->sql));
    statement.bind(pattern_of(std::get<std::string>(condition.value)));
    statement.append(") ESCAPE '!'");
}

void append(Statement& statement, const Condition& condition) {
    if (condition.kind == Condition::Kind::comparison) {
        if (condition.comparison == Comparison::contains) return append_contains(statement, condition);
        if (condition.comparison == Comparison::equal && append_stored(statement, condition)) return;
        bool is_equality =
            condition.comparison == Comparison::equal || condition.comparison == Comparison::not_equal;
        statement.append(is_equality ? comparable(*condition.field)
                                     : ordered(*condition.field, statement.byte_order()));
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
        statement.bind_time(to_micros(*selection.created_since));
    }
    if (selection.created_until) {
        begin(source.created + " <= ");
        statement.bind_time(to_micros(*selection.created_until));
    }
    if (selection.where) {
        begin("");
        append(statement, *selection.where);
    }
    if (selection.after) {
        bool descends =
            !selection.order.empty() && selection.order.front().direction == Direction::descending;
        std::string_view beyond = descends ? " < " : " > ";
        // The first half is for the index.
        begin(source.created + std::string(descends ? " <= " : " >= "));
        statement.bind(selection.after->created);
        statement.append(" AND (" + source.created + std::string(beyond));
        statement.bind(selection.after->created);
        statement.append(" OR " + source.id + " > ");
        statement.bind(selection.after->id);
        statement.append(")");
    }
}

// What an order compares, one after the other.
struct OrderTerm {
    std::string expression;
    std::string direction;
    bool is_text = false;
};

// With the creation and the id at the end.
std::vector<OrderTerm> order_terms(const Source& source, const Selection& selection,
                                   std::string_view byte_order) {
    std::vector<OrderTerm> terms;
    for (const auto& [field, direction] : selection.order) {
        auto add = [&, ascends = direction == Direction::ascending](std::string expression, bool is_a_text) {
            std::string_view text;
            if (field->may_be_missing)  // it comes first in both databases
                text = ascends ? " ASC NULLS FIRST" : " DESC NULLS LAST";
            else  // so that indexes have the same order
                text = ascends ? " ASC" : " DESC";
            terms.push_back({std::move(expression), std::string(text), is_a_text});
        };
        if (field->name_part.empty()) {
            add(field->sql == source.created ? field->sql : ordered(*field, byte_order), is_text(*field));
        } else {
            add(fmt::format("({}){}", field->name_part, byte_order), true);
            add(field->time_part, false);
        }
    }
    terms.push_back({.expression = source.created, .direction = ""});
    terms.push_back({.expression = source.id, .direction = ""});
    return terms;
}

void append_order(Statement& statement, const Source& source, const Selection& selection) {
    std::string_view separator = " ORDER BY ";
    bool has_created = false;
    for (const auto& term : order_terms(source, selection, statement.byte_order())) {
        if (has_created && term.expression == source.created) continue;
        has_created = has_created || term.expression == source.created;
        statement.append(separator);
        statement.append(term.expression + term.direction);
        separator = ", ";
    }
}

// "p.backup_id" mentions p, "map.id" does not.
bool mentions(std::string_view text, std::string_view alias) {
    auto is_of_name = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    for (auto at = text.find(alias); at != std::string_view::npos; at = text.find(alias, at + 1)) {
        auto end = at + alias.size();
        if (end < text.size() && text[end] == '.' && (at == 0 || !is_of_name(text[at - 1]))) return true;
    }
    return false;
}

const Field& field_of_others(const Source& others, const Field& field) {
    auto found = std::ranges::find(others.fields, field.name, &Field::name);
    if (found == others.fields.end())
        throw Error(ErrorKind::internal,
                    fmt::format("{} of other servers has no field {}", others.name, field.name));
    return *found;
}

Condition condition_of_others(const Source& others, Condition condition) {
    if (condition.field != nullptr) condition.field = &field_of_others(others, *condition.field);
    for (auto& part : condition.parts) part = condition_of_others(others, std::move(part));
    return condition;
}

// SELECT of the keys, and of what they are ordered by as k0, k1 …; no more of them than the page can need.
void append_keys(Statement& statement, const Source& source, const Selection& selection, int is_other) {
    std::string columns;
    auto terms = order_terms(source, selection, statement.byte_order());
    for (std::size_t i = 0; i < terms.size(); ++i)
        columns += fmt::format(", {} AS k{}", terms[i].expression, i);
    auto begin = statement.text().size();
    append_where(statement, source, selection);
    auto tables = source.tables_for(columns + statement.text().substr(begin));
    statement.insert(begin, fmt::format("SELECT {} AS is_other{} FROM {}", is_other, columns, tables));
    if (!selection.slice) return;
    append_order(statement, source, selection);
    statement.append(" LIMIT ");
    statement.bind(static_cast<std::int64_t>(selection.slice->first + selection.slice->size));
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

std::string Source::tables() const {
    std::string text = table;
    for (const auto& join : joins) text += " " + join.text;
    return text;
}

std::string Source::tables_for(std::string_view text) const {
    std::string needed(text);
    std::string joined;
    // A join may need those before it.
    for (const auto& join : joins | std::views::reverse) {
        if (!mentions(needed, join.alias)) continue;
        joined = " " + join.text + joined;
        needed += join.text;
    }
    return table + joined;
}

Query rows_of(Connection& connection, const Source& source, const Selection& selection) {
    Statement statement(connection.byte_order());
    append_where(statement, source, selection);
    append_order(statement, source, selection);
    if (selection.slice) {
        statement.append(" LIMIT ");
        statement.bind(static_cast<std::int64_t>(selection.slice->size));
        statement.append(" OFFSET ");
        statement.bind(static_cast<std::int64_t>(selection.slice->first));
    }
    bool has_all = selection.viewer.sees_all || source.visible_columns.empty();
    auto begin = fmt::format("SELECT {}, {} AS position_created, {} AS position_id FROM {}",
                             has_all ? source.columns : source.visible_columns, source.created,
                             source.is_long ? source.id : "''", source.tables());
    if (source.is_long && selection.slice) {
        // Only ids are sorted and skipped, and joined is what is on the page.
        statement.prepend(fmt::format("{0} WHERE {1} IN (SELECT {1} FROM {2}", begin, source.id,
                                      source.tables_for(statement.text())));
        statement.append(")");
        append_order(statement, source, selection);
    } else {
        statement.prepend(begin);
    }
    return statement.query(connection, selection);
}

std::string count_key(const Source& source, const Selection& selection) {
    Statement statement("");
    append_where(statement, source, selection);
    return fmt::format("{} {} {} {} {}", source.name, source.table, selection.viewer.account.to_string(),
                       selection.viewer.sees_all, statement.key());
}

std::uint64_t count_of(Connection& connection, const Source& source, const Selection& selection) {
    Statement statement(connection.byte_order());
    append_where(statement, source, selection);
    statement.prepend("SELECT COUNT(*) AS n FROM " + source.tables_for(statement.text()));
    return static_cast<std::uint64_t>(
        statement.query(connection, selection).first([](const Row& row) { return row.number("n"); }).value());
}

bool has_others(const Source& source, const Selection& selection) {
    return source.of_others != nullptr && selection.viewer.sees_others;
}

Selection selection_of_others(const Source& others, const Selection& selection) {
    auto made = selection;
    if (made.where) made.where = condition_of_others(others, std::move(*made.where));
    for (auto& [field, direction] : made.order) field = &field_of_others(others, *field);
    return made;
}

std::vector<RecordKey> keys_of(Connection& connection, const Source& source, const Selection& selection) {
    const auto& others = source.of_others();
    auto terms = order_terms(source, selection, connection.byte_order());
    auto created = terms.size() - 2;
    Statement statement(connection.byte_order());
    statement.append(fmt::format("SELECT k.is_other AS is_other, k.k{} AS created, k.k{} AS id FROM (",
                                 created, created + 1));
    statement.append("SELECT * FROM (");
    append_keys(statement, source, selection, 0);
    statement.append(") here UNION ALL SELECT * FROM (");
    append_keys(statement, others, selection_of_others(others, selection), 1);
    statement.append(") others) k");
    std::string_view separator = " ORDER BY ";
    for (std::size_t i = 0; i < terms.size(); ++i) {
        statement.append(fmt::format("{}k.k{}{}{}", separator, i,
                                     terms[i].is_text ? connection.byte_order() : "", terms[i].direction));
        separator = ", ";
    }
    if (selection.slice) {
        statement.append(" LIMIT ");
        statement.bind(static_cast<std::int64_t>(selection.slice->size));
        statement.append(" OFFSET ");
        statement.bind(static_cast<std::int64_t>(selection.slice->first));
    }
    return statement.query(connection, selection).rows([](const Row& row) {
        return RecordKey{row.flag("is_other"), {row.number("created"), row.text("id")}};
    });
}

Query rows_with_ids(Connection& connection, const Source& source, const Selection& selection,
                    std::span<const std::string> ids) {
    Statement statement(connection.byte_order());
    statement.append(fmt::format("SELECT {0}, {1} AS position_id FROM {2} WHERE {1} IN (", source.columns,
                                 source.id, source.tables()));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0) statement.append(", ");
        statement.bind(ids[i]);
    }
    statement.append(")");
    return statement.query(connection, selection);
}

bool is_by_creation(const Source& source, const Selection& selection) {
    return source.is_long &&
           (selection.order.empty() ||
            (selection.order.size() == 1 && selection.order.front().field->sql == source.created));
}

Position position_of(const Row& row) {
    return {row.number("position_created"), row.text("position_id")};
}

}  // namespace holdfast::catalog
