// What a job does inside of guests, between the catalog and the API's form of it.
#pragma once

#include <optional>

#include "api/types/job.hpp"
#include "catalog/jobs.hpp"

namespace holdfast::api {

GuestProcessingOptionsType to_form(const catalog::GuestProcessing& processing);

// What the form leaves out keeps the value that it has in `processing`. not_supported, naming it, for what is
// not built. Indexing is for index_form.hpp.
void apply(const GuestProcessingOptionsType& form, catalog::GuestProcessing& processing);

// Files are indexed of all machines of a job or of none: not_supported for a form of one machine that says
// another thing.
void refuse_own_indexing(const GuestProcessingOptionsType& form, const catalog::GuestIndexing& of_job);

// Where the new object is to have something of its own.
std::optional<catalog::GuestProcessing> guest_of_new_object(const CreateObjectInJobSpec& spec,
                                                            const catalog::Job& job);

}  // namespace holdfast::api
