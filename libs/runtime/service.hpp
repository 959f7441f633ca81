// What the process that runs services needs of each of them: a life in steps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::runtime {

/// Life: constructed with its configuration, bind, open, start, drain, destroyed. In a process with several services
/// all of them are bound before any is opened, so that a second start fails before it touches a file.
class Service {
 public:
  virtual ~Service() = default;
  virtual std::string_view name() const = 0;  ///< patient-service

  /// Binds every port. Error: one sentence for the operator ("port in use: …").
  virtual core::Result<> bind() = 0;
  /// Opens and migrates storage, loads keys. Blocks. Error: one sentence for the operator.
  virtual core::Result<> open() = 0;
  /// Begins to serve. The io threads run.
  virtual void start() = 0;
  /// Answers /readyz: whether the service's own storage answers and its background tasks do not keep failing.
  virtual core::Task<core::Result<>> ready() = 0;
  /// Lets requests in flight finish and flushes its queues, at most until the deadline. Each part gets what is left of
  /// it. Error: deadline_exceeded; its message names the parts that were cut off.
  virtual core::Task<core::Result<>> drain(core::Deadline) = 0;
  /// The part that drain() waits for now, or nothing. It may be called from any thread.
  virtual std::string draining_part() const { return {}; }

  /// Its listeners, as "http 127.0.0.1:4000": for the line logged at start.
  virtual std::vector<std::string> listening() const = 0;
};

}  // namespace pms::runtime
