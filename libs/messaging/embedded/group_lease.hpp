// The lease row that makes one member the reader of a topic for its group. The member takes it,
// renews it while it polls, and gives it back.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::messaging::embedded {

/// The lease as one member of the group sees and uses it.
class GroupLease {
 public:
  GroupLease(database::Database&, const core::Clock&, std::chrono::milliseconds length, std::string group);

  /// Which member has the lease. `acquired` means that another member may have held it since the
  /// last call.
  enum class Holder { other, held, acquired };

  /// Takes or renews the lease if that is possible and necessary. Most calls do one point read or
  /// nothing at all.
  core::Task<core::Result<Holder>> acquire(std::int64_t topic_id);
  bool held() const { return ends_.has_value(); }
  core::Task<core::Result<>> give_back();

 private:
  core::Task<core::Result<bool>> other_holds(core::Timestamp now);

  database::Database& database_;
  const core::Clock& clock_;
  std::chrono::microseconds length_;
  std::string group_;
  std::string member_;
  std::int64_t topic_id_ = 0;
  std::optional<core::Timestamp> ends_;
};

}  // namespace pms::messaging::embedded
