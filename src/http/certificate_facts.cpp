#include "http/certificate_facts.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <memory>
#include <span>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace holdfast::http {
namespace {

constexpr std::size_t file_limit = 1 << 20;

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

std::string text_of(const X509_NAME* name) {
    Memory memory(BIO_new(BIO_s_mem()), &BIO_free_all);
    if (!memory || X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0)
        throw Error(ErrorKind::internal, "OpenSSL cannot write the names in a certificate");
    char* data = nullptr;
    long size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

Timestamp time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1)
        throw Error(ErrorKind::invalid_input, "A date in the certificate cannot be read");
    return Timestamp(std::chrono::seconds(::timegm(&parts)));
}

std::string sha256_of(const X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    if (X509_digest(certificate, EVP_sha256(), bytes.data(), &size) != 1)
        throw Error(ErrorKind::internal, "OpenSSL cannot hash a certificate");
    return to_hex(std::as_bytes(std::span(bytes).first(size)));
}

}  // namespace

CertificateFacts read_certificate_facts(const std::filesystem::path& certificate_file) {
    auto text = read_file(certificate_file, file_limit);
    Memory memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free_all);
    // The handler of passwords: none is asked for on the terminal.
    auto no_password = [](char*, int, int, void*) { return -1; };
    Certificate certificate(memory ? PEM_read_bio_X509(memory.get(), nullptr, no_password, nullptr) : nullptr,
                            &X509_free);
    if (!certificate)
        throw Error(ErrorKind::invalid_input, "There is no certificate in " + certificate_file.string());
    const auto* subject = X509_get_subject_name(certificate.get());
    const auto* issuer = X509_get_issuer_name(certificate.get());
    return {.subject = text_of(subject),
            .issuer = text_of(issuer),
            .valid_from = time_of(X509_get0_notBefore(certificate.get())),
            .valid_until = time_of(X509_get0_notAfter(certificate.get())),
            .sha256 = sha256_of(certificate.get()),
            .is_self_signed = X509_NAME_cmp(subject, issuer) == 0};
}

}  // namespace holdfast::http
