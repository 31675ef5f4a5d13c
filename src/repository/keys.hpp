// The passwords of a repository: key files that are listed, added and removed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "repository/key_file.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {

// See Repository::keys.
std::vector<RepositoryKey> list_keys(Store& store);

// See Repository::add_key. invalid_input for an empty password.
std::string add_key(Store& store, std::string_view password, const ScryptCost& cost = {});

// See Repository::remove_key.
void remove_key(Store& store, const std::string& id);

}  // namespace holdfast::repository
