#include "api/query/filter.hpp"

#include <fmt/format.h>

#include <tao/pegtl.hpp>

#include "api/query/filter_value.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

using catalog::Comparison;
using catalog::Condition;

namespace grammar {

namespace peg = tao::pegtl;

struct blanks : peg::star<peg::space> {};
struct name : peg::plus<peg::ranges<'a', 'z', 'A', 'Z', '0', '9', '_'>> {};
struct operation : peg::sor<peg::string<'=', '='>, peg::string<'!', '='>, peg::string<'~', '='>,
                            peg::string<'>', '='>, peg::string<'<', '='>, peg::one<'<'>, peg::one<'>'>> {};
struct quoted_text : peg::star<peg::sor<peg::string<'"', '"'>, peg::not_one<'"'>>> {};
struct closing_quote : peg::one<'"'> {};
struct quoted : peg::seq<peg::one<'"'>, quoted_text, closing_quote> {};
// Blanks inside belong to it, those at its end do not.
struct bare : peg::plus<peg::not_one<';', ',', '(', ')', '"'>> {};
struct value : peg::sor<quoted, bare> {};
struct comparison : peg::seq<name, blanks, operation, blanks, value> {};
struct any;
struct opening : peg::one<'('> {};
struct closing : peg::one<')'> {};
struct group : peg::seq<opening, blanks, any, closing> {};
struct unit : peg::sor<group, comparison> {};
struct next_unit : peg::seq<unit, blanks> {};
struct semicolon : peg::one<';'> {};
struct comma : peg::one<','> {};
struct all : peg::seq<next_unit, peg::star<semicolon, blanks, next_unit>> {};
struct any : peg::seq<all, peg::star<comma, blanks, all>> {};
struct end : peg::eof {};
struct whole : peg::seq<blanks, any, end> {};

// Where these are looked for and not found, nothing else can follow.
struct errors {
    template <typename Rule>
    static constexpr const char* message = nullptr;
};
template <>
constexpr const char* errors::message<unit> = "a comparison such as Name==web01, or '(', should stand here";
template <>
constexpr const char* errors::message<operation> = "one of == != ~= > < >= <= should stand here";
template <>
constexpr const char* errors::message<value> = "a value should stand here, \"\" for an empty one";
template <>
constexpr const char* errors::message<closing_quote> = "a quote is not closed";
template <>
constexpr const char* errors::message<closing> =
    "';', ',' or ')' should stand here; values that hold "
    "such characters or quotes are written in quotes";
template <>
constexpr const char* errors::message<end> =
    "';' or ',' should stand here; values that hold such "
    "characters or quotes are written in quotes";

template <typename Rule>
using control = peg::must_if<errors>::control<Rule>;

}  // namespace grammar

Error wrong(std::size_t position, std::string_view what) {
    return Error(ErrorKind::invalid_input,
                 fmt::format("The filter is wrong at position {}: {}", position + 1, what));
}

// Makes the condition while the text is read.
class Builder {
  public:
    Builder(const std::vector<catalog::Field>& fields, std::string_view type) : fields_(fields), type_(type) {
        levels_.emplace_back();
    }

    void name(std::size_t position, std::string_view text) {
        position_ = position;
        field_ = catalog::find_field(fields_, text);
        if (field_ == nullptr)
            throw wrong(position, fmt::format("{} has no field {}", type_, cite(text)))
                .advise("Fields of " + std::string(type_) + ": " + names_of(fields_) + ".");
    }

    void operation(std::string_view text) {
        comparison_ = text == "=="   ? Comparison::equal
                      : text == "!=" ? Comparison::not_equal
                      : text == "~=" ? Comparison::contains
                      : text == "<"  ? Comparison::less
                      : text == "<=" ? Comparison::less_or_equal
                      : text == ">"  ? Comparison::greater
                                     : Comparison::greater_or_equal;
        if (comparison_ == Comparison::contains) {
            if (field_->kind == catalog::FieldKind::text) return;
            throw wrong(position_, field_->name + " is no text: ~= is for texts only");
        }
        bool has_order =
            field_->kind != catalog::FieldKind::id && field_->kind != catalog::FieldKind::boolean;
        if (!has_order && comparison_ != Comparison::equal && comparison_ != Comparison::not_equal)
            throw wrong(position_, field_->name + " has no order: it is compared by == and != only");
    }

