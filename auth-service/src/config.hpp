// auth-service's properties.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "config/schema.hpp"
#include "runtime/settings.hpp"
#include "runtime/tokens.hpp"
#include "security/password.hpp"

namespace pms::auth {

struct Config {
  runtime::ListenSettings listen;
  runtime::TokenConfig tokens;  ///< issuer and audience; the addresses are those of this service, for the others
  std::string database_url;
  std::chrono::milliseconds token_lifetime{};
  std::chrono::milliseconds refresh_lifetime{};
  security::PasswordSettings password;
  config::Secret keys_secret;  ///< encrypts the signing keys at rest; empty: they are stored as they are

  void declare(config::Schema&);
};

}  // namespace pms::auth
