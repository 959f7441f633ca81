#include "rpc/grpc_library.hpp"

#include <absl/synchronization/mutex.h>
#include <grpc/support/log.h>
#include <mutex>

#include "telemetry/log.hpp"

namespace pms::rpc {
namespace {

void log_line(gpr_log_func_args* line) {
  // gRPC logs errors such as an unavailable peer or a broken connection, which do not concern the
  // operator: the caller reports them.
  const auto level = line->severity == GPR_LOG_SEVERITY_ERROR ? telemetry::Level::warning : telemetry::Level::debug;
  telemetry::log(level, "grpc", line->message);
}

}  // namespace

void prepare_grpc_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    gpr_set_log_function(log_line);
    // Debian builds Abseil with its search for lock cycles, which slows down every lock in
    // gRPC.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  });
}

}  // namespace pms::rpc