    void value(std::size_t position, std::string_view text) {
        if (++comparisons_ > most_comparisons)
            throw wrong(position, fmt::format("there are more than {} comparisons", most_comparisons));
        try {
            levels_.back().all.push_back(Condition::compare(*field_, comparison_, read_value(*field_, text)));
        } catch (const Error& error) {
            throw wrong(position, error.happened());
        }
    }

    void open(std::size_t position) {
        if (levels_.size() > deepest_filter)
            throw wrong(position,
                        fmt::format("there are more than {} parentheses within each other", deepest_filter));
        levels_.emplace_back();
    }
    void comma() { levels_.back().end_alternative(); }
    void close() {
        auto inside = finish();
        levels_.pop_back();
        levels_.back().all.push_back(std::move(inside));
    }
    Condition finish() {
        levels_.back().end_alternative();
        return Condition::join(Condition::Kind::any, std::move(levels_.back().any));
    }

  private:
    // Between two parentheses: alternatives that are complete, and the parts of the one that is read.
    struct Level {
        std::vector<Condition> any;
        std::vector<Condition> all;
        void end_alternative() {
            any.push_back(Condition::join(Condition::Kind::all, std::exchange(all, {})));
        }
    };

    const std::vector<catalog::Field>& fields_;
    std::string_view type_;
    std::vector<Level> levels_;
    std::size_t position_ = 0;
    const catalog::Field* field_ = nullptr;
    Comparison comparison_ = Comparison::equal;
    std::size_t comparisons_ = 0;
};

template <typename Rule>
struct action {};
template <>
struct action<grammar::name> {
    static void apply(const auto& in, Builder& builder) {
        builder.name(in.position().byte, in.string_view());
    }
};
template <>
struct action<grammar::operation> {
    static void apply(const auto& in, Builder& builder) { builder.operation(in.string_view()); }
};
template <>
struct action<grammar::quoted_text> {
    static void apply(const auto& in, Builder& builder) {
        std::string text;
        for (std::string_view rest = in.string_view(); !rest.empty();) {
            text += rest.front();
            rest.remove_prefix(rest.front() == '"' ? 2 : 1);
        }
        builder.value(in.position().byte, text);
    }
};
template <>
struct action<grammar::bare> {
    static void apply(const auto& in, Builder& builder) {
        builder.value(in.position().byte, trimmed(in.string_view()));
    }
};
template <>
struct action<grammar::opening> {
    static void apply(const auto& in, Builder& builder) { builder.open(in.position().byte); }
};
template <>
struct action<grammar::comma> {
    static void apply0(Builder& builder) { builder.comma(); }
};
template <>
struct action<grammar::closing> {
    static void apply0(Builder& builder) { builder.close(); }
};

}  // namespace

std::string names_of(const std::vector<catalog::Field>& fields) {
    std::string names;
    for (const auto& field : fields) names += (names.empty() ? "" : ", ") + field.name;
    return names;
}

Condition parse_filter(std::string_view text, const std::vector<catalog::Field>& fields,
                       std::string_view type) {
    if (text.size() > longest_filter)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The filter has {} bytes; {} are allowed", text.size(), longest_filter));
    Builder builder(fields, type);
    tao::pegtl::memory_input input(text.data(), text.size(), "filter");
    try {
        tao::pegtl::parse<grammar::whole, action, grammar::control>(input, builder);
    } catch (const tao::pegtl::parse_error& error) {
        throw wrong(error.positions().front().byte, error.message());
    }
    return builder.finish();
}

}  // namespace holdfast::api
