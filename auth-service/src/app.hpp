// auth-service as one object: what it is made of.
#pragma once

#include <memory>
#include <string_view>

#include "config.hpp"
#include "core/result.hpp"
#include "runtime/http_service.hpp"
#include "security/password.hpp"

namespace pms::auth {

/// It gives its verifier the keys and revocations itself.
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
  std::unique_ptr<Components> components_;  // from open() on
};

}  // namespace pms::auth
