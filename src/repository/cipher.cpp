#include "repository/cipher.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <climits>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/random.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t iv_size = 16;
constexpr std::size_t tag_size = 16;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

const unsigned char* raw(ByteView bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

void require(bool ok) {
    if (!ok) throw Error(ErrorKind::internal, "OpenSSL cannot encrypt or decrypt");
}

int int_size(ByteView bytes) {
    if (bytes.size() > INT_MAX) throw Error(ErrorKind::too_large, "A blob is larger than 2 GiB");
    return static_cast<int>(bytes.size());
}

// Contexts and algorithms are kept: making them anew costs more than encrypting a small blob. Each algorithm
// has contexts of its own, since changing a context's algorithm makes it anew inside.
void encrypt(EVP_CIPHER* algorithm, EVP_CIPHER_CTX* context, ByteView key, const unsigned char* iv,
             ByteView from, std::byte* to) {
    int size = 0;
    require(context != nullptr && EVP_EncryptInit_ex2(context, algorithm, raw(key), iv, nullptr) == 1 &&
            EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
            EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(to), &size, raw(from),
                              int_size(from)) == 1);
}

// One block of AES-128: Poly1305-AES encrypts the nonce with the key k.
void encrypt_block(ByteView key, ByteView block, std::byte* into) {
    static EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr);
    thread_local CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    encrypt(algorithm, context.get(), key, nullptr, block, into);
}

EVP_MAC_CTX* poly1305_context() {
    static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "POLY1305", nullptr);
    thread_local MacContext context(EVP_MAC_CTX_new(algorithm), EVP_MAC_CTX_free);
    require(context != nullptr);
    return context.get();
}

}  // namespace

MasterKey MasterKey::random() {
    MasterKey key;
    fill_random(key.encrypt);
    fill_random(key.mac_k);
    fill_random(key.mac_r);
    return key;
}

MasterKey MasterKey::from_bytes(std::span<const std::byte, 64> bytes) {
    MasterKey key;
    std::copy_n(bytes.begin(), 32, key.encrypt.begin());
    std::copy_n(bytes.begin() + 32, 16, key.mac_k.begin());
    std::copy_n(bytes.begin() + 48, 16, key.mac_r.begin());
    return key;
}

Cipher::~Cipher() {
    OPENSSL_cleanse(&key_, sizeof key_);
}

void Cipher::seal_into(ByteView plain, std::span<std::byte> sealed) const {
    if (sealed.size() != plain.size() + overhead)
        throw Error(ErrorKind::internal, "A buffer to encrypt into has the wrong size");
    auto iv = sealed.first(iv_size);
    fill_random(iv);
    apply_keystream(iv, plain, sealed.data() + iv_size);
    auto mac = tag(iv, sealed.subspan(iv_size, plain.size()));
    std::copy(mac.begin(), mac.end(), sealed.end() - tag_size);
}

Bytes Cipher::seal(ByteView plain) const {
    Bytes sealed(plain.size() + overhead);
    seal_into(plain, sealed);
    return sealed;
}

bool Cipher::try_open_into(ByteView sealed, std::span<std::byte> plain) const {
    if (sealed.size() < overhead) return false;
    if (plain.size() != sealed.size() - overhead)
        throw Error(ErrorKind::internal, "A buffer to decrypt into has the wrong size");
    auto iv = sealed.first(iv_size);
    auto ciphertext = sealed.subspan(iv_size, plain.size());
    auto mac = tag(iv, ciphertext);
    if (CRYPTO_memcmp(mac.data(), sealed.last(tag_size).data(), tag_size) != 0) return false;
    apply_keystream(iv, ciphertext, plain.data());
    return true;
}

void Cipher::open_into(ByteView sealed, std::span<std::byte> plain, std::string_view subject) const {
    if (!try_open_into(sealed, plain))
        throw Error(ErrorKind::corrupt,
                    std::string(subject) + " is damaged: its contents do not match their authentication tag");
}

Bytes Cipher::open(ByteView sealed, std::string_view subject) const {
    Bytes plain(sealed.size() < overhead ? 0 : sealed.size() - overhead);
    open_into(sealed, plain, subject);
    return plain;
}

std::optional<Bytes> Cipher::try_open(ByteView sealed) const {
    Bytes plain(sealed.size() < overhead ? 0 : sealed.size() - overhead);
    if (!try_open_into(sealed, plain)) return std::nullopt;
    return plain;
}

std::array<std::byte, 16> Cipher::tag(ByteView iv, ByteView ciphertext) const {
    // The one-time key of Poly1305: r || AES_k(nonce). OpenSSL masks r itself.
    std::array<std::byte, 32> one_time_key;
    std::copy(key_.mac_r.begin(), key_.mac_r.end(), one_time_key.begin());
    encrypt_block(key_.mac_k, iv, one_time_key.data() + 16);

    EVP_MAC_CTX* context = poly1305_context();
    std::array<std::byte, 16> mac;
    std::size_t size = 0;
    require(EVP_MAC_init(context, raw(one_time_key), one_time_key.size(), nullptr) == 1 &&
            EVP_MAC_update(context, raw(ciphertext), ciphertext.size()) == 1 &&
            EVP_MAC_final(context, reinterpret_cast<unsigned char*>(mac.data()), &size, mac.size()) == 1);
    OPENSSL_cleanse(one_time_key.data(), one_time_key.size());
    return mac;
}

void Cipher::apply_keystream(ByteView iv, ByteView from, std::byte* to) const {
    if (from.empty()) return;
    static EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-256-CTR", nullptr);
    thread_local CipherContext context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    encrypt(algorithm, context.get(), key_.encrypt, raw(iv), from, to);
}

}  // namespace holdfast::repository
