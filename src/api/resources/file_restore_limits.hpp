// Which files an account may take out of a restore point.
#pragma once

#include "catalog/accounts.hpp"
#include "guest/guest_files.hpp"

namespace holdfast::api {

class Call;
struct Services;

// What holds the caller; administrators are held to none.
catalog::RestoreLimits limits_of(const Services& services, const Call& call);

// forbidden, saying why, for what the limits do not let out: anything at all, files with other extensions,
// and folders where extensions are limited, because a folder comes as one archive.
void check_download(const catalog::RestoreLimits& limits, const guest::Entry& entry);

// The same for what goes back to its original place.
void check_restore_in_place(const catalog::RestoreLimits& limits, const guest::Entry& entry);

}  // namespace holdfast::api
