// A request as a handler sees it: parsed, authenticated, allowed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/description/document.hpp"
#include "api/routing/entity_tag.hpp"
#include "api/routing/format.hpp"
#include "api/routing/link_builder.hpp"
#include "api/routing/logon_registry.hpp"
#include "api/routing/uri.hpp"
#include "base/ids.hpp"
#include "http/server.hpp"

namespace holdfast::api {

// What the router knows when it calls a handler.
struct CallParts {
    std::vector<std::string> segments;    // of the path below /api
    std::vector<std::string> parameters;  // the variable ones, in their order
    QueryParameters query;
    Format format = Format::xml;
    std::shared_ptr<Logon> logon;  // null on routes for anyone
    Precondition precondition{};
};

// Lives as long as the handler runs. One thread.
class Call {
  public:
    Call(const http::Request& request, CallParts parts);

    const http::Request& request() const { return request_; }
    const QueryParameters& query() const { return parts_.query; }
    Format format() const { return parts_.format; }
    const std::string& remote_address() const { return request_.remote_address; }

    // The parameters of the path, counted from 0: /jobs/{ID}/includes/{ID} has ids 0 and 1.
    // An id is a bare guid or a URN that ends in one; anything else is invalid_input.
    Uuid id(std::size_t index = 0) const;
    // "/mounts/{ID}": not_found for anything but a whole number below 2^31.
    std::uint32_t number(std::size_t index) const;
    const std::string& text(std::size_t index = 0) const;
    // The {filepath}, decoded: "C:/Program Files". No segment of it is "." or "..", or holds a NUL byte or a
    // slash. It need not be UTF-8.
    const std::string& file_path() const { return parts_.parameters.back(); }

    // ?format=Entity, or Entities as queries write it.
    bool wants_entities() const;
    // A whole number of at least 1; invalid_input for anything else.
    std::optional<std::uint32_t> positive(std::string_view parameter) const;

    // "https://backup:9398/api", from the Host that the client used.
    std::string base_url() const { return "https://" + request_.host + "/api"; }
    LinkBuilder links() const { return LinkBuilder(base_url()); }
    // This resource, as href() wants it: "/jobs/<guid>/includes", encoded.
    std::string path() const;

    // Only on routes that need a session.
    Logon& logon() const { return *parts_.logon; }
    const std::shared_ptr<Logon>& shared_logon() const { return parts_.logon; }
    bool has_logon() const { return parts_.logon != nullptr; }

    // What the request's If-Match asks for. Compared once before a handler is called; handlers of what
    // several may edit compare again where nobody else can change it any more: require_match().
    const Precondition& precondition() const { return parts_.precondition; }

    bool has_body() const;
    // The body, in the format of its Content-Type, checked against T. Throws invalid_input that names what is
    // wrong.
    template <typename T>
    T body() const {
        require_body();
        if (body_format(request_.header("Content-Type"), request_.body) == Format::json)
            return from_json<T>(request_.body);
        return from_xml<T>(request_.body);
    }
    // A T at its defaults where there is none.
    template <typename T>
    T body_or_default() const {
        return has_body() ? body<T>() : T{};
    }

  private:
    void require_body() const;

    const http::Request& request_;
    CallParts parts_;
};

}  // namespace holdfast::api
