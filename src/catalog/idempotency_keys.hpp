// Which requests with an Idempotency-Key were taken, and what was answered to each at first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "catalog/database.hpp"

namespace holdfast::catalog {

// A key of one account: nobody meets those of another.
struct IdempotencyKey {
    Uuid account;
    std::string key;  // as the client chose it
};

struct KeyedRequest {
    std::string sealed_request;  // sealed by SecretBox: no two seals are alike
    // Missing while it is being answered, and for good where the answer could not be kept.
    std::optional<std::string> sealed_answer{};
};

struct KeyLimits {
    std::uint64_t of_account = 5'000;
    std::uint64_t of_all = 20'000;
};

class IdempotencyKeys {
  public:
    explicit IdempotencyKeys(Database& database) : database_(database) {}

    // Takes the key for this request, now, where it is free or was taken before `expired`: nothing. Else what
    // it was taken for. unavailable beyond the limits.
    std::optional<KeyedRequest> take(const IdempotencyKey& key, const std::string& sealed_request,
                                     Timestamp expired, const KeyLimits& limits = {});
    void set_answer(const IdempotencyKey& key, const std::string& sealed_answer);
    // Nothing was done under it.
    void release(const IdempotencyKey& key);
    void remove_before(Timestamp time);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
