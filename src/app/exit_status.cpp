#include "app/exit_status.hpp"

#include "base/error.hpp"
#include "repository/repository_errors.hpp"

namespace holdfast {

int exit_status_of(const std::exception& error) {
    if (dynamic_cast<const repository::RepositoryMissing*>(&error) != nullptr) return exit_no_repository;
    if (dynamic_cast<const repository::RepositoryLocked*>(&error) != nullptr) return exit_locked;
    const auto* known = dynamic_cast<const Error*>(&error);
    if (known == nullptr) return exit_other_failure;
    switch (known->kind()) {
        case ErrorKind::invalid_input:
            return exit_usage;
        case ErrorKind::unauthenticated:
            return exit_wrong_password;
        case ErrorKind::unavailable:
            return exit_unavailable;
        case ErrorKind::cancelled:
            return exit_cancelled;
        case ErrorKind::io:
            return exit_io;
        case ErrorKind::corrupt:
            return exit_damaged;
        default:
            return exit_other_failure;
    }
}

}  // namespace holdfast
