// Which outbox partitions this relay may publish: leases that replicas of a service take in turn.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::messaging {

/// Leases are taken when there is work and kept until they end, so that an idle relay writes nothing.
class OutboxLeases {
 public:
  OutboxLeases(database::Database&, const core::Clock&, std::chrono::seconds length);

  /// The partitions with pending rows that are ours for at least half a lease.
  core::Task<core::Result<std::vector<std::int64_t>>> claim_pending();
  /// Whether the leases of the last claim are still held.
  bool held() const;
  core::Task<core::Result<>> give_back();

 private:
  core::Task<core::Result<>> make_rows();
  core::Task<core::Result<std::vector<std::int64_t>>> take(std::vector<std::int64_t> partitions);

  database::Database& database_;
  const core::Clock& clock_;
  std::chrono::microseconds length_;
  std::string owner_;
  bool rows_made_ = false;
  core::SteadyTime claimed_until_{};
};

}  // namespace pms::messaging
