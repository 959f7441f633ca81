#include "messaging/embedded/group_lease.hpp"

#include <chrono>
#include <cstdint>
#include <expected>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "database/columns.hpp"
#include "messaging/lease_time.hpp"

namespace pms::messaging::embedded {

namespace {

using database::Params;
using database::Statement;

constexpr std::chrono::seconds deadline{5};

constexpr Statement select_lease =
    database::point_read("SELECT owner, expires_at FROM group_lease WHERE group_name = $1 AND topic_id = $2");

/// Takes the lease if it is free or expired. $5 is the current time, $6 the latest end that a lease
/// can have.
constexpr Statement take_lease{R"(
  INSERT INTO group_lease (group_name, topic_id, owner, expires_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (group_name, topic_id) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
  WHERE group_lease.owner = excluded.owner OR group_lease.expires_at <= $5 OR group_lease.expires_at > $6)"};

constexpr Statement delete_lease{"DELETE FROM group_lease WHERE group_name = $1 AND topic_id = $2 AND owner = $3"};

}  // namespace

GroupLease::GroupLease(database::Database& database, const core::Clock& clock, std::chrono::milliseconds length,
                       std::string group)
    : database_(database), clock_(clock), length_(length), group_(std::move(group)), member_(core::uuid_v7().next()) {}

core::Task<core::Result<GroupLease::Holder>> GroupLease::acquire(std::int64_t topic_id) {
  topic_id_ = topic_id;
  const core::Timestamp now = clock_.now();
  const bool still_ours = ends_ && now < *ends_ && *ends_ - now <= length_;
  if (still_ours && *ends_ - now > length_ / 2) co_return Holder::held;
  if (!still_ours) {
    auto taken = co_await other_holds(now);
    if (!taken) co_return std::unexpected(taken.error());
    if (*taken) {
      ends_.reset();
      co_return Holder::other;
    }
  }
  database::Batch batch;
  batch.add(take_lease, Params{group_, topic_id_, member_, database::to_column(now + length_), database::to_column(now),
                               database::to_column(latest_end(now, length_))});
  auto taken = co_await database_.commit(std::move(batch), core::Deadline::after(deadline));
  if (!taken) co_return std::unexpected(taken.error());
  if (taken->front().rows_affected == 0) {
    ends_.reset();
    co_return Holder::other;
  }
  ends_ = now + length_;
  co_return still_ours ? Holder::held : Holder::acquired;
}

core::Task<core::Result<bool>> GroupLease::other_holds(core::Timestamp now) {
  Params params{group_, topic_id_};
  auto rows = co_await database_.query(select_lease, std::move(params), core::Deadline::after(deadline));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty() || rows->front().text(0) == member_) co_return false;
  co_return !lease_ended(rows->front().time(1), now, length_);
}

core::Task<core::Result<>> GroupLease::give_back() {
  ends_.reset();
  database::Batch batch;
  batch.add(delete_lease, Params{group_, topic_id_, member_});
  auto deleted = co_await database_.commit(std::move(batch), core::Deadline::after(deadline));
  if (!deleted) co_return std::unexpected(deleted.error());
  co_return core::Result<>();
}

}  // namespace pms::messaging::embedded
