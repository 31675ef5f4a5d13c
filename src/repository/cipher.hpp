// restic's encryption: AES-256-CTR with a Poly1305-AES tag over the ciphertext, stored as IV || ciphertext ||
// tag. Source: restic doc/design.rst, "Keys, Encryption and MAC".
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "repository/bytes.hpp"

namespace holdfast::repository {

// What a password unlocks: the keys under which everything in a repository is encrypted. Never logged, never
// stored in plain.
struct MasterKey {
    std::array<std::byte, 32> encrypt{};
    std::array<std::byte, 16> mac_k{};
    std::array<std::byte, 16> mac_r{};

    // Random keys from the system's generator.
    static MasterKey random();
    // From the 64 bytes that scrypt derives: encrypt || k || r.
    static MasterKey from_bytes(std::span<const std::byte, 64> bytes);
};

// Immutable after construction; any thread.
class Cipher {
  public:
    // What sealing adds: 16 bytes of IV before, 16 bytes of tag after.
    static constexpr std::size_t overhead = 32;

    explicit Cipher(const MasterKey& key) : key_(key) {}
    Cipher(const Cipher&) = delete;
    Cipher& operator=(const Cipher&) = delete;
    ~Cipher();

    const MasterKey& key() const { return key_; }

    // Encrypts with a new random IV into exactly plain.size() + overhead bytes. `plain` may stand in `sealed`
    // already, where its ciphertext goes: behind the IV.
    void seal_into(ByteView plain, std::span<std::byte> sealed) const;
    Bytes seal(ByteView plain) const;

    // Decrypts into exactly sealed.size() - overhead bytes. False, with nothing written, when the tag does
    // not match: another key, or changed bytes.
    bool try_open_into(ByteView sealed, std::span<std::byte> plain) const;
    // As try_open_into; throws corrupt with `subject` ("The pack file /srv/...") instead.
    void open_into(ByteView sealed, std::span<std::byte> plain, std::string_view subject) const;
    Bytes open(ByteView sealed, std::string_view subject) const;
    std::optional<Bytes> try_open(ByteView sealed) const;

  private:
    std::array<std::byte, 16> tag(ByteView iv, ByteView ciphertext) const;
    void apply_keystream(ByteView iv, ByteView from, std::byte* to) const;

    MasterKey key_;
};

}  // namespace holdfast::repository
