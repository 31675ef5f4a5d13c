#include "api/routing/password_memory.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.hpp"
#include "base/random.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t max_entries = 1'000;
// Between two who are told that a check is due.
constexpr std::chrono::seconds between_renewals{10};

}  // namespace

PasswordMemory::PasswordMemory(std::chrono::seconds lifetime, SteadyNow now)
    : lifetime_(lifetime), now_(std::move(now)) {
    fill_random(key_);
}

// The name's length stands first, so that no other pair of name and password gives the same bytes.
PasswordMemory::Mac PasswordMemory::mac_of(std::string_view name, std::string_view password) const {
    std::string message = std::to_string(name.size()) + ":" + std::string(name) + std::string(password);
    Mac mac;
    unsigned int size = 0;
    const unsigned char* made = HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
                                     reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                                     reinterpret_cast<unsigned char*>(mac.data()), &size);
    OPENSSL_cleanse(message.data(), message.size());
    if (!made || size != mac.size()) throw Error(ErrorKind::internal, "OpenSSL gives no HMAC");
    return mac;
}

std::optional<RememberedPassword> PasswordMemory::find(std::string_view name, std::string_view password) {
    Mac mac = mac_of(name, password);
    std::lock_guard lock(mutex_);
    auto found = entries_.find(std::string(name));
    auto time = now_();
    if (found == entries_.end() || time >= found->second.expires) return std::nullopt;
    auto& entry = found->second;
    if (CRYPTO_memcmp(mac.data(), entry.mac.data(), mac.size()) != 0) return std::nullopt;
    bool is_due = time >= entry.due;
    if (is_due) entry.due = time + between_renewals;
    return RememberedPassword{entry.account, is_due};
}

std::uint64_t PasswordMemory::generation() const {
    std::lock_guard lock(mutex_);
    return generation_;
}

void PasswordMemory::remember(std::string_view name, std::string_view password,
                              const AuthenticatedAccount& account, std::uint64_t generation) {
    Mac mac = mac_of(name, password);
    std::lock_guard lock(mutex_);
    if (generation != generation_) return;
    if (entries_.size() >= max_entries)
        std::erase_if(entries_, [&](const auto& entry) { return now_() >= entry.second.expires; });
    if (entries_.size() >= max_entries) return;
    auto time = now_();
    entries_.insert_or_assign(std::string(name),
                              Entry{mac, account, time + lifetime_, time + lifetime_ * 2 / 3});
}

void PasswordMemory::forget(std::string_view account) {
    std::lock_guard lock(mutex_);
    ++generation_;
    std::erase_if(entries_, [&](const auto& entry) { return entry.second.account.name == account; });
}

}  // namespace holdfast::api
