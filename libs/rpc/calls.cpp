#include "rpc/calls.hpp"

#include <boost/asio/co_spawn.hpp>
#include <chrono>

#include "rpc/caller.hpp"
#include "rpc/status.hpp"
#include "telemetry/log.hpp"
#include "telemetry/trace_context.hpp"

namespace pms::rpc {

Calls::Calls(std::string service, std::span<boost::asio::io_context* const> io)
    : service_(std::move(service)), io_(io) {}

grpc::ServerUnaryReactor* Calls::answer(grpc::CallbackServerContext& context, std::string_view method,
                                        core::Task<core::Result<>> task) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  Started started{.method = method, .time = std::chrono::steady_clock::now(), .duration = nullptr};
  boost::asio::io_context* io = begin(reactor, started);
  if (io == nullptr) {
    reactor->Finish({grpc::StatusCode::UNAVAILABLE, "the server is shutting down"});
    return reactor;
  }
  boost::asio::co_spawn(io->get_executor(), std::move(task),
                        [this, reactor, started, &context](std::exception_ptr escaped, core::Result<> result) {
                          grpc::Status status;
                          if (escaped) {
                            status = {grpc::StatusCode::INTERNAL, "an unexpected error"};
                            telemetry::log(telemetry::Level::error, service_, "exception in a call",
                                           {{"method", started.method}});
                          } else if (!result) {
                            status = to_status(result.error());
                          }
                          finish(context, reactor, started, std::move(status));
                        });
  return reactor;
}

void Calls::close(core::Deadline deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline.remaining();
  core::MutexLock lock(mutex_);
  closed_ = true;
  while (!running_.empty() && idle_.wait_until(mutex_, end) != std::cv_status::timeout) {
  }
}

void Calls::abandon() {
  core::MutexLock lock(mutex_);
  closed_ = true;
  for (auto* reactor : running_) reactor->Finish({grpc::StatusCode::UNAVAILABLE, "the server has stopped"});
  running_.clear();
  idle_.notify_all();
}

boost::asio::io_context* Calls::begin(grpc::ServerUnaryReactor* reactor, Started& started) {
  core::MutexLock lock(mutex_);
  if (closed_) return nullptr;
  running_.insert(reactor);
  auto& duration = durations_[started.method];
  if (duration == nullptr)
    duration = &telemetry::duration("rpc_server_duration_seconds", "Duration of gRPC calls",
                                    {{"service", service_}, {"rpc_method", std::string(started.method)}});
  started.duration = duration;
  next_io_ = (next_io_ + 1) % io_.size();
  return io_[next_io_];
}

void Calls::finish(grpc::CallbackServerContext& context, grpc::ServerUnaryReactor* reactor, const Started& started,
                   grpc::Status status) {
  record(context, started, status);  // before the end of the call, which destroys the context
  core::MutexLock lock(mutex_);
  if (running_.erase(reactor) == 0) return;  // abandoned
  reactor->Finish(std::move(status));
  if (closed_ && running_.empty()) idle_.notify_all();
}

void Calls::record(grpc::CallbackServerContext& context, const Started& started, const grpc::Status& status) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started.time;
  started.duration->Observe(took.count());
  const std::string_view code = to_string(status.error_code());
  if (!status.ok())
    telemetry::counter(
        "rpc_server_failures_total", "gRPC calls that did not return OK",
        {{"service", service_}, {"rpc_method", std::string(started.method)}, {"rpc_grpc_status", std::string(code)}})
        .Increment();
  if (!telemetry::enabled(telemetry::Level::info)) return;
  const auto trace = telemetry::trace_from(metadata(context, "traceparent"));
  telemetry::log(telemetry::Level::info, service_, "call",
                 {{"method", started.method},
                  {"status", code},
                  {"ms", took.count() * 1'000},
                  {"trace_id", std::string_view(trace.trace_id)}});
}

}  // namespace pms::rpc
