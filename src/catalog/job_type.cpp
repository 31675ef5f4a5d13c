#include "catalog/job_type.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace holdfast::catalog {

std::string_view to_string(JobType type) {
    switch (type) {
        case JobType::backup:
            return "Backup";
        case JobType::backup_copy:
            return "BackupCopy";
        case JobType::immediate_backup_copy:
            return "ImmediateBackupCopy";
    }
    return "Backup";
}

JobType job_type_from(std::string_view word) {
    for (auto type : {JobType::backup, JobType::backup_copy, JobType::immediate_backup_copy})
        if (to_string(type) == word) return type;
    throw Error(ErrorKind::corrupt, fmt::format("There is no type of job {}", word));
}

}  // namespace holdfast::catalog
