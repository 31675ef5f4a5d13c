// Scripts that run inside of the guests of a job, an addition to EM's API.
#pragma once

#include <optional>

#include "api/description/field_types.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct GuestScriptType {
    Text<1, 4096> Command;                        // a line for /bin/sh in the guest
    std::optional<Range<1, 600>> TimeoutSeconds;  // 60 where it is missing
};

// Before the file systems are frozen, and after they were thawed.
struct JobGuestScripts : Resource {
    std::optional<GuestScriptType> PreScript;
    std::optional<GuestScriptType> PostScript;
};

struct JobGuestScriptsSpec {
    std::optional<GuestScriptType> PreScript;  // none where it is missing
    std::optional<GuestScriptType> PostScript;
};

}  // namespace holdfast::api
