// The backend that a repository's address names.
#pragma once

#include <memory>
#include <string>

#include "repository/backend.hpp"

namespace holdfast::repository {

enum class Layout { make, expect };

// `make` prepares the place for a new repository: conflict where one, or anything else, is there already.
std::unique_ptr<Backend> open_backend(const std::string& url, Layout layout);

}  // namespace holdfast::repository
