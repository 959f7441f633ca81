// The keys that sign access tokens: made at the first start, shared by all replicas through the database, rotated.
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

/// Thread-safe, but for refresh().
class SigningKeys {
 public:
  /// `secret`: seals the keys in the store; empty: they are stored as they are.
  SigningKeys(Keys&, std::string secret, const core::Clock&, security::TokenVerifier&);

  /// Makes what keys are due, reads what keys are there and gives the verifier those published. At start, and then
  /// every hour, one at a time. On an error the keys stay as they were. Errors: invalid (the secret does not open the
  /// stored keys, in words for the operator) and the store's.
  core::Task<core::Result<>> refresh(Deadline);

  /// The one that signs now. After the first refresh.
  security::SigningKey signing() const;
  /// The published ones (RFC 7517).
  std::string jwks() const;

 private:
  struct Published {
    std::vector<KeyGeneration> generations;
    std::vector<security::SigningKey> keys;  ///< one for each
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
  std::map<std::int64_t, security::SigningKey> opened_;  // by generation; only refresh() touches it
  mutable std::mutex mutex_;
  std::shared_ptr<const Published> published_;  // shared with requests that use it while it is replaced
};

}  // namespace pms::auth
