// The interface through which a process runs a service: a life cycle in steps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::runtime {

/// A service of the process. Its life cycle: it is constructed with its configuration, bound,
/// opened, started, drained and destroyed. In a process with several services, all of them are
/// bound before any is opened, so that a second instance fails before it touches a file.
class Service {
 public:
  virtual ~Service() = default;
  virtual std::string_view name() const = 0;  ///< e.g. patient-service

  /// Binds every port. Error: one sentence for the operator ("port in use: …").
  virtual core::Result<> bind() = 0;
  /// Opens and migrates storage, and loads keys. Blocks. Error: one sentence for the operator.
  virtual core::Result<> open() = 0;
  /// Begins to serve. The io threads are already running.
  virtual void start() = 0;
  /// Determines the response of /readyz: fails if the service's own storage does not respond or a
  /// background task keeps failing.
  virtual core::Task<core::Result<>> ready() = 0;
  /// Lets requests in progress finish and flushes the queues, at most until the deadline. Each part
  /// gets the time that is left. Error: deadline_exceeded; its message names the parts that were
  /// cut off.
  virtual core::Task<core::Result<>> drain(core::Deadline) = 0;
  /// Returns the part that drain() is waiting for, or an empty string. It may be called from any
  /// thread.
  virtual std::string draining_part() const { return {}; }

  /// Returns the listeners, e.g. "http 127.0.0.1:4000", for the line that is logged at start.
  virtual std::vector<std::string> listening() const = 0;
};

}  // namespace pms::runtime
