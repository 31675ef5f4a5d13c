// RestAPI.xsd, the published schema of every document that the API sends or takes.
#pragma once

#include <string>

namespace holdfast::api {

// Made from the same descriptions as the readers and writers, so that they cannot disagree. Every document of
// write_xml is valid.
std::string rest_api_xsd();

}  // namespace holdfast::api
