// What is done inside of a running guest around the instant at which its disks are taken: scripts, and
// freezing its file systems.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/guest_processing.hpp"
#include "catalog/guests_in_backup.hpp"
#include "hypervisor/host.hpp"
#include "protection/environment.hpp"

namespace holdfast::protection {

struct GuestSettings {
    catalog::GuestProcessing processing;
    catalog::GuestScripts scripts;
};

class GuestWork {
  public:
    using Begin = std::function<std::unique_ptr<hypervisor::LiveBackup>()>;

    GuestWork(const Environment& environment, hypervisor::Host& host, const Uuid& server,
              hypervisor::Domain domain, GuestSettings settings, std::stop_token stop);

    // The script before, freeze, `begin`, which fixes the instant, thaw, and the script after, which runs
    // whenever the one before was begun. Throws what `begin` throws, and unavailable where the settings
    // require what could not be done; all is thawed then, too.
    std::unique_ptr<hypervisor::LiveBackup> around(const Begin& begin);

    // Of catalog::consistency.
    std::string_view consistency() const { return consistency_; }
    // Sentences for the session.
    const std::vector<std::string>& notes() const { return notes_; }
    bool has_warnings() const { return has_warnings_; }

  private:
    enum class Severity { note, warning };

    bool can_ask_agent();
    void run_script_before();
    void run_script_after();
    std::unique_ptr<hypervisor::LiveBackup> take(const Begin& begin);
    std::unique_ptr<hypervisor::FrozenGuest> freeze();
    void thaw(hypervisor::FrozenGuest& frozen);
    void is_not_frozen(const std::string& why, Severity severity);
    void warn(std::string sentence);

    hypervisor::Host& host_;
    const Uuid server_;
    const hypervisor::Domain domain_;
    const GuestSettings settings_;
    const std::stop_token stop_;
    const std::string owner_;
    catalog::GuestsInBackup guests_;
    std::string_view consistency_ = catalog::consistency::crash;
    bool may_be_frozen_ = false;
    std::vector<std::string> notes_;
    bool has_warnings_ = false;
};

// Of a guest that a dead Holdfast, or one that did not reach it, left in the middle of a backup: thaws it and
// runs the script that waits, once. Throws where it has to be tried again.
void put_guest_right(hypervisor::Host& host, const catalog::GuestInBackup& guest);

}  // namespace holdfast::protection
