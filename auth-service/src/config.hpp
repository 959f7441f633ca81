// Declares the properties of auth-service.
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
  runtime::TokenConfig tokens;  ///< issuer and audience; only the other services use the URLs
  std::string database_url;
  std::chrono::milliseconds token_lifetime{};
  std::chrono::milliseconds refresh_lifetime{};
  security::PasswordSettings password;
  config::Secret keys_secret;  ///< encrypts the stored signing keys; if empty, they are stored unencrypted

  void declare(config::Schema&);
};

}  // namespace pms::auth
