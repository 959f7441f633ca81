#include "database/sqlite/readers.hpp"

#include <expected>
#include <pthread.h>

#include "core/result.hpp"
#include "database/sqlite/error.hpp"

namespace pms::database::sqlite {

Readers::Readers(std::vector<Connection> connections, const Options& options)
    : connections_(std::move(connections)),
      metrics_(options.service),
      queue_(options.queue_limit),
      refresh_([this] { metrics_.query.waiting.Set(static_cast<double>(queue_.size())); }) {
  for (Connection& connection : connections_) {
    threads_.emplace_back(&Readers::run, this, std::ref(connection));
    pthread_setname_np(threads_.back().native_handle(), "sqlite-read");
  }
}

Readers::~Readers() {
  queue_.close();
  for (std::thread& thread : threads_) thread.join();
}

void Readers::submit(Job job) {
  if (!queue_.push(job)) job.done(std::unexpected(overloaded(connections_.front().file())));
}

core::Result<Rows> Readers::answer(Connection& connection, const Job& job) {
  if (job.deadline.passed()) return core::fail(core::Errc::deadline_exceeded, "timed out waiting for the database");
  if (job.from_file) sqlite3_db_release_memory(connection.handle());
  return connection.read(job.sql, job.params, job.deadline);
}

void Readers::run(Connection& connection) {
  for (auto jobs = queue_.take(1); !jobs.empty(); jobs = queue_.take(1)) {
    Job& job = jobs.front();
    auto rows = answer(connection, job);
    metrics_.query.observe(job.submitted, rows ? nullptr : &rows.error());
    job.done(std::move(rows));
  }
}

}  // namespace pms::database::sqlite
