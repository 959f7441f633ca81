// How a service checks access tokens: verifier, keys and revocations from auth-service, and the properties for them.
#pragma once

#include <string>

#include "config/schema.hpp"
#include "runtime/runtime.hpp"
#include "security/remote_keys.hpp"
#include "security/token_verifier.hpp"

namespace pms::runtime {

/// Properties tokens.issuer, tokens.audience, tokens.jwks-url and tokens.revocations-url, shared by all services.
struct TokenConfig {
  std::string issuer;
  std::string audience;
  std::string jwks_url;
  std::string revocations_url;
  void declare(config::Schema&);
};

class Tokens {
 public:
  Tokens(std::string service, const TokenConfig&, Runtime&);
  security::TokenVerifier& verifier() { return verifier_; }
  void start() { remote_keys_.start(); }
  void stop() { remote_keys_.stop(); }

 private:
  security::TokenVerifier verifier_;
  security::RemoteKeys remote_keys_;
};

}  // namespace pms::runtime
