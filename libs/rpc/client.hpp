// Calls gRPC services from a coroutine.
#pragma once

#include <expected>
#include <functional>
#include <grpcpp/grpcpp.h>
#include <memory>
#include <string>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "rpc/status.hpp"

namespace pms::rpc {

/// A channel to host:port, which connects at first use and reconnects automatically. A call that
/// finds the server unavailable is tried 3 times within its deadline (0.1 s, doubling), so every
/// method called through it must be idempotent.
std::shared_ptr<grpc::Channel> channel(const std::string& address);

/// The metadata and deadline of a call.
struct CallOptions {
  core::Deadline deadline;
  std::string token;        ///< sent as `authorization: Bearer …`; empty: none
  std::string traceparent;  ///< empty: none
  std::string request_id;   ///< sent as x-request-id; empty: none
};

using Done = std::function<void(grpc::Status)>;

/// Sets the deadline and the metadata of a call.
void prepare(grpc::ClientContext&, const CallOptions&);

/// Starts an operation that reports its end to `Done` from any thread, and resumes with the result
/// on the calling coroutine's io_context, which must outlive the operation.
core::Task<grpc::Status> finished(std::function<void(Done)> start);

/// Makes a unary call by the callback API and resumes on the calling coroutine's io_context. Past
/// its deadline the call is cancelled by gRPC and fails with deadline_exceeded. `start` and what it
/// refers to outlive the co_await:
///
///   auto start = [&](auto* context, auto* response, auto done) {
///     stub.async()->CreateBillingAccount(context, &request, response, done);
///   };
///   auto calling = rpc::call<CreateBillingAccountResponse>(start, options);
///   auto answer = co_await std::move(calling);
template <class Response, class Start>
core::Task<core::Result<Response>> call(Start start, CallOptions options) {
  grpc::ClientContext context;
  Response response;
  prepare(context, options);
  std::function<void(Done)> begin = [&](Done done) { start(&context, &response, std::move(done)); };
  auto finishing = finished(std::move(begin));
  const grpc::Status status = co_await std::move(finishing);
  if (!status.ok()) co_return std::unexpected(to_error(status));
  co_return std::move(response);
}

}  // namespace pms::rpc
