#include "database/sqlite/writer.hpp"

#include <chrono>
#include <cstddef>
#include <expected>
#include <pthread.h>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "database/sqlite/error.hpp"
#include "telemetry/log.hpp"

namespace pms::database::sqlite {
namespace {

constexpr std::string_view begin = "BEGIN IMMEDIATE";
constexpr std::string_view savepoint = "SAVEPOINT batch";
constexpr std::string_view release = "RELEASE batch";
constexpr std::string_view rollback_to_savepoint = "ROLLBACK TO batch";
constexpr std::string_view commit_group = "COMMIT";
constexpr std::string_view rollback_group = "ROLLBACK";

// A probe writes its pages to the file and undoes them. The space that they took stays with the
// write-ahead log, so that batches of this size succeed after a probe that did.
constexpr std::string_view create_probe = "CREATE TABLE space_probe (bytes BLOB)";
constexpr std::string_view fill_probe = "INSERT INTO space_probe VALUES (zeroblob(262144))";

/// Bounds how long the first batch of a group waits for the last one.
constexpr std::size_t max_batches_in_group = 256;

// The write-ahead log is copied into the file after every 4 MiB. The log restarts only if no reader
// uses it at that moment. If readers have overlapped for so long that it has grown to 32 MiB, the
// writer waits for them: up to a second, and if that was not enough, up to twice as long at twice
// the size. SQLite may wait for readers that came after the one for which it started to wait, so
// several short waits end sooner than a long one.
constexpr int pages_due = 1'000;
constexpr int pages_overdue = 8'000;
constexpr int pages_per_millisecond_of_wait = 8;
constexpr std::chrono::milliseconds short_wait{100};

int after_commit(void* write_ahead_log, sqlite3*, const char*, int pages) {
  auto& log = *static_cast<WriteAheadLog*>(write_ahead_log);
  log.pages_since_checkpoint += pages > log.pages ? pages - log.pages : pages;  // otherwise it has restarted
  log.pages = pages;
  return SQLITE_OK;
}

}  // namespace

Writer::Writer(Connection connection, const Options& options)
    : connection_(std::move(connection)),
      service_(options.service),
      busy_timeout_(options.busy_timeout),
      metrics_(options.service),
      queue_(options.queue_limit),
      refresh_([this] { metrics_.commit.waiting.Set(static_cast<double>(queue_.size())); }) {
  log_.pages_overdue = pages_overdue;
  sqlite3_wal_hook(connection_.handle(), after_commit, &log_);
  thread_ = std::thread(&Writer::run, this);
  pthread_setname_np(thread_.native_handle(), "sqlite-write");
}

Writer::~Writer() {
  queue_.close();
  thread_.join();
}

void Writer::submit(Job job) {
  if (!queue_.push(job)) job.done(std::unexpected(overloaded(connection_.file())));
}

void Writer::run() {
  for (auto group = queue_.take(max_batches_in_group); !group.empty(); group = queue_.take(max_batches_in_group)) {
    answer_probes(group);
    if (group.empty()) continue;
    auto results = commit(group);
    for (std::size_t i = 0; i < group.size(); ++i) {
      auto result = results ? std::move((*results)[i]) : std::unexpected(results.error());
      metrics_.commit.observe(group[i].submitted, result ? nullptr : &result.error());
      if (!result && result.error().code == core::Errc::storage_full) is_full_ = true;
      group[i].done(std::move(result));
    }
    if (results) metrics_.group_size.Observe(static_cast<double>(group.size()));
    note(results);
    checkpoint_if_due();
  }
}

/// Answers the probes of the group and removes them from it.
void Writer::answer_probes(std::vector<Job>& group) {
  for (Job& job : group) {
    if (!job.probes_space) continue;
    auto probed = probe_space();
    if (probed) is_full_ = false;
    job.done(probed ? core::Result<BatchResult>() : std::unexpected(std::move(probed.error())));
  }
  std::erase_if(group, [](const Job& job) { return job.probes_space; });
}

core::Result<> Writer::probe_space() {
  core::Result<> written;
  for (const std::string_view step : {begin, create_probe, fill_probe}) {
    if (!written) break;
    if (auto done = connection_.run(step); !done) written = std::unexpected(std::move(done.error()));
  }
  if (written) written = connection_.write_uncommitted_pages();
  if (connection_.in_transaction()) (void)connection_.run(rollback_group);
  return written;
}

/// Nearly always, every batch succeeds. Savepoints would then be wasted, and they are expensive:
/// SQLite keeps a copy of every page that changes under one, and writes out the full-text index at
/// each. If a batch fails, the group is restarted with savepoints, so that only that batch is
/// undone.
core::Result<Writer::Results> Writer::commit(const std::vector<Job>& group) {
  auto results = commit(group, Undo::group);
  if (results && results->empty()) results = commit(group, Undo::batch);
  return results;
}

/// Without results, one of several batches has failed and the group is undone. An error concerns
/// the whole group. The results of single batches are then ignored: a violation may refer to a row
/// that was rolled back.
core::Result<Writer::Results> Writer::commit(const std::vector<Job>& group, Undo undo) {
  if (auto begun = connection_.run(begin); !begun) return std::unexpected(begun.error());
  Results results;
  results.reserve(group.size());
  for (const Job& job : group) {
    if (job.deadline.passed()) {
      results.push_back(core::fail(core::Errc::deadline_exceeded, "timed out waiting for the database"));
      continue;
    }
    results.push_back(undo == Undo::batch ? apply(job.batch) : run_steps(job.batch));
    if (results.back()) continue;
    // SQLite has rolled back the whole transaction, as it may do if the disk is full.
    if (!connection_.in_transaction()) return std::unexpected(results.back().error());
    if (undo == Undo::group) {
      (void)connection_.run(rollback_group);
      if (group.size() > 1) results.clear();
      return results;
    }
  }
  if (auto committed = connection_.run(commit_group); !committed) {
    if (connection_.in_transaction()) (void)connection_.run(rollback_group);
    return std::unexpected(committed.error());
  }
  return results;
}

core::Result<BatchResult> Writer::apply(const Batch& batch) {
  if (auto opened = connection_.run(savepoint); !opened) return std::unexpected(opened.error());
  auto results = run_steps(batch);
  if (results) {
    if (auto released = connection_.run(release); !released) results = std::unexpected(released.error());
  }
  if (!results && connection_.in_transaction()) undo_batch();
  return results;
}

core::Result<BatchResult> Writer::run_steps(const Batch& batch) {
  BatchResult results;
  results.reserve(batch.size());
  for (const auto& [statement, params] : batch.steps()) {
    auto result = connection_.run(statement.sqlite, params);
    if (!result) return std::unexpected(result.error());
    results.push_back(std::move(*result));
  }
  return results;
}

void Writer::undo_batch() {
  // Roll back the whole group rather than commit a part of a batch.
  if (!connection_.run(rollback_to_savepoint) || !connection_.run(release)) (void)connection_.run(rollback_group);
}

/// Writes one log line when the file can no longer be written, and one when it can be written
/// again.
void Writer::note(const core::Result<Results>& results) {
  if (failing_ == !results) return;
  failing_ = !results;
  if (failing_)
    telemetry::log(telemetry::Level::error, service_, "database writes failing", {{"error", results.error().message}});
  else
    telemetry::log(telemetry::Level::info, service_, "database writes recovered");
}

void Writer::checkpoint_if_due() {
  if (log_.pages_since_checkpoint < pages_due) return;
  log_.pages_since_checkpoint = 0;
  if (log_.pages < log_.pages_overdue) {
    sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    return;
  }
  const auto deadline = Deadline::after(std::chrono::milliseconds(log_.pages / pages_per_millisecond_of_wait));
  connection_.wait_for_locks(short_wait);
  int code = SQLITE_OK;
  do {
    code = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  } while ((code & 0xff) == SQLITE_BUSY && !deadline.passed());
  connection_.wait_for_locks(busy_timeout_);
  log_.pages_overdue = code == SQLITE_OK ? pages_overdue : 2 * log_.pages;
}

}  // namespace pms::database::sqlite
