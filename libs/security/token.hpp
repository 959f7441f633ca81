// Access tokens: JWTs (RFC 7519) in the profile of RFC 9068, signed ES256.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "clinic/caller.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "security/keys.hpp"
#include "security/revocations.hpp"

namespace pms::security {

/// Longer tokens are rejected without being parsed.
constexpr std::size_t max_token_bytes = 8 * 1024;

struct TokenSettings {
  std::string issuer = "pms";
  std::string audience = "pms";
  std::chrono::seconds leeway{30};
};

/// Returns a signed token with the header {alg, typ: at+jwt, kid} and the claims iss, aud, sub,
/// sid, jti, iat, exp, email, roles and uver, from the caller's fields. Times are truncated to
/// whole seconds.
std::string sign_token(const clinic::Caller&, const TokenSettings&, const SigningKey&);

/// Verifies access tokens against the current keys and revocations. It is thread-safe. Each thread
/// has its own cache of verified tokens, because an ES256 verification costs five times as much as
/// relaying a whole request. The cache is keyed by the SHA-256 of the whole token. An entry is
/// removed when its token expires, when its token is revoked, and when the keys change.
class TokenVerifier {
 public:
  TokenVerifier(TokenSettings, const core::Clock&, std::size_t cache_size = 10'000);
  ~TokenVerifier();

  /// Verifies a token. Errors: unauthenticated (one message for every reason; only a metric shows
  /// the reason); unavailable if no keys have ever been set.
  core::Result<std::shared_ptr<const clinic::Caller>> verify(
      std::string_view token) const;  // shared: cached and in use at the same time

  /// The keys and the revocations may be changed from any thread.
  void set_keys(KeySet);
  RevocationList& revocations();
  /// Sets a function that is called when a token names a key that is not in the set, on the thread
  /// that verifies the token. Set it once, before the first verification.
  void on_unknown_key(std::function<void()>);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pms::security
