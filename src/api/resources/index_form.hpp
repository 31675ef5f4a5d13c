// Indexing of guest files, to and from the API's form of it.
#pragma once

#include "api/types/guest_processing.hpp"
#include "catalog/jobs.hpp"

namespace holdfast::api {

// What the options say of indexing; what they leave out stays. not_supported for indexing of chosen folders
// only.
void apply_indexing(const GuestProcessingOptionsType& options, catalog::GuestIndexing& indexing);
void tell_indexing(const catalog::GuestIndexing& indexing, GuestProcessingOptionsType& options);

}  // namespace holdfast::api
