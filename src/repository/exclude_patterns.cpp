#include "repository/exclude_patterns.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "repository/go_text.hpp"

namespace holdfast::repository {
namespace {

char32_t take_escaped(std::string_view& pattern) {
    if (pattern.starts_with('\\')) pattern.remove_prefix(1);
    return take_character(pattern);
}

// `pattern` begins after the bracket, and is moved behind the closing one.
bool matches_class(std::string_view& pattern, char32_t character) {
    bool negated = pattern.starts_with('^');
    if (negated) pattern.remove_prefix(1);
    bool matched = false;
    do {
        char32_t first = take_escaped(pattern);
        char32_t last = first;
        if (pattern.starts_with('-')) {
            pattern.remove_prefix(1);
            last = take_escaped(pattern);
        }
        matched |= first <= character && character <= last;
    } while (!pattern.starts_with(']'));
    pattern.remove_prefix(1);
    return matched != negated;
}

// The same steps as matches_class, without trust.
bool skip_class(std::string_view& pattern) {
    auto skip_one = [&] {
        if (pattern.empty() || pattern.front() == ']' || pattern.front() == '-') return false;
        if (pattern.front() == '\\') pattern.remove_prefix(1);
        if (pattern.empty()) return false;
        take_character(pattern);
        return true;
    };
    if (pattern.starts_with('^')) pattern.remove_prefix(1);
    do {
        if (!skip_one()) return false;
        if (!pattern.starts_with('-')) continue;
        pattern.remove_prefix(1);
        if (!skip_one()) return false;
    } while (!pattern.starts_with(']'));
    pattern.remove_prefix(1);
    return true;
}

bool is_well_formed(std::string_view pattern) {
    while (!pattern.empty()) {
        char first = pattern.front();
        pattern.remove_prefix(1);
        if (first == '[' && !skip_class(pattern)) return false;
        if (first != '\\') continue;
        if (pattern.empty()) return false;
        pattern.remove_prefix(1);
    }
    return true;
}

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> parts;
    while (true) {
        auto slash = path.find('/');
        parts.emplace_back(slash == 0 && parts.empty() ? "/" : path.substr(0, slash));
        if (slash == std::string_view::npos) return parts;
        path.remove_prefix(slash + 1);
    }
}

// Whether the parts match names one after another, from the first of both; names may be left over.
bool match_here(std::span<const std::string> parts, std::span<const std::string> names) {
    if (parts.empty()) return true;
    if (parts[0] == "**") {
        for (std::size_t skipped = 0; skipped <= names.size(); ++skipped) {
            if (match_here(parts.subspan(1), names.subspan(skipped))) return true;
            if (skipped < names.size() && names[skipped] == "/") return false;
        }
        return false;
    }
    return !names.empty() && matches_glob(parts[0], names[0]) &&
           match_here(parts.subspan(1), names.subspan(1));
}

bool match(std::span<const std::string> parts, std::span<const std::string> names) {
    if (parts[0] == "/") return match_here(parts, names);
    for (std::size_t first = 1; first < names.size(); ++first)  // the first name is "/"
        if (match_here(parts, names.subspan(first))) return true;
    return false;
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view name) {
    while (!pattern.empty()) {
        char kind = pattern.front();
        if (kind == '*') {
            pattern.remove_prefix(1);
            while (true) {
                if (matches_glob(pattern, name)) return true;
                if (name.empty() || name.front() == '/') return false;
                take_character(name);
            }
        }
        if (name.empty()) return false;
        char32_t character = take_character(name);
        if (kind == '?' || kind == '[') {
            pattern.remove_prefix(1);
            if (character == '/' || (kind == '[' && !matches_class(pattern, character))) return false;
        } else if (take_escaped(pattern) != character) {
            return false;
        }
    }
    return name.empty();
}

ExcludePatterns::ExcludePatterns(std::span<const std::string> patterns) {
    for (std::string_view text : patterns) {
        if (text.empty()) continue;
        Pattern pattern;
        pattern.takes_back = text.starts_with('!');
        if (pattern.takes_back) text.remove_prefix(1);
        std::string clean = std::filesystem::path(text).lexically_normal().string();
        if (clean.size() > 1 && clean.ends_with('/')) clean.pop_back();
        pattern.parts = split(clean);
        for (const auto& part : pattern.parts)
            if (!is_well_formed(part))
                throw Error(ErrorKind::invalid_input, "\"" + std::string(text) + "\" is not a pattern")
                    .advise("Close every bracket, and write \\ before [, * or ? to mean just that.");
        patterns_.push_back(std::move(pattern));
    }
}

bool ExcludePatterns::exclude(std::string_view absolute_path) const {
    if (patterns_.empty()) return false;
    auto names = split(absolute_path);
    bool excluded = false;
    for (const auto& pattern : patterns_)
        if (excluded == pattern.takes_back && match(pattern.parts, names)) excluded = !pattern.takes_back;
    return excluded;
}

}  // namespace holdfast::repository
