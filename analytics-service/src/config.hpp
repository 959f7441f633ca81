// Declares the properties of analytics-service.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "config/schema.hpp"
#include "runtime/settings.hpp"
#include "runtime/tokens.hpp"

namespace pms::analytics {

struct Config {
  runtime::ListenSettings listen;
  runtime::TokenConfig tokens;
  std::string database_url;
  runtime::EventLogSettings events;
  std::string time_zone;  ///< IANA name, e.g. Europe/Berlin

  void declare(config::Schema&);
};

}  // namespace pms::analytics
