#include "base/secret.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <memory>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace holdfast {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

struct ScryptCost {
    std::uint64_t n = 32768;
    std::uint64_t r = 8;
    std::uint64_t p = 1;
};

std::array<std::byte, 32> scrypt(std::string_view password, std::span<const std::byte> salt,
                                 ScryptCost cost) {
    std::array<std::byte, 32> hash;
    constexpr std::uint64_t memory_limit = 256 << 20;
    if (EVP_PBE_scrypt(password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                       salt.size(), cost.n, cost.r, cost.p, memory_limit,
                       reinterpret_cast<unsigned char*>(hash.data()), hash.size()) != 1)
        throw Error(ErrorKind::internal, "scrypt refused its parameters");
    return hash;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t start = 0;;) {
        auto end = text.find(separator, start);
        parts.push_back(text.substr(start, end - start));
        if (end == std::string_view::npos) return parts;
        start = end + 1;
    }
}

std::uint64_t to_number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* raw(std::span<const std::byte> bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::span<std::byte> bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

std::string hash_password(std::string_view password) {
    ScryptCost cost;
    std::array<std::byte, 16> salt;
    fill_random(salt);
    return fmt::format("scrypt${}${}${}${}${}", cost.n, cost.r, cost.p, to_base64(salt),
                       to_base64(scrypt(password, salt, cost)));
}

bool password_matches(std::string_view password, std::string_view hash) {
    auto parts = split(hash, '$');
    if (parts.size() != 6 || parts[0] != "scrypt") return false;
    auto salt = from_base64(parts[4]);
    auto wanted = from_base64(parts[5]);
    if (!salt || !wanted || wanted->size() != 32) return false;
    auto found = scrypt(password, *salt, {to_number(parts[1]), to_number(parts[2]), to_number(parts[3])});
    return CRYPTO_memcmp(found.data(), wanted->data(), found.size()) == 0;
}

std::string random_token() {
    std::array<std::byte, 32> bytes;
    fill_random(bytes);
    return to_hex(bytes);
}

std::string hash_token(std::string_view token) {
    std::array<std::byte, 32> hash;
    std::size_t size = 0;
    if (EVP_Q_digest(nullptr, "SHA256", nullptr, token.data(), token.size(), raw(std::span<std::byte>(hash)),
                     &size) != 1 ||
        size != hash.size())
        throw Error(ErrorKind::internal, "OpenSSL gives no SHA-256");
    return to_hex(hash);
}

bool token_matches(std::string_view token, std::string_view hash) {
    auto found = hash_token(token);
    return found.size() == hash.size() && CRYPTO_memcmp(found.data(), hash.data(), found.size()) == 0;
}

SecretBox SecretBox::open(const std::filesystem::path& key_file) {
    if (!std::filesystem::exists(key_file)) {
        std::vector<std::byte> key(key_size);
        fill_random(key);
        write_file_durably(key_file, key, 0600);
        return SecretBox(std::move(key));
    }
    auto text = read_file(key_file, key_size + 1);
    if (text.size() != key_size)
        throw Error(ErrorKind::corrupt, "The key file " + key_file.string() + " does not hold 32 bytes")
            .advise(
                "Put back the key file that belongs to this database; without it stored passwords cannot be "
                "read.");
    auto bytes = as_bytes(text);
    return SecretBox(std::vector<std::byte>(bytes.begin(), bytes.end()));
}

std::string SecretBox::seal(std::string_view name, std::string_view secret) const {
    std::vector<std::byte> sealed(nonce_size + secret.size() + tag_size);
    auto nonce = std::span(sealed).first(nonce_size);
    auto text = std::span(sealed).subspan(nonce_size, secret.size());
    auto tag = std::span(sealed).last(tag_size);
    fill_random(nonce);
    CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    int size = 0;
    bool done = EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, raw(std::span(key_)),
                                   raw(nonce)) == 1 &&
                EVP_EncryptUpdate(context.get(), nullptr, &size, raw(as_bytes(name)),
                                  static_cast<int>(name.size())) == 1 &&
                EVP_EncryptUpdate(context.get(), raw(text), &size, raw(as_bytes(secret)),
                                  static_cast<int>(secret.size())) == 1 &&
                EVP_EncryptFinal_ex(context.get(), raw(text) + size, &size) == 1 &&
                EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_size, raw(tag)) == 1;
    if (!done) throw Error(ErrorKind::internal, "A secret could not be encrypted");
    return to_base64(sealed);
}

std::string SecretBox::unseal(std::string_view name, std::string_view sealed) const {
    auto bytes = from_base64(sealed);
    auto refuse = [&] {
        return Error(ErrorKind::corrupt, fmt::format("The stored secret of {} cannot be decrypted", name))
            .advise("Put back the key file that belongs to this database, or enter the secret again.");
    };
    if (!bytes || bytes->size() < nonce_size + tag_size) throw refuse();
    auto nonce = std::span(*bytes).first(nonce_size);
    auto text = std::span(*bytes).subspan(nonce_size, bytes->size() - nonce_size - tag_size);
    auto tag = std::span(*bytes).last(tag_size);
    std::string secret(text.size(), '\0');
    auto out = reinterpret_cast<unsigned char*>(secret.data());
    CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    int size = 0;
    bool done = EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, raw(std::span(key_)),
                                   raw(nonce)) == 1 &&
                EVP_DecryptUpdate(context.get(), nullptr, &size, raw(as_bytes(name)),
                                  static_cast<int>(name.size())) == 1 &&
                EVP_DecryptUpdate(context.get(), out, &size, raw(text), static_cast<int>(text.size())) == 1 &&
                EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_size, raw(tag)) == 1 &&
                EVP_DecryptFinal_ex(context.get(), out + size, &size) == 1;
    if (!done) throw refuse();
    return secret;
}

}  // namespace holdfast
