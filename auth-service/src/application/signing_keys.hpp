// Manages the keys that sign access tokens: creates them at the first start, shares them between
// all replicas through the database, and rotates them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "application/keys.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "security/keys.hpp"
#include "security/token_verifier.hpp"

namespace pms::auth {

/// Provides the signing keys. Thread-safe, except that only one refresh() may run at a time.
class SigningKeys {
 public:
  /// `secret` encrypts the keys in the store; if it is empty, they are stored unencrypted.
  SigningKeys(Keys&, std::string secret, const core::Clock&, security::TokenVerifier&);

  /// Creates a key if one is due, reads the stored keys and passes the published ones to the
  /// verifier. Call it at startup and then every hour, one call at a time. On an error, the current
  /// keys stay in use. Errors: invalid if the secret does not decrypt the stored keys, with a
  /// message for the operator; the errors of the store.
  core::Task<core::Result<>> refresh(Deadline);

  /// Returns the key that signs now. Must not be called before the first successful refresh().
  security::SigningKey signing() const;
  /// Returns the published keys as a JWK set (RFC 7517).
  std::string jwks() const;

 private:
  struct Published {
    std::vector<KeyGeneration> generations;
    std::vector<security::SigningKey> keys;  ///< one for each generation
    std::string jwks;
  };

  core::Task<core::Result<std::vector<StoredKey>>> read_or_make(Deadline);
  core::Result<StoredKey> make(KeyGeneration) const;
  core::Result<security::SigningKey> open(const StoredKey&) const;
  core::Task<core::Result<>> seal_in_store(const StoredKey&, Deadline);
  std::shared_ptr<const Published> published() const;

  Keys& store_;
  const std::string secret_;
  const core::Clock& clock_;
  security::TokenVerifier& verifier_;
  std::map<std::int64_t, security::SigningKey> opened_;  // by generation; accessed only by refresh()
  mutable std::mutex mutex_;
  std::shared_ptr<const Published> published_;  // shared with requests that still use it after it has been replaced
};

}  // namespace pms::auth
