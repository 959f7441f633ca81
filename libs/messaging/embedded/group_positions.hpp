// How far a group has read a topic, reported to the log by the group's member, so that retention
// keeps what the group has not read.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::messaging::embedded {

/// The positions that one member of the group knows. They are stored late and seldom, which is
/// safe: a stored position that is too low only keeps records longer.
class GroupPositions {
 public:
  GroupPositions(database::Database&, const core::Clock&, std::string group);

  void set(std::int32_t partition, std::int64_t next_offset);

  /// Stores the positions: the first at once, changes at most every ten seconds, and unchanged
  /// positions every hour, which shows that the group still exists. Most calls do nothing.
  core::Task<core::Result<>> store_when_due(std::int64_t topic_id);
  /// Stores the positions if they have changed.
  core::Task<core::Result<>> store_changes();

 private:
  core::Task<core::Result<>> store();

  database::Database& database_;
  const core::Clock& clock_;
  std::string group_;
  std::int64_t topic_id_ = 0;
  std::map<std::int32_t, std::int64_t> positions_;
  bool changed_ = false;
  core::Timestamp stored_at_{};
};

}  // namespace pms::messaging::embedded
