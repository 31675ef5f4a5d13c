// What a handler gives back.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/description/document.hpp"
#include "base/error.hpp"
#include "http/server.hpp"

namespace holdfast::api {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Answer {
    int status = 200;
    std::optional<Document> document{};  // written in the format that the client wants
    Headers headers{};
    // Where `document` is only the beginning of a list: gives the next part of it, and nothing after the
    // last. Called on the thread that sends, one call at a time, until it gives nothing or the client is
    // gone.
    std::function<std::optional<Document>()> rest{};
    // A download or a schema: sent as it is, with its own status and headers; the members above are not
    // looked at.
    std::optional<http::Response> raw{};
};

template <typename T>
Answer ok(T document) {
    return {.status = 200, .document = Document(std::move(document))};
}
template <typename T>
Answer created(T document) {
    return {.status = 201, .document = Document(std::move(document))};
}
template <typename T>
Answer accepted(T document) {
    return {.status = 202, .document = Document(std::move(document))};
}
inline Answer no_content() {
    return {.status = 204};
}
inline Answer raw(http::Response response) {
    return {.raw = std::move(response)};
}

// An Error whose status is not that of its kind: EM answers 500 where a task or a logon session is not known.
class StatusError : public Error {
  public:
    StatusError(int status, ErrorKind kind, std::string happened)
        : Error(kind, std::move(happened)), status_(status) {}
    StatusError& add_header(std::string name, std::string value) {
        headers_.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    int status() const { return status_; }
    const Headers& headers() const { return headers_; }

  private:
    int status_;
    Headers headers_;
};

// The status of an error: once, here, and nowhere else.
int status_of(ErrorKind kind);

}  // namespace holdfast::api
