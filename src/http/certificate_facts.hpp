// What a certificate says of itself.
#pragma once

#include <filesystem>
#include <string>

#include "base/time.hpp"

namespace holdfast::http {

struct CertificateFacts {
    std::string subject;  // "CN=backup.example.org,O=Example"
    std::string issuer;
    Timestamp valid_from{};
    Timestamp valid_until{};
    std::string sha256;  // of its DER form, 64 hex digits: what browsers show as its fingerprint
    bool is_self_signed = false;
};

// Of the first certificate in a PEM file, which is the server's own. invalid_input where there is none.
CertificateFacts read_certificate_facts(const std::filesystem::path& certificate_file);

}  // namespace holdfast::http
