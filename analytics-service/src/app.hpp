// Declares App, the object that contains all of analytics-service.
#pragma once

#include <memory>
#include <string_view>

#include "config.hpp"
#include "core/result.hpp"
#include "runtime/http_service.hpp"

namespace pms::analytics {

class App : public runtime::HttpService {
 public:
  using Config = analytics::Config;
  static constexpr std::string_view program = "analytics-service";

  App(const Config&, runtime::Runtime&);
  ~App() override;
  core::Result<> open() override;

 private:
  const Config config_;
  struct Components;
  std::unique_ptr<Components> components_;  // null until open()
};

}  // namespace pms::analytics
