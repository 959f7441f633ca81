// What a service needs to verify access tokens: the properties, and the keys and revocations from
// auth-service.
#pragma once

#include <memory>
#include <string>

#include "config/schema.hpp"
#include "core/background_task.hpp"
#include "security/remote_keys.hpp"
#include "security/token_verifier.hpp"

namespace pms::runtime {

/// The properties tokens.issuer, tokens.audience, tokens.jwks-url and tokens.revocations-url, which
/// all services share.
struct TokenConfig {
  std::string issuer;
  std::string audience;
  std::string jwks_url;
  std::string revocations_url;
  void declare(config::Schema&);
};

/// Keeps the verifier's keys and revocations up to date from auth-service. `service` is used in log
/// lines and metrics.
std::unique_ptr<security::RemoteKeys> remote_keys(std::string service, const TokenConfig&, core::TaskHost,
                                                  security::TokenVerifier&);

}  // namespace pms::runtime
