// From an exception to an Error document: the one place where it happens.
#pragma once

#include "api/routing/format.hpp"
#include "http/server.hpp"

namespace holdfast::api {

// To be called in a catch block: describes the exception that is being handled. Failures of ours are logged;
// one that is no Error tells the client an incident number only, under which the log has the rest. Does not
// throw.
http::Response answer_failure(const http::Request& request, Format format, WireForm form);

}  // namespace holdfast::api
