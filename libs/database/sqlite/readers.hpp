// The threads that run potentially long queries, so that a slow search does not stall other
// callers.
#pragma once

#include <string_view>
#include <thread>
#include <vector>

#include "core/result.hpp"
#include "database/sqlite/completion.hpp"
#include "database/sqlite/connection.hpp"
#include "database/sqlite/job_queue.hpp"
#include "database/sqlite/metrics.hpp"
#include "telemetry/metrics.hpp"

namespace pms::database::sqlite {

class Readers {
 public:
  struct Job {
    std::string_view sql;
    Params params;
    Deadline deadline;
    core::SteadyTime submitted;
    Completion<Rows> done;
    bool from_file = false;  ///< bypasses the page cache
  };

  /// Starts one thread for each connection.
  Readers(std::vector<Connection>, const Options&);
  ~Readers();  ///< finishes the waiting queries

  /// Queues a query. `done` is called on a reader's thread, or here if the queue is full.
  /// Thread-safe.
  void submit(Job);

 private:
  void run(Connection&);
  static core::Result<Rows> answer(Connection&, const Job&);

  std::vector<Connection> connections_;
  Metrics metrics_;
  JobQueue<Job> queue_;
  telemetry::Refresh refresh_;
  std::vector<std::thread> threads_;  // last: they use all other members
};

}  // namespace pms::database::sqlite
