// Work that the system does for itself, written down as a system session.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "catalog/system_sessions.hpp"
#include "protection/environment.hpp"

namespace holdfast::protection {

// One piece of work, on one thread. Its session begins with the first thing that is told of it: where nothing
// was to be done there is none. A database that does not take the session does not stop the work.
class SystemWork {
  public:
    SystemWork(const Environment& environment, std::string_view kind, std::string name);
    // Work that was left without an end has failed.
    ~SystemWork();
    SystemWork(const SystemWork&) = delete;
    SystemWork& operator=(const SystemWork&) = delete;

    // To the log, too.
    void tell(const std::string& message);
    // One of these ends it; what comes after counts no more.
    void succeed() { end(catalog::result::success, ""); }
    void warn(const std::string& message) { end(catalog::result::warning, message); }
    // A warning where only something stood in the way that passes.
    void fail(const Error& error);

  private:
    void end(std::string_view result, const std::string& message);

    catalog::SystemSessions sessions_;
    catalog::SystemSession session_;
    int events_ = 0;
    bool is_open_ = false;
};

}  // namespace holdfast::protection
