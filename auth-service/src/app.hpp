// Declares App, the object that contains all of auth-service.
#pragma once

#include <memory>
#include <string_view>

#include "config.hpp"
#include "core/result.hpp"
#include "runtime/http_service.hpp"
#include "security/password.hpp"

namespace pms::auth {

/// Passes keys and revocations directly to its own token verifier instead of fetching them over
/// HTTP.
class App : public runtime::HttpService {
 public:
  using Config = auth::Config;
  static constexpr std::string_view program = "auth-service";

  App(const Config&, runtime::Runtime&);
  ~App() override;
  core::Result<> open() override;

 private:
  const Config config_;
  security::PasswordHasher hasher_;
  struct Components;
  std::unique_ptr<Components> components_;  // null until open()
};

}  // namespace pms::auth
