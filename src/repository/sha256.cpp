#include "repository/sha256.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "base/error.hpp"
#include "repository/sha256_lanes.hpp"

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

// Whether the next messages are enough, and of one size.
bool are_full_lanes(std::span<const std::span<const std::byte>> messages) {
    if (messages.size() < sha256_lanes) return false;
    return std::ranges::all_of(messages.first(sha256_lanes), [&](const auto& message) {
        return message.size() == messages.front().size();
    });
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
    std::vector<std::array<std::byte, 32>> hashes(messages.size());
    for (std::size_t i = 0; i < messages.size();) {
        auto rest = messages.subspan(i);
        if (has_sha256_lanes() && are_full_lanes(rest)) {
            std::array<const std::byte*, sha256_lanes> lanes;
            for (std::size_t lane = 0; lane < sha256_lanes; ++lane) lanes[lane] = rest[lane].data();
            sha256_in_lanes(lanes, rest.front().size(), std::span(hashes).subspan(i).first<sha256_lanes>());
            i += sha256_lanes;
        } else {
            hashes[i] = sha256(messages[i]);
            ++i;
        }
    }
    return hashes;
}

}  // namespace holdfast::repository
