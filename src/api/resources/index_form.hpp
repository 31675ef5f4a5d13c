// Indexing of guest files, to and from the API's form of it.
#pragma once

#include "api/types/guest_processing.hpp"
#include "catalog/guest_processing.hpp"

namespace holdfast::api {

// What the options say of indexing; what they leave out stays. invalid_input for folders that cannot be those
// of such a guest.
void apply_indexing(const GuestProcessingOptionsType& options, catalog::GuestIndexing& indexing);
void tell_indexing(const catalog::GuestIndexing& indexing, GuestProcessingOptionsType& options);

}  // namespace holdfast::api
