#include "repository/sha256.hpp"

#include <openssl/evp.h>

#include "base/error.hpp"

namespace holdfast::repository {
namespace {

// Fetched once: looking the algorithm up for each call costs more than hashing a small blob.
const EVP_MD* algorithm() {
    static const EVP_MD* md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return md;
}

void require(int ok) {
    if (ok != 1) throw Error(ErrorKind::internal, "OpenSSL cannot compute SHA-256");
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    require(EVP_DigestInit_ex(context_.get(), algorithm(), nullptr));
}

void Sha256::update(std::span<const std::byte> bytes) {
    require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::array<std::byte, 32> Sha256::finish() {
    std::array<std::byte, 32> hash;
    unsigned size = 0;
    require(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(hash.data()), &size));
    return hash;
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

std::array<std::byte, 32> sha256(std::span<const std::byte> bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

std::vector<std::array<std::byte, 32>> sha256_each(std::span<const std::span<const std::byte>> messages) {
    std::vector<std::array<std::byte, 32>> hashes;
    hashes.reserve(messages.size());
    for (const auto& message : messages) hashes.push_back(sha256(message));
    return hashes;
}

}  // namespace holdfast::repository
