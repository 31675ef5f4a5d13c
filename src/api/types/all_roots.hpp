// Every type that is a document of its own: what the schema declares.
#pragma once

#include <vector>

#include "api/description/shape.hpp"

namespace holdfast::api {

const std::vector<const Shape*>& all_roots();

}  // namespace holdfast::api
