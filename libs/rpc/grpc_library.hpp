// Process-wide settings of gRPC.
#pragma once

namespace pms::rpc {

/// Call it before any gRPC object is created. Further calls do nothing.
void prepare_grpc_library();

}  // namespace pms::rpc
