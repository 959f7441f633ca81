// core::Errc <-> gRPC status codes: one table, both ways.
#pragma once

#include <grpcpp/support/status.h>
#include <string_view>

#include "core/result.hpp"

namespace pms::rpc {

/// The message goes out as it is; it names the field where there is one.
grpc::Status to_status(const core::Error&);
/// For a status that is not OK. `message` keeps the server's words.
core::Error to_error(const grpc::Status&);

/// INVALID_ARGUMENT, NOT_FOUND, …: for logs and metrics.
std::string_view to_string(grpc::StatusCode);

}  // namespace pms::rpc
