#include "rpc/caller.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/system/error_code.hpp>
#include <string>

#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "security/bearer_token.hpp"

namespace pms::rpc {
namespace {

std::string names_of(clinic::Permissions permissions) {
  std::string text;
  for (const auto permission : clinic::all_permissions()) {
    if (!permissions.has(permission)) continue;
    if (!text.empty()) text += " or ";
    text += clinic::to_string(permission);
  }
  return text;
}

}  // namespace

core::Result<std::shared_ptr<const clinic::Caller>> authorize(const grpc::CallbackServerContext& context,
                                                              const security::TokenVerifier& verifier,
                                                              clinic::Permissions any_of) {
  const std::string_view token = security::bearer_token(metadata(context, "authorization"));
  if (token.empty())
    return core::fail(core::Errc::unauthenticated, "metadata `authorization: Bearer <access token>` is required");
  auto caller = verifier.verify(token);
  if (!caller) return caller;
  if ((*caller)->permissions.has_any(any_of)) return caller;
  return core::fail(core::Errc::permission_denied, "this requires the permission " + names_of(any_of));
}

bool from_loopback(const grpc::CallbackServerContext& context) { return is_loopback_peer(context.peer()); }

bool is_loopback_peer(std::string_view peer) {
  const auto scheme_end = peer.find(':');
  const auto port_start = peer.rfind(':');
  if (scheme_end == std::string_view::npos || port_start <= scheme_end) return false;
  std::string_view host = peer.substr(scheme_end + 1, port_start - scheme_end - 1);
  if (host.starts_with("%5B") && host.ends_with("%5D")) host = host.substr(3, host.size() - 6);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return !error && address.is_loopback();
}

core::Deadline deadline_of(const grpc::CallbackServerContext& context, std::chrono::milliseconds limit) {
  const auto now = std::chrono::system_clock::now();
  const auto deadline = context.deadline();  // far in the future when the client gave none
  if (deadline - now >= limit) return core::Deadline::after(limit);
  return core::Deadline::after(std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now));
}

std::string_view metadata(const grpc::CallbackServerContext& context, const char* key) {
  const auto& all = context.client_metadata();
  const auto found = all.find(key);
  return found == all.end() ? std::string_view() : std::string_view(found->second.data(), found->second.size());
}

}  // namespace pms::rpc
