// The self-signed certificate of a fresh installation.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <set>
#include <string>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "http/server.hpp"

namespace holdfast::http {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

constexpr long ten_years = 3650L * 24 * 3600;

void require(bool worked, std::string_view step) {
    if (!worked)
        throw Error(ErrorKind::internal, "Cannot make a certificate: OpenSSL failed to " + std::string(step));
}

std::string this_host() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == 0) return "localhost";
    return name.data();
}

// The host's name with its domain, where the resolver knows it.
void add_qualified_name(const std::string& host, std::set<std::string>& names) {
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return;
    if (found && found->ai_canonname) names.insert(found->ai_canonname);
    ::freeaddrinfo(found);
}

bool is_name(const std::string& text) {
    return !text.empty() &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") ==
               std::string::npos;
}

// "DNS:localhost,DNS:backup,IP:127.0.0.1,…": this host's names and the loopback addresses.
std::string alternative_names() {
    std::string host = this_host();
    std::set<std::string> names = {"localhost", host};
    add_qualified_name(host, names);
    std::string text;
    for (const auto& name : names)
        if (is_name(name)) text += "DNS:" + name + ",";
    return text + "IP:127.0.0.1,IP:::1";
}

void add_extension(X509* certificate, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), &X509_EXTENSION_free);
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "add the extension " + value);
}

void set_serial(X509* certificate) {
    std::array<std::byte, 16> bytes;
    fill_random(bytes);
    bytes[0] &= std::byte{0x7f};  // positive
    std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
        BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr), &BN_free);
    require(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)),
            "set a serial number");
}

Certificate make_certificate(EVP_PKEY* key) {
    Certificate certificate(X509_new(), &X509_free);
    require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "start one");
    set_serial(certificate.get());
    constexpr long clock_skew = 3600;
    require(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -clock_skew) &&
                X509_gmtime_adj(X509_getm_notAfter(certificate.get()), ten_years),
            "set its dates");
    std::string name = this_host().substr(0, 64);
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(name.data()),
                                       static_cast<int>(name.size()), -1, 0) == 1 &&
                X509_set_issuer_name(certificate.get(), subject) == 1 &&
                X509_set_pubkey(certificate.get(), key) == 1,
            "set its subject");
    add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
    add_extension(certificate.get(), NID_subject_alt_name, alternative_names());
    require(X509_sign(certificate.get(), key, EVP_sha256()) != 0, "sign it");
    return certificate;
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

void ensure_certificate(const std::filesystem::path& certificate_file,
                        const std::filesystem::path& private_key_file) {
    bool has_certificate = std::filesystem::exists(certificate_file);
    bool has_key = std::filesystem::exists(private_key_file);
    if (has_certificate && has_key) return;
    if (has_certificate)
        throw Error(ErrorKind::invalid_input, "There is a certificate in " + certificate_file.string() +
                                                  ", but no key in " + private_key_file.string())
            .advise("Put its key there, or move the certificate away to have both made anew.");

    // A key without a certificate is what a start that was cut short leaves behind: it is made anew.
    Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    require(key != nullptr, "make a key");
    Certificate certificate = make_certificate(key.get());
    Memory key_text(BIO_new(BIO_s_secmem()), &BIO_free_all);
    Memory certificate_text(BIO_new(BIO_s_mem()), &BIO_free_all);
    require(PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
                PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1,
            "write it");
    write_file_durably(private_key_file, as_bytes(text_of(key_text.get())), 0600);
    write_file_durably(certificate_file, as_bytes(text_of(certificate_text.get())), 0644);
}

}  // namespace holdfast::http
