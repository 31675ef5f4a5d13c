// What a job's runs store and how, between the catalog and the API's form of it: compression, how fast
// it is read, the disks that are left out.
#pragma once

#include "api/types/job.hpp"
#include "catalog/jobs.hpp"

namespace holdfast::api {

std::optional<AdvancedStorageOptionsType> storage_form_of(const catalog::Job& job);
// What the form leaves out stays. not_supported for a password of the job's own; invalid_input for a limit so
// low that no backup would end.
void apply(const AdvancedStorageOptionsType& form, catalog::Job& job);

catalog::CompressionLevel compression_level(Range<1, 5> level);
// not_supported where a backup shall have a password of its own, besides the repository's: `key` names one
// unless it is empty or nil.
void refuse_own_password(const std::optional<std::string>& key);

std::optional<DiskList> to_form(const catalog::DiskNames& excluded);
// invalid_input for what is no name of a disk, or stands there twice; too_large for too many.
catalog::DiskNames excluded_disks(const DiskList& form);

}  // namespace holdfast::api
