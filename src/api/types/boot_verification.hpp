// Boot verification, an addition to EM's API: whether a machine boots from its restore point, and what was
// seen of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"
#include "api/types/session.hpp"

namespace holdfast::api {

// Screenshot: not waited for, taken at the end.
enum class BootCheckKind { Heartbeat, Ping, TcpPort, Console, Screenshot };

struct BootCheckType {
    BootCheckKind Kind = BootCheckKind::Heartbeat;
    std::optional<std::string> Target;  // the port, the pattern
    SessionResult Result = SessionResult::None;
    std::optional<double> AfterSeconds;  // since the start of the machine
    std::optional<std::string> Message;  // why it failed
};

struct BootVerification : Entity {
    std::string VmDisplayName;
    Timestamp CreationTimeUTC{};
    std::optional<Timestamp> EndTimeUTC;
    SessionState State = SessionState::Working;
    SessionResult Result = SessionResult::None;
    std::int32_t Progress = 0;
    std::optional<std::string> Reason;
    std::optional<double> BootSeconds;  // until all that was waited for had come
    std::vector<BootCheckType> Check;
    std::optional<std::string> ConsoleTail;
};
struct BootVerifications : List<BootVerification> {};

struct BootVerificationSpec {
    std::optional<bool> Heartbeat;
    std::optional<bool> Ping;
    std::vector<Range<1, 65535>> TcpPort;  // 16 at most
    std::optional<Text<1, 256>> ConsolePattern;
    std::optional<Range<10, 3600>> TimeLimitSeconds;    // 300 where it is missing
    std::optional<Range<16, 1048576>> MemoryMiB;        // the machine's own where it is missing
    std::optional<Range<64, 1048576>> ScratchLimitMiB;  // 10240 where it is missing
};

}  // namespace holdfast::api
