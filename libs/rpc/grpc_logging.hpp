// gRPC's own log lines go where ours go.
#pragma once

namespace pms::rpc {

/// Called before anything of gRPC is made; again does nothing.
void route_grpc_logging();

}  // namespace pms::rpc
