// Deletes what a service keeps only for a limited time: expired sessions, published events, ….
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/background_task.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::runtime {

/// One background task that runs every deletion at start() and then after its own period, one at a
/// time. A deletion that fails is repeated after a back-off while the others still run. The
/// reported error begins with the name of the deletion.
class Housekeeping {
 public:
  using Deletion = std::function<core::Task<core::Result<>>()>;

  explicit Housekeeping(core::TaskHost, core::TaskBackoff = {});

  /// Adds a deletion. Call it before start(). `name` says what is deleted: "expired sessions".
  /// Objects that the deletion refers to must outlive the threads.
  void add(std::string name, std::chrono::milliseconds period, Deletion);
  void start() { task_.start(); }
  core::Task<core::Result<>> stop(core::Deadline deadline) { return task_.stop(deadline); }

 private:
  struct Plan;
  std::shared_ptr<Plan> plan_;  // shared with the running coroutine
  core::BackgroundTask task_;
};

}  // namespace pms::runtime
