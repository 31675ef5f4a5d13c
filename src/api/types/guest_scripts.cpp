#include "api/types/guest_scripts.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_PART(GuestScriptType, (), (Command, TimeoutSeconds))
HOLDFAST_ROOT(JobGuestScripts, "JobGuestScriptsType", (Resource), (PreScript, PostScript))
HOLDFAST_ROOT(JobGuestScriptsSpec, "JobGuestScriptsSpecType", (), (PreScript, PostScript))

}  // namespace holdfast::api
