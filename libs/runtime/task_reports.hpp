// Reports failures of a service's background tasks: they are logged, counted, and shown by /readyz.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "core/background_task.hpp"
#include "core/result.hpp"
#include "telemetry/metrics.hpp"

namespace pms::runtime {

/// The observer of the background tasks of one service. It is thread-safe.
class TaskReports : public core::TaskObserver {
 public:
  explicit TaskReports(std::string service);

  void started(std::string_view task) override;
  void failed(std::string_view task, const core::Error&, int in_a_row) override;
  void interrupted(std::string_view task, const core::Error&) override;
  void recovered(std::string_view task) override;

  /// Fails with `unavailable` if a task has failed max_failures_in_a_row times and not succeeded
  /// since. The message names these tasks.
  core::Result<> ready() const;

 private:
  prometheus::Counter& failures(std::string_view task) const;

  const std::string service_;
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> failing_;
};

}  // namespace pms::runtime
