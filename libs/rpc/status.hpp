// core::Errc <-> gRPC status codes: one table, both ways.
#pragma once

#include <grpcpp/support/status.h>

#include "core/result.hpp"

namespace pms::rpc {

grpc::Status to_status(const core::Error&);
core::Error to_error(const grpc::Status&);

}  // namespace pms::rpc
