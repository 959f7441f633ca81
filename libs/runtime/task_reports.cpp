#include "runtime/task_reports.hpp"

#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "telemetry/log.hpp"

namespace pms::runtime {

TaskReports::TaskReports(std::string service) : service_(std::move(service)) {}

prometheus::Counter& TaskReports::failures(std::string_view task) const {
  return telemetry::counter("background_task_failures_total", "Unexpected failures of background tasks",
                            {{"service", service_}, {"task", std::string(task)}});
}

/// Registers the failure metric, so that it is exported as 0 before the first failure.
void TaskReports::started(std::string_view task) { failures(task); }

void TaskReports::failed(std::string_view task, const core::Error& error, int in_a_row) {
  telemetry::log(telemetry::Level::error, service_, "background task failed",
                 {{"task", task}, {"error", std::string_view(error.message)}, {"in_a_row", std::int64_t{in_a_row}}});
  failures(task).Increment();
  if (in_a_row < core::max_failures_in_a_row) return;
  std::lock_guard lock(mutex_);
  failing_.emplace(task);
}

void TaskReports::interrupted(std::string_view task, const core::Error& error) {
  telemetry::log(telemetry::Level::warning, service_, "background task paused",
                 {{"task", task}, {"error", std::string_view(error.message)}});
}

void TaskReports::recovered(std::string_view task) {
  telemetry::log(telemetry::Level::info, service_, "background task resumed", {{"task", task}});
  std::lock_guard lock(mutex_);
  if (auto failing = failing_.find(task); failing != failing_.end()) failing_.erase(failing);
}

core::Result<> TaskReports::ready() const {
  std::lock_guard lock(mutex_);
  if (failing_.empty()) return {};
  return core::fail(core::Errc::unavailable,
                    fmt::format("background task keeps failing: {}", fmt::join(failing_, ", ")));
}

}  // namespace pms::runtime
