#include "database/sqlite/readers.hpp"

#include "database/sqlite/error.hpp"

namespace pms::database::sqlite {

Readers::Readers(std::vector<Connection> connections, std::size_t queue_limit)
    : connections_(std::move(connections)), queue_(queue_limit) {
  for (Connection& connection : connections_) threads_.emplace_back(&Readers::run, this, std::ref(connection));
}

Readers::~Readers() {
  queue_.close();
  for (std::thread& thread : threads_) thread.join();
}

void Readers::submit(Job job) {
  if (!queue_.push(job)) job.done(std::unexpected(overloaded(connections_.front().file())));
}

void Readers::run(Connection& connection) {
  for (auto jobs = queue_.take(1); !jobs.empty(); jobs = queue_.take(1)) {
    Job& job = jobs.front();
    if (job.deadline.passed())
      job.done(core::fail(core::Errc::deadline_exceeded, "the database did not get to the query in time"));
    else
      job.done(connection.read(job.sql, job.params, job.deadline));
  }
}

}  // namespace pms::database::sqlite
