// Which outbox partitions this relay may publish, according to leases for which the replicas of a
// service compete.
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

/// The leases of one relay. It takes leases when there is work and keeps them until they expire, so
/// that an idle relay writes nothing.
class OutboxLeases {
 public:
  OutboxLeases(database::Database&, const core::Clock&, std::chrono::seconds length);

  /// Returns the partitions with pending rows whose lease this relay holds for at least half a
  /// lease longer.
  core::Task<core::Result<std::vector<std::int64_t>>> claim_pending();
  /// Returns whether the leases of the last claim are still held.
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
