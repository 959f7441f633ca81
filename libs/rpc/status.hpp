// Maps core::Errc to gRPC status codes and back, with one table for each direction.
#pragma once

#include <grpcpp/support/status.h>
#include <string_view>

#include "core/result.hpp"

namespace pms::rpc {

/// Keeps the message, which names the field if there is one.
grpc::Status to_status(const core::Error&);
/// Converts a status that is not OK. `message` keeps the server's text.
core::Error to_error(const grpc::Status&);

/// Returns the name of a code, e.g. INVALID_ARGUMENT: for logs and metrics.
std::string_view to_string(grpc::StatusCode);

}  // namespace pms::rpc
