// SHA-256, the name of everything in a repository.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

struct evp_md_ctx_st;

namespace holdfast::repository {

std::array<std::byte, 32> sha256(std::span<const std::byte> bytes);

// Of each of these. Faster than one after the other where many are of one size.
std::vector<std::array<std::byte, 32>> sha256_each(std::span<const std::span<const std::byte>> messages);

// The id, of whichever kind the caller means, of something with these bytes: id_of<BlobId>(bytes).
template <typename Id>
Id id_of(std::span<const std::byte> bytes) {
    return Id(sha256(bytes));
}

// For bytes that come in pieces.
class Sha256 {
  public:
    Sha256();
    void update(std::span<const std::byte> bytes);
    // Once, at the end.
    std::array<std::byte, 32> finish();

  private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace holdfast::repository
