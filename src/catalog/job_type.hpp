// What a job does.
#pragma once

#include <string_view>

namespace holdfast::catalog {

enum class JobType {
    backup,
    backup_copy,            // of restore points into another repository, when its schedule says so
    immediate_backup_copy,  // the same as soon as there are new ones
};

inline bool is_copy(JobType type) {
    return type != JobType::backup;
}

// EM's words, as the API and the database write them.
std::string_view to_string(JobType type);
// corrupt for any other word.
JobType job_type_from(std::string_view word);

}  // namespace holdfast::catalog
