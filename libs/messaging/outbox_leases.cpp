#include "messaging/outbox_leases.hpp"

#include <chrono>
#include <cstddef>
#include <expected>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "database/columns.hpp"
#include "messaging/lease_time.hpp"
#include "messaging/outbox.hpp"

namespace pms::messaging {

namespace {

using database::Params;
using database::Statement;

constexpr std::chrono::seconds lease_timeout{5};

constexpr Statement insert_lease{R"(
  INSERT INTO outbox_lease (partition, owner, expires_at) VALUES ($1, '', 0) ON CONFLICT (partition) DO NOTHING)"};

constexpr Statement select_pending_partitions{R"(
  SELECT partition, owner, expires_at FROM outbox_lease
  WHERE EXISTS (SELECT 1 FROM outbox WHERE outbox.partition = outbox_lease.partition AND published_at IS NULL)
  ORDER BY partition)"};

/// Takes a lease if it is free or expired. $4 is the current time, $5 the latest end that a lease
/// can have.
constexpr Statement take_lease{R"(
  UPDATE outbox_lease SET owner = $2, expires_at = $3
  WHERE partition = $1 AND (owner = $2 OR expires_at <= $4 OR expires_at > $5))"};

constexpr Statement free_leases{"UPDATE outbox_lease SET owner = '', expires_at = 0 WHERE owner = $1"};

}  // namespace

OutboxLeases::OutboxLeases(database::Database& database, const core::Clock& clock, std::chrono::seconds length)
    : database_(database), clock_(clock), length_(length), owner_(core::uuid_v7().next()) {}

core::Task<core::Result<std::vector<std::int64_t>>> OutboxLeases::claim_pending() {
  if (auto made = co_await make_rows(); !made) co_return std::unexpected(made.error());
  const core::SteadyTime asked = clock_.steady_now();
  const core::Timestamp now = clock_.now();
  Params none;
  auto rows =
      co_await database_.query(select_pending_partitions, std::move(none), core::Deadline::after(lease_timeout));
  if (!rows) co_return std::unexpected(rows.error());

  std::vector<std::int64_t> ours;
  std::vector<std::int64_t> to_take;
  for (const database::Row& row : *rows) {
    const core::Timestamp end = row.time(2);
    const bool ended = lease_ended(end, now, length_);
    if (row.text(1) != owner_ && !ended) continue;
    (ended || end - now <= length_ / 2 ? to_take : ours).push_back(row.integer(0));
  }
  claimed_until_ = asked + (ours.empty() ? length_ : length_ / 2);
  if (to_take.empty()) co_return ours;
  auto taken = co_await take(std::move(to_take));
  if (!taken) co_return std::unexpected(taken.error());
  ours.insert(ours.end(), taken->begin(), taken->end());
  co_return ours;
}

core::Task<core::Result<std::vector<std::int64_t>>> OutboxLeases::take(std::vector<std::int64_t> partitions) {
  const core::Timestamp now = clock_.now();
  database::Batch batch;
  for (const std::int64_t partition : partitions) {
    batch.add(take_lease, Params{partition, owner_, database::to_column(now + length_), database::to_column(now),
                                 database::to_column(latest_end(now, length_))});
  }
  auto results = co_await database_.commit(std::move(batch), core::Deadline::after(lease_timeout));
  if (!results) co_return std::unexpected(results.error());
  std::vector<std::int64_t> taken;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    if ((*results)[i].rows_affected == 1) taken.push_back(partitions[i]);
  }
  co_return taken;
}

bool OutboxLeases::held() const { return clock_.steady_now() < claimed_until_; }

core::Task<core::Result<>> OutboxLeases::give_back() {
  database::Batch batch;
  batch.add(free_leases, Params{owner_});
  auto freed = co_await database_.commit(std::move(batch), core::Deadline::after(lease_timeout));
  if (!freed) co_return std::unexpected(freed.error());
  co_return core::Result<>();
}

core::Task<core::Result<>> OutboxLeases::make_rows() {
  if (rows_made_) co_return core::Result<>();
  database::Batch batch;
  for (std::int64_t partition = 0; partition < outbox_partitions; ++partition) {
    batch.add(insert_lease, Params{partition});
  }
  auto made = co_await database_.commit(std::move(batch), core::Deadline::after(lease_timeout));
  if (!made) co_return std::unexpected(made.error());
  rows_made_ = true;
  co_return core::Result<>();
}

}  // namespace pms::messaging
