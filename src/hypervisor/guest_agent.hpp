// The QEMU guest agent of a running domain, asked through libvirt. Every question has a limit.
// Commands: https://qemu-project.gitlab.io/qemu/interop/qemu-ga-ref.html
#pragma once

#include <libvirt/libvirt.h>

#include <boost/json.hpp>
#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "hypervisor/host.hpp"

namespace holdfast::hypervisor {

// All throw unavailable where the agent does not answer in time, not_supported where the domain has none, and
// io for what the agent refuses, with its words.

void ping_agent(virDomainPtr domain);

// How many file systems it froze. An agent that fails half-way thaws again by itself.
int freeze_file_systems(virDomainPtr domain, std::chrono::seconds limit);

// How many were frozen until now; 0 where none was.
int thaw_file_systems(virDomainPtr domain);

// Waits for its end. What it started in its session is killed after its limit, and when `stop` is asked for
// (cancelled).
GuestCommandResult run_guest_command(virDomainPtr domain, const GuestCommand& command,
                                     const std::stop_token& stop);

// The parts of it, for what is more than one command.

// What the agent returned.
boost::json::value ask_agent(virDomainPtr domain, const boost::json::object& command,
                             std::chrono::seconds limit);
// Gives its process id.
int start_in_guest(virDomainPtr domain, const std::string& program, const boost::json::array& arguments);
// Nothing while it runs.
std::optional<GuestCommandResult> look_at_guest_process(virDomainPtr domain, int pid);
// All that a process that `setsid` started has started. "KILL", "TERM".
void end_guest_session(virDomainPtr domain, int pid, std::string_view signal);

}  // namespace holdfast::hypervisor
