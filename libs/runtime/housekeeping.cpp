#include "runtime/housekeeping.hpp"

#include <algorithm>
#include <exception>
#include <expected>
#include <fmt/format.h>
#include <optional>
#include <utility>
#include <vector>

#include "core/clock.hpp"

namespace pms::runtime {

struct Housekeeping::Plan {
  struct Entry {
    std::string name;
    std::chrono::milliseconds period;
    Deletion deletion;
    core::SteadyTime due{};
  };

  static core::Task<core::Result<>> run(std::shared_ptr<Plan>, core::TaskControl&);
  static core::Task<core::Result<>> delete_one(Entry&);
  core::Task<core::Result<>> delete_what_is_due(core::TaskControl&);

  std::vector<Entry> entries;
};

/// Runs one deletion. A deletion that fails stays due.
core::Task<core::Result<>> Housekeeping::Plan::delete_one(Entry& entry) {
  core::Error error;
  try {
    auto deleted = co_await entry.deletion();
    if (deleted) {
      entry.due = std::chrono::steady_clock::now() + entry.period;
      co_return deleted;
    }
    error = std::move(deleted.error());
  } catch (const std::exception& exception) {
    error.message = fmt::format("an exception escaped: {}", exception.what());
  }
  error.message = fmt::format("{}: {}", entry.name, error.message);
  co_return std::unexpected(std::move(error));
}

/// Runs the deletions that are due. Returns the first error that is not an outage, otherwise the
/// first error.
core::Task<core::Result<>> Housekeeping::Plan::delete_what_is_due(core::TaskControl& control) {
  std::optional<core::Error> worst;
  for (Entry& entry : entries) {
    if (control.stopping()) co_return core::Result<>();
    if (entry.due > std::chrono::steady_clock::now()) continue;
    auto deleted = co_await delete_one(entry);
    if (deleted) continue;
    if (!worst || (core::is_outage(*worst) && !core::is_outage(deleted.error()))) worst = std::move(deleted.error());
  }
  if (worst) co_return std::unexpected(std::move(*worst));
  co_return core::Result<>();
}

core::Task<core::Result<>> Housekeeping::Plan::run(std::shared_ptr<Plan> plan, core::TaskControl& control) {
  while (!control.stopping()) {
    if (auto deleted = co_await plan->delete_what_is_due(control); !deleted) co_return deleted;
    control.succeeded();
    if (control.stopping()) break;
    auto next = std::chrono::steady_clock::now() + std::chrono::hours(1);
    for (const Entry& entry : plan->entries) next = std::min(next, entry.due);
    co_await control.wait(std::chrono::ceil<std::chrono::milliseconds>(next - std::chrono::steady_clock::now()));
  }
  co_return core::Result<>();
}

Housekeeping::Housekeeping(core::TaskHost host, core::TaskBackoff backoff)
    : plan_(std::make_shared<Plan>()),
      task_(
          std::move(host), "housekeeping",
          [plan = plan_](core::TaskControl& control) { return Plan::run(plan, control); }, backoff) {}

void Housekeeping::add(std::string name, std::chrono::milliseconds period, Deletion deletion) {
  plan_->entries.push_back({.name = std::move(name), .period = period, .deletion = std::move(deletion)});
}

}  // namespace pms::runtime
