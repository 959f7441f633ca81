#include "storage/idempotency_sweeper.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <expected>
#include <string_view>

#include "application/idempotency.hpp"
#include "core/result.hpp"
#include "database/columns.hpp"
#include "storage/patient_columns.hpp"
#include "telemetry/log.hpp"

namespace pms::patient {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::int64_t keys_at_once = 1'000;
constexpr auto pause_between_sweeps = 1h;

constexpr database::Statement delete_expired(R"(
  DELETE FROM idempotency WHERE (user_id, idempotency_key) IN (
    SELECT user_id, idempotency_key FROM idempotency WHERE created_at <= $1 ORDER BY created_at LIMIT $2))");

/// Waits for the timer; that it was cancelled says no more than that it is time.
core::Task<void> wait(asio::steady_timer& timer) {
  boost::system::error_code cancelled;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable_t<core::Executor>(), cancelled));
}

}  // namespace

core::Task<core::Result<std::int64_t>> sweep_idempotency_keys(database::Database& database, core::Timestamp now) {
  std::int64_t swept = 0;
  while (true) {
    database::Batch batch;
    batch.add(delete_expired, {database::to_column(now - idempotency_lifetime), keys_at_once});
    auto result = co_await database.commit(std::move(batch), database::Deadline::after(10s));
    if (!result) co_return std::unexpected(std::move(result.error()));
    swept += result->front().rows_affected;
    if (result->front().rows_affected < keys_at_once) co_return swept;
  }
}

IdempotencySweeper::IdempotencySweeper(asio::io_context& io, database::Database& database, const core::Clock& clock)
    : io_(io), database_(database), clock_(clock), pause_(io), ended_(io, asio::steady_timer::time_point::max()) {}

void IdempotencySweeper::start() {
  running_ = true;
  asio::co_spawn(io_, run(), asio::detached);
}

core::Task<void> IdempotencySweeper::run() {
  while (!stopping_) {
    const auto swept = co_await sweep_idempotency_keys(database_, clock_.now());
    if (!swept)
      telemetry::log(telemetry::Level::warning, "patient-service", "expired idempotency keys are not swept",
                     {{"reason", std::string_view(swept.error().message)}});
    if (stopping_) break;
    pause_.expires_after(pause_between_sweeps);
    co_await wait(pause_);
  }
  running_ = false;
  ended_.cancel();
}

core::Task<void> IdempotencySweeper::stop() {
  stopping_ = true;
  pause_.cancel();
  if (running_) co_await wait(ended_);
}

}  // namespace pms::patient
