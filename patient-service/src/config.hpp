// patient-service's properties.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "config/schema.hpp"
#include "runtime/settings.hpp"
#include "runtime/tokens.hpp"

namespace pms::patient {

struct Config {
  runtime::ListenSettings listen;
  runtime::TokenConfig tokens;
  std::string database_url;
  runtime::EventLogSettings events;
  std::string time_zone;        ///< IANA name
  std::string billing_address;  ///< host:port of billing-service's gRPC
  std::chrono::milliseconds billing_deadline{};

  void declare(config::Schema&);
};

}  // namespace pms::patient
