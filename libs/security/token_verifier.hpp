// Verifying access tokens.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "clinic/caller.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "security/access_token.hpp"
#include "security/keys.hpp"
#include "security/revocations.hpp"

namespace pms::security {

/// Verifies access tokens against the current keys and revocations. Thread-safe: each thread keeps
/// its own cache of verified tokens (keyed by SHA-256 of the whole token; an entry ends with its
/// token, with a revocation of it and when the keys change), since an ES256 verification costs five
/// times a whole relayed request.
class TokenVerifier {
 public:
  /// Shared, since it is cached and in use at once.
  using Verified = core::Result<std::shared_ptr<const clinic::Caller>>;

  TokenVerifier(TokenSettings, const core::Clock&, std::size_t cache_size = 10'000);
  ~TokenVerifier();

  /// Errors: unauthenticated (one message for every reason, the reason only in a metric);
  /// unavailable when no keys have ever been there.
  Verified verify(std::string_view token) const;

  /// Replaces the keys. May be called on any thread.
  void set_keys(KeySet);
  RevocationList& revocations();
  /// Called, on the thread that verifies, when a token names a key that is not in the set. Set
  /// once, before use.
  void on_unknown_key(std::function<void()>);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pms::security
