// Handles gRPC calls with coroutines on the process's I/O threads.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <grpcpp/grpcpp.h>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/deadline.hpp"
#include "core/mutex.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "telemetry/metrics.hpp"

namespace pms::rpc {

/// The unary calls of one server while they are being handled. gRPC's threads only hand them over.
/// Thread-safe.
class Calls {
 public:
  /// `service` is for log lines and metrics. Calls are distributed over `io`, which outlives this
  /// object.
  Calls(std::string service, std::span<boost::asio::io_context* const> io);

  /// Returns the reactor of a callback service's method: runs the coroutine on an I/O thread and
  /// finishes the call with its result. Writes a log line and metrics. `method` is a constant
  /// such as "billing.v1.BillingService/GetBillingAccount". Request, response and context exist
  /// until then, so the coroutine may refer to them.
  grpc::ServerUnaryReactor* answer(grpc::CallbackServerContext&, std::string_view method, core::Task<core::Result<>>);

  /// Rejects all further calls as UNAVAILABLE; returns when no call is running or the deadline
  /// has passed. Blocks: do not call it on an I/O thread.
  void close(core::Deadline);

  /// Finishes the running calls as UNAVAILABLE: for a process whose I/O threads have stopped, so
  /// that no coroutine can finish them.
  void abandon();

 private:
  struct Started {
    std::string_view method;
    std::chrono::steady_clock::time_point time;
    prometheus::Histogram* duration;
  };
  boost::asio::io_context* begin(grpc::ServerUnaryReactor*, Started&);
  void finish(grpc::CallbackServerContext&, grpc::ServerUnaryReactor*, const Started&, grpc::Status);
  void record(grpc::CallbackServerContext&, const Started&, const grpc::Status&);

  const std::string service_;
  const std::span<boost::asio::io_context* const> io_;
  core::Mutex mutex_;
  std::condition_variable_any idle_;
  std::unordered_set<grpc::ServerUnaryReactor*> running_ PMS_GUARDED_BY(mutex_);
  std::size_t next_io_ PMS_GUARDED_BY(mutex_) = 0;
  bool closed_ PMS_GUARDED_BY(mutex_) = false;
  std::map<std::string_view, prometheus::Histogram*> durations_ PMS_GUARDED_BY(mutex_);  // by method
};

}  // namespace pms::rpc
