// Declares the properties of billing-service.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "config/schema.hpp"
#include "runtime/settings.hpp"
#include "runtime/tokens.hpp"

namespace pms::billing {

struct Config {
  runtime::ListenSettings listen;
  runtime::TokenConfig tokens;
  std::string database_url;
  runtime::EventLogSettings events;
  std::string grpc_host;
  std::uint16_t grpc_port = 0;
  bool legacy_from_anywhere = false;  ///< serve the unpackaged gRPC service beyond loopback too

  void declare(config::Schema&);
};

}  // namespace pms::billing
