// The caller of a gRPC call, its origin and its deadline.
#pragma once

#include <chrono>
#include <grpcpp/grpcpp.h>
#include <memory>
#include <string_view>

#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "security/token_verifier.hpp"

namespace pms::rpc {

/// Returns the caller from `authorization: Bearer …` in the metadata, who must have at least one of
/// the permissions. Errors: unauthenticated, permission_denied, unavailable (no keys yet).
core::Result<std::shared_ptr<const clinic::Caller>> authorize(const grpc::CallbackServerContext&,
                                                              const security::TokenVerifier&,
                                                              clinic::Permissions any_of);

/// Returns whether the peer of the call is on this machine.
bool from_loopback(const grpc::CallbackServerContext&);

/// Returns the same for a peer as gRPC formats it: ipv4:127.0.0.1:50123, ipv6:%5B::1%5D:50123,
/// unix:….
bool is_loopback_peer(std::string_view peer);

/// Returns the client's deadline, but at most `limit` from now: many clients set none.
core::Deadline deadline_of(const grpc::CallbackServerContext&,
                           std::chrono::milliseconds limit = std::chrono::seconds(5));

/// Returns the first value of a key in the call's metadata; empty if absent.
std::string_view metadata(const grpc::CallbackServerContext&, const char* key);

}  // namespace pms::rpc
