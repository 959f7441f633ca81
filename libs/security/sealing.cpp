#include "security/sealing.hpp"

#include <array>
#include <cstddef>
#include <expected>
#include <sodium.h>

namespace pms::security {
namespace {

// Format of sealed bytes: version, salt, nonce, cipher text with its tag.
constexpr char version = 1;
constexpr std::size_t salt_bytes = crypto_pwhash_SALTBYTES;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t head_bytes = 1 + salt_bytes + nonce_bytes;
constexpr std::size_t kdf_memory_bytes =
    std::size_t{19} * 1024 * 1024;  // as for passwords, since the secret may be weak
constexpr unsigned kdf_passes = 2;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

/// A key that is zeroed on destruction.
struct Key {
  std::array<unsigned char, crypto_aead_xchacha20poly1305_ietf_KEYBYTES> bytes{};
  Key() = default;
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() { sodium_memzero(bytes.data(), bytes.size()); }

  [[nodiscard]] bool derive(std::string_view secret, std::string_view salt) {
    return sodium_init() >= 0 && crypto_pwhash(bytes.data(), bytes.size(), secret.data(), secret.size(), bytes_of(salt),
                                               kdf_passes, kdf_memory_bytes, crypto_pwhash_ALG_ARGON2ID13) == 0;
  }
};

std::unexpected<core::Error> no_memory() {
  return core::fail(core::Errc::unavailable, "not enough memory to derive a key from the secret");
}

}  // namespace

core::Result<std::string> seal(std::string_view plain, std::string_view secret, std::string_view context) {
  std::string sealed(head_bytes + plain.size() + tag_bytes, version);
  randombytes_buf(sealed.data() + 1, salt_bytes + nonce_bytes);
  Key key;
  if (!key.derive(secret, std::string_view(sealed).substr(1, salt_bytes))) return no_memory();
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(sealed) + head_bytes, nullptr, bytes_of(plain), plain.size(),
                                             bytes_of(context), context.size(), nullptr,
                                             bytes_of(sealed) + 1 + salt_bytes, key.bytes.data());
  return sealed;
}

core::Result<std::string> unseal(std::string_view sealed, std::string_view secret, std::string_view context) {
  auto wrong = [] { return core::fail(core::Errc::invalid, "the secret cannot decrypt the data"); };
  if (sealed.size() < head_bytes + tag_bytes || sealed.front() != version) return wrong();
  Key key;
  if (!key.derive(secret, sealed.substr(1, salt_bytes))) return no_memory();
  std::string plain(sealed.size() - head_bytes - tag_bytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_of(plain), nullptr, nullptr, bytes_of(sealed) + head_bytes,
                                                 sealed.size() - head_bytes, bytes_of(context), context.size(),
                                                 bytes_of(sealed) + 1 + salt_bytes, key.bytes.data()) != 0)
    return wrong();
  return plain;
}

}  // namespace pms::security
