// Guests in which a backup has begun something that must not stay so, noted before it begins: after a crash
// the next start puts them right.
#pragma once

#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/guest_processing.hpp"

namespace holdfast::catalog {

struct GuestInBackup {
    Uuid server;
    Uuid domain;
    std::string vm_name;
    std::string owner;   // the installation whose backup it is
    GuestScript script;  // that is still to run in it; its command may be empty
    Timestamp noted;
};

class GuestsInBackup {
  public:
    explicit GuestsInBackup(Database& database) : database_(database) {}

    std::vector<GuestInBackup> list_of(const std::string& owner);  // oldest first
    // In the place of what was noted of that guest before.
    void note(const GuestInBackup& guest);
    void forget(const Uuid& server, const Uuid& domain);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
