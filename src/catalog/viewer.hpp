// For whom the catalog is read: what an account may not see is, for it, not there.
#pragma once

#include "base/ids.hpp"

namespace holdfast::catalog {

struct Viewer {
    Uuid account;           // sees the machines that account_machines names for it; that of an API token's
                            // scopes where it has some
    bool sees_all = false;  // Portal Administrators, and accounts that may restore all machines
    // Other servers were added, and it sees all that they have: whose their machines are, scopes do not tell.
    bool sees_others = false;
};

}  // namespace holdfast::catalog
