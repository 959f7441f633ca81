// The threads that run queries which may take long, so that a slow search stalls nobody else.
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
    bool from_file = false;  ///< nothing that was read before counts
  };

  /// One thread for each connection.
  Readers(std::vector<Connection>, const Options&);
  ~Readers();  ///< finishes what waits

  /// Thread-safe. `done` is called on a reader's thread, or here when the queue is full.
  void submit(Job);

 private:
  void run(Connection&);
  static core::Result<Rows> answer(Connection&, const Job&);

  std::vector<Connection> connections_;
  Metrics metrics_;
  JobQueue<Job> queue_;
  telemetry::Refresh refresh_;
  std::vector<std::thread> threads_;  // last: they use all the others
};

}  // namespace pms::database::sqlite
