// Keeping secrets: password hashes, and values encrypted with a key that is not in the database.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

// scrypt (N=32768, r=8, p=1; 32 MiB and about 0.1 s), with its salt and cost in the text:
// "scrypt$32768$8$1$<salt>$<hash>".
std::string hash_password(std::string_view password);
// In constant time for a given hash.
bool password_matches(std::string_view password, std::string_view hash);

// A token that nobody can guess: 256 random bits, as 64 hex digits.
std::string random_token();
// SHA-256, as hex: of what is random from end to end no more is needed.
std::string hash_token(std::string_view token);
// In constant time.
bool token_matches(std::string_view token, std::string_view hash);

// AES-256-GCM under one key, which lives in a file of mode 0600 beside the data, never in the database.
class SecretBox {
  public:
    // Reads the key file, or makes it (durably) when there is none.
    static SecretBox open(const std::filesystem::path& key_file);

    // Sealed text is base64; `name` is bound to it, so that a value cannot be moved to another row.
    std::string seal(std::string_view name, std::string_view secret) const;
    // Throws corrupt when the text was changed, or was sealed with another key or name.
    std::string unseal(std::string_view name, std::string_view sealed) const;

  private:
    explicit SecretBox(std::vector<std::byte> key) : key_(std::move(key)) {}
    std::vector<std::byte> key_;
};

}  // namespace holdfast
