// What a request asks of a collection or a query by its parameters: filter, sortAsc, sortDesc, asOf.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "api/routing/collection.hpp"
#include "catalog/selection.hpp"

namespace holdfast::api {

// Adds it to `selection`. Throws invalid_input that names the parameter, what is wrong with it, and the known
// fields of the type called `type`.
void apply_request(const Call& call, const std::optional<PageRequest>& page,
                   const std::vector<catalog::Field>& fields, std::string_view type,
                   catalog::Selection& selection);

}  // namespace holdfast::api
