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

/// Longer tokens are refused unread.
constexpr std::size_t max_token_bytes = 8 * 1024;

struct TokenSettings {
  std::string issuer = "pms";
  std::string audience = "pms";
  std::chrono::seconds leeway{30};
};

/// Header {alg, typ: at+jwt, kid}, claims iss, aud, sub, sid, jti, iat, exp, email, roles, uver, from the caller's
/// fields. Times are cut to whole seconds.
std::string sign_token(const clinic::Caller&, const TokenSettings&, const SigningKey&);

/// Verifies access tokens against the current keys and revocations. Thread-safe: each thread keeps its own cache of
/// verified tokens (keyed by SHA-256 of the whole token; an entry ends with its token, with a revocation of it and when
/// the keys change), since an ES256 verification costs five times a whole relayed request.
class TokenVerifier {
 public:
  TokenVerifier(TokenSettings, const core::Clock&, std::size_t cache_size = 10'000);
  ~TokenVerifier();

  /// Errors: unauthenticated (one message for every reason, the reason only in a metric);
  /// unavailable when no keys have ever been there.
  core::Result<std::shared_ptr<const clinic::Caller>> verify(
      std::string_view token) const;  // shared: cached and in use at once

  /// From any thread.
  void set_keys(KeySet);
  RevocationList& revocations();
  /// Called, on the thread that verifies, when a token names a key that is not in the set. Set once, before use.
  void on_unknown_key(std::function<void()>);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pms::security
