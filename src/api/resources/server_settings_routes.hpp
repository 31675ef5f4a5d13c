// How this server was started: `/serverSettings`, an addition to EM's API.
#pragma once

#include <string>
#include <vector>

#include "api/routing/route.hpp"
#include "http/certificate_facts.hpp"

namespace holdfast::api {

// As it is until the server ends. Nothing in it is a secret. Empty where it is not used.
struct ServerSetup {
    http::CertificateFacts certificate;
    std::string certificate_file;
    std::string ldap_uri;
    std::string ldap_user_base;
    std::string ldap_group_base;
    std::string pam_service;
};

// What is given outlives the routes.
std::vector<Route> server_settings_routes(const ServerSetup& setup);

}  // namespace holdfast::api
