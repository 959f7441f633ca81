// billing-service's properties.
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
  std::string events_url;
  std::string grpc_host;
  std::uint16_t grpc_port = 0;
  bool legacy_from_anywhere = false;  ///< the unpackaged gRPC service also beyond loopback

  void declare(config::Schema&);
};

}  // namespace pms::billing
