#include "repository/key_file.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <bit>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "repository/go_text.hpp"
#include "repository/json_fields.hpp"
#include "repository/process_identity.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t salt_size = 64;
constexpr std::uint64_t memory_limit = 512 << 20;
constexpr std::uint64_t work_limit = 1 << 25;  // n*r*p; a fresh key of restic's has 1.5 million

void require_bearable(const ScryptCost& cost, std::string_view subject) {
    bool sane = cost.n >= 2 && cost.n <= (1 << 22) && std::has_single_bit(cost.n) && cost.r >= 1 &&
                cost.r <= 64 && cost.p >= 1 && cost.p <= 256;
    if (sane && 128 * cost.n * cost.r <= memory_limit && cost.n * cost.r * cost.p <= work_limit) return;
    throw Error(ErrorKind::not_supported,
                std::string(subject) + " asks for a scrypt cost (N=" + std::to_string(cost.n) +
                    ", r=" + std::to_string(cost.r) + ", p=" + std::to_string(cost.p) +
                    ") beyond what Holdfast will spend")
        .advise("Open the repository with another password, or make a new key with `restic key add`.");
}

MasterKey derive(std::string_view password, ByteView salt, const ScryptCost& cost) {
    std::array<std::byte, 64> bytes;
    int ok =
        EVP_PBE_scrypt(password.data(), password.size(), reinterpret_cast<const unsigned char*>(salt.data()),
                       salt.size(), cost.n, cost.r, cost.p, memory_limit + (64 << 20),
                       reinterpret_cast<unsigned char*>(bytes.data()), bytes.size());
    if (ok != 1) throw Error(ErrorKind::internal, "OpenSSL cannot run scrypt");
    auto key = MasterKey::from_bytes(bytes);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return key;
}

template <std::size_t size>
void take_key(const JsonFields& fields, std::string_view name, std::array<std::byte, size>& into) {
    Bytes bytes = fields.base64(name);
    if (bytes.size() != size) fields.wrong(name, "has the wrong length");
    std::copy(bytes.begin(), bytes.end(), into.begin());
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

}  // namespace

KeyFile parse_key_file(ByteView text, std::string_view subject) {
    JsonDocument document(text, subject);
    JsonFields fields(document.object(), subject);
    if (fields.string("kdf") != "scrypt")
        throw Error(ErrorKind::not_supported,
                    std::string(subject) + " uses a key derivation other than scrypt");
    KeyFile file;
    file.cost = {fields.number("N"), fields.number("r"), fields.number("p")};
    require_bearable(file.cost, subject);
    file.salt = fields.base64("salt");
    if (file.salt.size() != salt_size) fields.wrong("salt", "is not 64 bytes long");
    file.data = fields.base64("data");
    return file;
}

std::optional<MasterKey> unlock(const KeyFile& file, std::string_view password, std::string_view subject) {
    Cipher user_key(derive(password, file.salt, file.cost));
    auto json = user_key.try_open(file.data);
    if (!json) return std::nullopt;
    JsonDocument document(*json, subject);
    JsonFields fields(document.object(), subject);
    JsonFields mac(fields.required("mac"), subject);
    MasterKey master;
    take_key(fields, "encrypt", master.encrypt);
    take_key(mac, "k", master.mac_k);
    take_key(mac, "r", master.mac_r);
    OPENSSL_cleanse(json->data(), json->size());
    return master;
}

std::string make_key_file(const MasterKey& master, std::string_view password, const ScryptCost& cost) {
    std::string secret = "{\"mac\":{\"k\":\"" + to_base64(master.mac_k) + "\",\"r\":\"" +
                         to_base64(master.mac_r) + "\"},\"encrypt\":\"" + to_base64(master.encrypt) + "\"}";
    Bytes salt(salt_size);
    fill_random(salt);
    Bytes sealed = Cipher(derive(password, salt, cost)).seal(as_bytes(secret));
    OPENSSL_cleanse(secret.data(), secret.size());

    auto identity = ProcessIdentity::current();
    std::string json;
    JsonObjectText object(json);
    object.string("created", format_utc(now()));
    object.string("username", identity.username);
    object.string("hostname", identity.hostname);
    object.string("kdf", "scrypt");
    object.number("N", cost.n);
    object.number("r", cost.r);
    object.number("p", cost.p);
    object.string("salt", to_base64(salt));
    object.string("data", to_base64(sealed));
    object.end();
    return json;
}

}  // namespace holdfast::repository
