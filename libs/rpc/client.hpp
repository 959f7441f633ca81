// Calling a gRPC service from a coroutine.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "resilience/deadline.hpp"
#include "rpc/status.hpp"

namespace pms::rpc {

/// A channel to host:port with keep-alive 30 s; connects when first used and again by itself.
std::shared_ptr<grpc::Channel> channel(const std::string& address);

/// What goes with a call.
struct CallOptions {
  resilience::Deadline deadline;
  std::string token;         ///< sent as `authorization: Bearer …`; empty: none
  std::string traceparent;   ///< empty: none
  std::string request_id;    ///< sent as x-request-id; empty: none
};

/// Makes a unary call by the callback API and resumes on the calling coroutine's io_context:
///   auto answer = co_await rpc::call<CreateBillingAccountResponse>(
///       [&](auto* context, auto* response, auto done) { stub.async()->CreateBillingAccount(context, &request, response, done); },
///       options);
template <class Response, class Start>
core::Task<core::Result<Response>> call(Start start, CallOptions options);

}  // namespace pms::rpc
