// One replica of an upstream: its address, the connections to it, and its health.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "http/client_connection.hpp"
#include "http/url.hpp"
#include "routing/replica_health.hpp"

namespace pms::gateway {

/// Thread-safe, except for the idle connections: those of a lane are used on its thread only.
class Replica {
 public:
  /// `lanes`: the number of the gateway's io threads, each of which has idle connections of its
  /// own.
  Replica(std::string host, std::uint16_t port, std::size_t lanes)
      : host_(std::move(host)), port_(port), authority_(http::authority_of(host_, port_)), idle_(lanes) {}

  const std::string& host() const { return host_; }
  std::uint16_t port() const { return port_; }
  const std::string& authority() const { return authority_; }  ///< for the Host field

  http::IdleConnections& idle(std::size_t lane) { return idle_[lane]; }
  /// The number of idle connections of all lanes.
  std::size_t idle_connections() const;

  ReplicaHealth& health() { return health_; }
  const ReplicaHealth& health() const { return health_; }

 private:
  std::string host_;
  std::uint16_t port_;
  std::string authority_;
  std::vector<http::IdleConnections> idle_;
  ReplicaHealth health_;
};

}  // namespace pms::gateway
