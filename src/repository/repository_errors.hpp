// What a caller of a repository may want to tell from other errors of the same kind.
#pragma once

#include <string>
#include <utility>

#include "base/error.hpp"

namespace holdfast::repository {

// not_found: there is no repository at all.
class RepositoryMissing : public Error {
  public:
    explicit RepositoryMissing(std::string happened) : Error(ErrorKind::not_found, std::move(happened)) {}
};

// conflict: another process holds a lock that stands in the way.
class RepositoryLocked : public Error {
  public:
    explicit RepositoryLocked(std::string happened) : Error(ErrorKind::conflict, std::move(happened)) {}
};

}  // namespace holdfast::repository
