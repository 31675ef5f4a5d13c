#include "api/resources/scope_form.hpp"

#include <array>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/account_scopes.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t longest_tag = 255;

Error no_scope(const std::string& text) {
    return Error(ErrorKind::invalid_input,
                 "The reference " + text.substr(0, 200) + " names nothing that holds machines")
        .advise(
            "Name a host by the UID of its hierarchy root, a machine by its ObjectRef from GET /api/lookup, "
            "a "
            "storage pool as urn:CustomPlatform:Datastore:<hierarchy root id>.<pool UUID>, a network as "
            "urn:CustomPlatform:Network:<hierarchy root id>.<network UUID>, or a tag as "
            "urn:CustomPlatform:Tag:<hierarchy root id>.<tag>.");
}

// "urn", platform, type, and the rest, which may hold colons.
std::optional<std::array<std::string, 4>> split_urn(const std::string& text) {
    std::array<std::string, 4> parts;
    std::size_t start = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        auto colon = text.find(':', start);
        if (colon == std::string::npos) return std::nullopt;
        parts[i] = text.substr(start, colon - start);
        start = colon + 1;
    }
    parts.back() = text.substr(start);
    return parts;
}

// The object's name in the catalog; empty for none that can be one.
std::string object_name(std::string_view type, const Uuid& root, const std::string& object) {
    if (type == catalog::scope_type::host) return root.to_string();
    if (type == catalog::scope_type::tag)
        return object.size() <= longest_tag ? std::string(trimmed(object)) : std::string();
    auto id = Uuid::parse(object);
    return id ? id->to_string() : std::string();
}

}  // namespace

ScopeReference parse_scope_reference(const std::string& text) {
    auto parts = split_urn(text);
    if (!parts || !equal_ignoring_case((*parts)[0], "urn")) throw no_scope(text);
    const auto& [scheme, platform, type, rest] = *parts;
    if (equal_ignoring_case(platform, "veeam") && equal_ignoring_case(type, "HierarchyRoot")) {
        auto root = Uuid::parse(rest);
        if (!root) throw no_scope(text);
        return {*root, std::string(catalog::scope_type::host), root->to_string()};
    }
    auto dot = rest.find('.');
    auto root = Uuid::parse(std::string_view(rest).substr(0, dot));
    if (!root || dot == std::string::npos) throw no_scope(text);
    for (auto known :
         {catalog::scope_type::machine, catalog::scope_type::host, catalog::scope_type::storage_pool,
          catalog::scope_type::network, catalog::scope_type::tag}) {
        if (!equal_ignoring_case(type, known)) continue;
        auto object = object_name(known, *root, rest.substr(dot + 1));
        if (object.empty()) throw no_scope(text);
        return {*root, std::string(known), object};
    }
    throw no_scope(text);
}

std::string to_text(const ScopeReference& reference) {
    return "urn:CustomPlatform:" + reference.type + ":" + reference.hierarchy_root.to_string() + "." +
           reference.object;
}

}  // namespace holdfast::api
