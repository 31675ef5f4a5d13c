#include "notify/signature.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::notify {

std::string signature_header(std::string_view secret, Timestamp time, std::string_view body) {
    auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    auto message = fmt::format("{}.{}", seconds, body);
    std::array<std::byte, 32> mac{};
    unsigned int size = 0;
    const auto* made = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                            reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                            reinterpret_cast<unsigned char*>(mac.data()), &size);
    if (made == nullptr || size != mac.size()) throw Error(ErrorKind::internal, "OpenSSL gives no HMAC");
    return fmt::format("t={},v1={}", seconds, to_hex(mac));
}

}  // namespace holdfast::notify
