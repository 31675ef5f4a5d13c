// What is known of each family of resources of which this server has none.
#pragma once

#include <span>
#include <string_view>

#include "api/routing/answer.hpp"

namespace holdfast::api {

class Call;

struct EmptyFamily {
    std::string_view path;  // of the collection: "/cloud/tenants"
    std::string_view noun;  // "cloud tenant"
    Answer (*list)(const Call&);
    // The types that links to the collection carry are "<reference>ReferenceList" and "<entity>List"; empty
    // where no service leads there.
    std::string_view reference{};
    std::string_view entity{};
    // Of families whose members are made by a POST: checks its body, and what it lacks here.
    void (*check_body)(const Call&) = nullptr;
    std::string_view missing{};
};

struct EmptyService {
    std::string_view path;  // families below it are its own
    std::string_view type;
    Answer (*describe)(const Call&, const EmptyService&);
};

std::span<const EmptyFamily> empty_families();
std::span<const EmptyService> empty_services();

}  // namespace holdfast::api
