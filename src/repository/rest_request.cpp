// One request of the REST backend from its first try to its last, and what is said when it fails.
#include <fmt/format.h>

#include <algorithm>

#include "base/back_off.hpp"
#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "repository/rest_backend.hpp"

namespace holdfast::repository {
namespace {

// A read that got on by this much counts its tries anew.
constexpr std::uint64_t progress_that_counts = 64 << 10;
// Until a server has answered once, its address is likely wrong.
constexpr unsigned tries_of_a_stranger = 3;
// A server that checks what it stores answers 400 to bytes that were damaged on the way.
constexpr unsigned tries_of_an_upload = 3;

bool may_pass(const HttpRequest& request, const HttpAnswer& answer) {
    switch (answer.status) {
        case 400:
            return request.method == HttpMethod::post;
        case 404:
            // rclone's word for any failure of a listing; a folder that is missing is an empty list to it.
            return request.path.ends_with('/') && answer.server.starts_with("rclone/");
        case 408:
        case 425:
        case 429:
            return true;
        case 501:
        case 505:
        case 507:
            return false;
        default:
            return answer.status >= 500;
    }
}

}  // namespace

RestBackend::Answer RestBackend::ask(HttpRequest& request) {
    unsigned tries = 0, all_tries = 0;
    while (true) {
        if (request.restart) request.restart();
        auto left = request.range ? request.range->length : 0;
        auto outcome = client_.perform(request);
        ++all_tries;
        if (outcome) has_answered_ = true;
        if (outcome && !may_pass(request, *outcome)) return {*outcome, all_tries};
        if (!outcome && request.range && request.range->length == 0) return {{.status = 206}, all_tries};
        if (request.range && left - request.range->length >= progress_that_counts) tries = 0;
        wait_or_throw(request, outcome, ++tries);
    }
}

void RestBackend::wait_or_throw(const HttpRequest& request,
                                const std::expected<HttpAnswer, HttpFailure>& outcome, unsigned tries) {
    auto most_tries = server_.limits.tries;
    if (outcome && outcome->status == 400) most_tries = std::min(most_tries, tries_of_an_upload);
    if (!outcome && !has_answered_) most_tries = std::min(most_tries, tries_of_a_stranger);
    if (!outcome && (!outcome.error().may_pass() || tries >= most_tries))
        throw error_of(request, outcome.error());
    if (outcome && tries >= most_tries) throw error_of(request, *outcome);
    auto pause = BackOff(server_.limits.first_wait, server_.limits.longest_wait).pause_after(tries);
    if (outcome && outcome->retry_after > pause)
        pause = std::min<std::chrono::milliseconds>(outcome->retry_after, server_.limits.longest_wait);
    pause_work(pause);
}

std::string RestBackend::subject(const HttpRequest& request) const {
    const char* doing = request.method == HttpMethod::post      ? "storing "
                        : request.method == HttpMethod::delete_ ? "removing "
                                                                : "reading ";
    return doing + server_.name + (server_.name.ends_with('/') ? "" : "/") + request.path;
}

Error RestBackend::error_of(const HttpRequest& request, const HttpAnswer& answer) const {
    auto said = [&](ErrorKind kind, std::string_view advice) {
        std::string more = server_.explain ? server_.explain() : "";
        return Error(kind, fmt::format("The server answers {} to {}{}{}", answer.status, subject(request),
                                       more.empty() ? "" : ": ", more))
            .advise(std::string(advice));
    };
    if (answer.status >= 300 && answer.status < 400)
        return said(ErrorKind::invalid_input, "The repository is at another address: use that one.");
    switch (answer.status) {
        case 401:
            return said(ErrorKind::unauthenticated,
                        "Give the right user and password: rest:https://user:password@host/path/.");
        case 403:
            return said(ErrorKind::forbidden,
                        "The server does not let this user do it; an append-only server removes nothing.");
        case 404:
            return said(ErrorKind::not_found, "Check the repository's address.");
        case 405:
        case 501:
            return said(ErrorKind::not_supported,
                        "Check that the address is that of a REST server for restic repositories.");
        case 413:
            return said(ErrorKind::too_large, "Raise the limit on the size of requests at the server.");
        case 507:
            return said(ErrorKind::io, "Free some space at the server.");
        default:
            return said(answer.status >= 500 || answer.status == 429 || answer.status == 408
                            ? ErrorKind::unavailable
                            : ErrorKind::io,
                        "See the server's own log for the reason, then try again.");
    }
}

Error RestBackend::error_of(const HttpRequest& request, const HttpFailure& failure) const {
    using Cause = HttpFailure::Cause;
    std::string more = server_.explain ? server_.explain() : "";
    auto error =
        Error(ErrorKind::unavailable,
              fmt::format("{} {}: {}{}{}",
                          failure.cause == Cause::unreachable ? "The server cannot be reached for"
                                                              : "The connection to the server failed while",
                          subject(request), failure.text, more.empty() ? "" : ": ", more));
    switch (failure.cause) {
        case Cause::untrusted:
            return error.advise(
                "Where an authority of your own signed its certificate, name that one's file in "
                "HOLDFAST_CACERT.");
        case Cause::wrong_answer:
            return error.advise("Check that the address is that of a REST server for restic repositories.");
        case Cause::unreachable:
        case Cause::broken:
            break;
    }
    return error.advise("Check the address and that the server runs, then try again.");
}

}  // namespace holdfast::repository
