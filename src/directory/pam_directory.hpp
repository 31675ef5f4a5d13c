// Users and groups of this machine, by PAM and NSS: whatever its administrator has set up behind these.
#pragma once

#include <mutex>

#include "directory/directory.hpp"

namespace holdfast::directory {

class PamDirectory : public Directory {
  public:
    // Of a file in /etc/pam.d. invalid_input where there is none: PAM would take another one.
    explicit PamDirectory(std::string service);

    std::optional<DirectoryUser> authenticate(std::string_view name, std::string_view password) override;

  private:
    const std::string service_;
    std::timed_mutex one_at_a_time_;  // modules need not be made for threads
};

}  // namespace holdfast::directory
