// Settings of gRPC that are the whole process's.
#pragma once

namespace pms::rpc {

/// Called before anything of gRPC is made; again does nothing.
void prepare_grpc_library();

}  // namespace pms::rpc
