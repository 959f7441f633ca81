// The one thread that writes a file. All waiting batches are committed together: one fsync for many
// callers.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "core/result.hpp"
#include "database/sqlite/completion.hpp"
#include "database/sqlite/connection.hpp"
#include "database/sqlite/job_queue.hpp"
#include "database/sqlite/metrics.hpp"
#include "telemetry/metrics.hpp"

namespace pms::database::sqlite {

/// The size of the write-ahead log in pages.
struct WriteAheadLog {
  int pages = 0;
  int pages_since_checkpoint = 0;
  int pages_overdue = 0;  ///< above this, the writer waits for readers in order to restart it
};

class Writer {
 public:
  struct Job {
    Batch batch;
    Deadline deadline;  ///< for waiting: checked when the group starts or restarts
    core::SteadyTime submitted{};
    Completion<BatchResult> done{};
    bool probes_space = false;  ///< writes what the batch of a busy moment needs, and undoes it
  };

  Writer(Connection, const Options&);
  ~Writer();  ///< commits the waiting batches

  /// Queues a batch. `done` is called on the writer's thread, or here if the queue is full.
  /// Thread-safe.
  void submit(Job);

  /// Returns whether a batch found no space, and no probe has found space since. Thread-safe.
  bool is_full() const { return is_full_; }

 private:
  /// One result for each batch of a group.
  using Results = std::vector<core::Result<BatchResult>>;
  enum class Undo : std::uint8_t { group, batch };  ///< what is undone if a batch fails

  void run();
  core::Result<Results> commit(const std::vector<Job>& group);
  core::Result<Results> commit(const std::vector<Job>& group, Undo);
  core::Result<BatchResult> apply(const Batch&);
  core::Result<BatchResult> run_steps(const Batch&);
  void undo_batch();
  void answer_probes(std::vector<Job>& group);
  core::Result<> probe_space();
  void note(const core::Result<Results>&);
  void checkpoint_if_due();

  Connection connection_;
  const std::string service_;
  const std::chrono::milliseconds busy_timeout_;
  Metrics metrics_;
  bool failing_ = false;
  std::atomic<bool> is_full_ = false;
  WriteAheadLog log_;
  JobQueue<Job> queue_;
  telemetry::Refresh refresh_;
  std::thread thread_;  // last: it uses all other members
};

}  // namespace pms::database::sqlite
