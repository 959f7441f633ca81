// Signing and verification keys: ES256 (ECDSA P-256 with SHA-256, RFC 7518 section 3.4) as JWK and
// JWKS (RFC 7517).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace pms::security {

/// A public key. It is immutable and cheap to copy.
class PublicKey {
 public:
  struct Data;
  explicit PublicKey(std::shared_ptr<const Data>);
  const std::string& id() const;  ///< `kid`: the RFC 7638 thumbprint, or the `kid` of a parsed JWK
  std::string to_jwk() const;     ///< JSON, with kty, crv, x, y, kid, use, alg
  /// Returns whether `signature` (64 bytes, r and s) is a signature of `message` by this key.
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  std::shared_ptr<const Data> data_;  // shared by copies; immutable
};

/// A private key, which signs. It must never be printed.
class SigningKey {
 public:
  struct Data;
  explicit SigningKey(std::shared_ptr<const Data>);
  static SigningKey generate();
  static core::Result<SigningKey> from_pem(std::string_view pkcs8);
  std::string to_pem() const;  ///< PKCS #8
  PublicKey public_key() const;
  std::string sign(std::string_view message) const;  ///< 64 bytes, r and s

 private:
  std::shared_ptr<const Data> data_;  // shared by copies; immutable
};

/// A JWKS. It contains only keys that we can use: EC, P-256, use sig or absent, alg ES256 or
/// absent.
class KeySet {
 public:
  KeySet() = default;
  explicit KeySet(std::vector<PublicKey>);
  static core::Result<KeySet> parse(std::string_view jwks);
  std::string to_jwks() const;
  const PublicKey* find(std::string_view id) const;
  bool empty() const { return keys_.empty(); }

 private:
  std::vector<PublicKey> keys_;
};

}  // namespace pms::security
