#include "api/openapi/openapi_path.hpp"

#include <algorithm>

#include "api/routing/table_text.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// "vmRestorePoints" -> "vmRestorePoint", "repositories" -> "repository", "publicIpAddresses" ->
// "publicIpAddress".
std::string singular(std::string_view name) {
    if (name.ends_with("ies")) return std::string(name.substr(0, name.size() - 3)) + "y";
    if (name.ends_with("sses"))
        name.remove_suffix(2);
    else if (name.ends_with('s'))
        name.remove_suffix(1);
    return std::string(name);
}

std::string id_in(std::string_view collection) {
    std::string name = singular(collection) + "Id";
    name.front() = to_lower(name.substr(0, 1)).front();
    return name;
}

// "RestAPI.xsd" -> "RestAPIxsd", "{filepath}" -> "Filepath".
std::string as_word(std::string_view segment) {
    std::string word;
    for (char c : segment)
        if (is_letter_or_digit(c)) word += c;
    if (!word.empty() && word.front() >= 'a' && word.front() <= 'z')
        word.front() = static_cast<char>(word.front() - 'a' + 'A');
    return word;
}

}  // namespace

OpenApiPath openapi_path(std::string_view path) {
    OpenApiPath made;
    std::string_view collection;
    path.remove_prefix(1);
    do {
        const std::string_view segment = next_word(path, '/');
        made.text += '/';
        if (!segment.starts_with('{')) {
            made.text += segment;
            collection = segment;
            continue;
        }
        const auto name =
            segment == "{ID}" ? id_in(collection) : std::string(segment.substr(1, segment.size() - 2));
        made.text += "{" + name + "}";
        made.parameters.push_back(name);
    } while (!path.empty());
    return made;
}

std::string operation_id(std::string_view method, std::string_view path) {
    std::string id = to_lower(method);
    path.remove_prefix(1);
    if (path.empty()) return id + "EntryPoint";
    while (!path.empty()) {
        const std::string_view segment = next_word(path, '/');
        if (segment.starts_with('{')) id += "By";
        id += segment == "{ID}" ? "Id" : as_word(segment);
    }
    return id;
}

}  // namespace holdfast::api
