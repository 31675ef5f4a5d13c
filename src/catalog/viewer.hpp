// For whom the catalog is read: what an account may not see is, for it, not there.
#pragma once

#include "base/ids.hpp"

namespace holdfast::catalog {

struct Viewer {
    Uuid account;           // sees the machines that account_machines names for it
    bool sees_all = false;  // Portal Administrators, and accounts that may restore all machines
};

}  // namespace holdfast::catalog
