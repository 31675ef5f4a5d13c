// The documents around logon: the entry point, and a session with its links.
#pragma once

#include "api/description/document.hpp"
#include "api/routing/link_builder.hpp"
#include "api/routing/logon_registry.hpp"
#include "api/types/service.hpp"

namespace holdfast::api {

// GET /api/: the versions v1_3 to v1_7, each with its logon link.
EnterpriseManager describe_entry_point(const LinkBuilder& links);

// With links to all that the session's account may read and its version has, in the order that clients count
// on: 68 to an administrator in the newest version.
LogonSession describe_logon(const Logon& logon, const LinkBuilder& links);

// "v1_7" for "v1_7", "V1_7", "1_7" and "1.7", "v1_0" for "v1"; "latest" for none. Nothing for a version that
// there never was.
std::optional<std::string> parse_version(std::string_view text);

// What parse_version() spells; "latest" is the newest one.
ApiVersion api_version_of(std::string_view version);

}  // namespace holdfast::api
