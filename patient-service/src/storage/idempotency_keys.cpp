#include "storage/idempotency_keys.hpp"

#include <chrono>
#include <cstdint>
#include <expected>

#include "application/idempotency.hpp"
#include "database/columns.hpp"

namespace pms::patient {
namespace {

constexpr std::int64_t keys_at_once = 1'000;
constexpr std::chrono::seconds deletion_deadline{10};

constexpr database::Statement delete_expired(R"(
  DELETE FROM idempotency WHERE (user_id, idempotency_key) IN (
    SELECT user_id, idempotency_key FROM idempotency WHERE created_at <= $1 ORDER BY created_at LIMIT $2))");

}  // namespace

core::Task<core::Result<>> delete_expired_idempotency_keys(database::Database& database, core::Timestamp now) {
  std::int64_t deleted = keys_at_once;
  while (deleted == keys_at_once) {
    database::Batch batch;
    batch.add(delete_expired, {database::to_column(now - idempotency_lifetime), keys_at_once});
    auto result = co_await database.commit(std::move(batch), database::Deadline::after(deletion_deadline));
    if (!result) co_return std::unexpected(std::move(result.error()));
    deleted = result->front().rows_affected;
  }
  co_return core::Result<>();
}

}  // namespace pms::patient
