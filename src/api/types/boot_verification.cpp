#include "api/types/boot_verification.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(BootCheckKind, Heartbeat, Ping, TcpPort, Console, Screenshot)

HOLDFAST_PART(BootCheckType, (), (Kind, Target, Result, AfterSeconds, Message))
HOLDFAST_ROOT(BootVerification, "BootVerificationEntityType", (Entity),
              (VmDisplayName, CreationTimeUTC, EndTimeUTC, State, Result, Progress, Reason, BootSeconds,
               Check, ConsoleTail))
HOLDFAST_LIST(BootVerifications, "BootVerificationEntityListType", "BootVerification")
HOLDFAST_ROOT(BootVerificationSpec, "BootVerificationSpecType", (),
              (Heartbeat, Ping, TcpPort, ConsolePattern, TimeLimitSeconds, MemoryMiB, ScratchLimitMiB))

}  // namespace holdfast::api
