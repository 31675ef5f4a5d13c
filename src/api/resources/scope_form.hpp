// References to parts of a host's hierarchy, as scopes of accounts name them.
#pragma once

#include <string>

#include "base/ids.hpp"

namespace holdfast::api {

struct ScopeReference {
    Uuid hierarchy_root;
    std::string type;    // one of catalog::scope_type
    std::string object;  // as catalog::AccountScope has it
};

// "urn:CustomPlatform:Vm:<root>.<machine>", "…:Datastore:<root>.<pool>", "…:Network:<root>.<network>",
// "…:Tag:<root>.<word>", "…:Host:<root>.<anything>", or the UID of a hierarchy root; in any letter case and
// with any platform's word. invalid_input for anything else.
ScopeReference parse_scope_reference(const std::string& text);
// The reference that names the same: "urn:CustomPlatform:Tag:<root>.<word>".
std::string to_text(const ScopeReference& reference);

}  // namespace holdfast::api
