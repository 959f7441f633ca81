#include "messaging/embedded/group_positions.hpp"

#include <chrono>
#include <expected>
#include <utility>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"

namespace pms::messaging::embedded {

namespace {

using database::Params;
using database::Statement;

constexpr std::chrono::seconds store_timeout{5};
constexpr std::chrono::seconds between_changes{10};
constexpr std::chrono::hours between_signs_of_life{1};

constexpr Statement store_position{R"(
  INSERT INTO group_position (group_name, topic_id, partition, next_offset, seen_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (topic_id, partition, group_name) DO UPDATE
  SET next_offset = excluded.next_offset, seen_at = excluded.seen_at)"};

}  // namespace

GroupPositions::GroupPositions(database::Database& database, const core::Clock& clock, std::string group)
    : database_(database), clock_(clock), group_(std::move(group)) {}

void GroupPositions::set(std::int32_t partition, std::int64_t next_offset) {
  const auto [known, added] = positions_.try_emplace(partition, next_offset);
  changed_ = changed_ || added || known->second != next_offset;
  known->second = next_offset;
}

core::Task<core::Result<>> GroupPositions::store_when_due(std::int64_t topic_id) {
  topic_id_ = topic_id;
  const core::Timestamp now = clock_.now();
  const bool clock_set_back = now < stored_at_;
  const bool due = clock_set_back || now - stored_at_ >= (changed_ ? between_changes : between_signs_of_life);
  if (positions_.empty() || !due) co_return core::Result<>();
  stored_at_ = now;  // also if storing fails, so that a full disk is not tried all the time
  co_return co_await store();
}

core::Task<core::Result<>> GroupPositions::store_changes() {
  if (!changed_ || topic_id_ == 0) co_return core::Result<>();
  co_return co_await store();
}

core::Task<core::Result<>> GroupPositions::store() {
  database::Batch batch;
  for (const auto& [partition, next_offset] : positions_) {
    batch.add(store_position,
              Params{group_, topic_id_, std::int64_t{partition}, next_offset, database::to_column(clock_.now())});
  }
  changed_ = false;
  auto stored = co_await database_.commit(std::move(batch), core::Deadline::after(store_timeout));
  if (stored) co_return core::Result<>();
  changed_ = true;
  co_return std::unexpected(stored.error());
}

}  // namespace pms::messaging::embedded
