// What a failed command tells its caller: the one place that turns errors into exit statuses.
#pragma once

#include <exception>

namespace holdfast {

// 0 is success. The numbers below 64 are Holdfast's own, those from 64 are sysexits.h's.
constexpr int exit_other_failure = 1;
constexpr int exit_incomplete = 3;  // done, but some files could not be read or restored in full
constexpr int exit_no_repository = 10;
constexpr int exit_locked = 11;
constexpr int exit_wrong_password = 12;
constexpr int exit_usage = 64;
constexpr int exit_damaged = 65;
constexpr int exit_unavailable = 69;
constexpr int exit_io = 74;
constexpr int exit_cancelled = 130;  // 128 + SIGINT, as shells have it

int exit_status_of(const std::exception& error);

// The same for people: the footer of each command's --help.
inline constexpr const char* exit_status_help =
    "Exit status: 0 all done, 3 done but some files could not be read or restored in full, 10 no repository\n"
    "there, 11 repository locked, 12 wrong password, 64 usage, 65 damaged data, 69 unavailable, 74\n"
    "input/output error, 130 cancelled by SIGINT or SIGTERM, 1 any other failure.";

}  // namespace holdfast
