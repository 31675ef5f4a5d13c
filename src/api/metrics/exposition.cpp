#include "api/metrics/exposition.hpp"

#include <fmt/format.h>

namespace holdfast::api {
namespace {

std::string_view word_of(Exposition::Kind kind) {
    switch (kind) {
        case Exposition::Kind::gauge:
            return "gauge";
        case Exposition::Kind::counter:
            return "counter";
        case Exposition::Kind::histogram:
            return "histogram";
    }
    return "untyped";
}

std::string escaped(std::string_view value) {
    std::string text;
    for (char c : value) {
        if (c == '\\' || c == '"') text += '\\';
        text += c == '\n' ? std::string_view("\\n") : std::string_view(&c, 1);
    }
    return text;
}

}  // namespace

void Exposition::family(std::string_view name, Kind kind, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, word_of(kind));
}

void Exposition::sample(Labels labels, double value) {
    line("", labels, fmt::format("{}", value));
}

void Exposition::part(std::string_view suffix, Labels labels, std::uint64_t value) {
    line(suffix, labels, std::to_string(value));
}

void Exposition::part(std::string_view suffix, Labels labels, double value) {
    line(suffix, labels, fmt::format("{}", value));
}

void Exposition::line(std::string_view suffix, Labels labels, std::string_view value) {
    text_ += name_;
    text_ += suffix;
    char separator = '{';
    for (const auto& [name, content] : labels) {
        text_ += fmt::format("{}{}=\"{}\"", separator, name, escaped(content));
        separator = ',';
    }
    if (separator == ',') text_ += '}';
    text_ += ' ';
    text_ += value;
    text_ += '\n';
}

}  // namespace holdfast::api
