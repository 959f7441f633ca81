// Deletes idempotency keys that are past their time, every hour.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::patient {

/// Deletes what has expired before `now`, a thousand keys at once. Returns how many there were.
core::Task<core::Result<std::int64_t>> sweep_idempotency_keys(database::Database&, core::Timestamp now);

class IdempotencySweeper {
 public:
  /// Runs on the given io_context from start() to the end of stop(), which is called there.
  IdempotencySweeper(boost::asio::io_context&, database::Database&, const core::Clock&);
  void start();
  core::Task<void> stop();

 private:
  core::Task<void> run();

  boost::asio::io_context& io_;
  database::Database& database_;
  const core::Clock& clock_;
  boost::asio::steady_timer pause_;
  boost::asio::steady_timer ended_;  // cancelled when run() has returned
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace pms::patient
