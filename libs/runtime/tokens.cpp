#include "runtime/tokens.hpp"

#include <chrono>
#include <expected>
#include <fmt/format.h>

#include "clinic/services.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/client.hpp"

namespace pms::runtime {
namespace {

core::Task<core::Result<std::string>> get(std::string url) {
  http::ClientRequest request;
  request.url = std::move(url);
  auto response = co_await http::fetch(std::move(request), core::Deadline::after(std::chrono::seconds(2)));
  if (!response) co_return std::unexpected(response.error());
  if (response->status != 200)
    co_return core::fail(core::Errc::unavailable,
                         fmt::format("{} answered {}", clinic::services::auth.name, response->status));
  co_return std::move(response->body);
}

}  // namespace

void TokenConfig::declare(config::Schema& schema) {
  schema.share_sections(clinic::configuration_sections);  // one configuration serves all that verify tokens
  schema.property("tokens.issuer", &issuer, std::string("pms"), "The `iss` of access tokens", config::not_empty());
  schema.property("tokens.audience", &audience, std::string("pms"), "The `aud` of access tokens", config::not_empty());
  schema.property("tokens.jwks-url", &jwks_url, clinic::jwks_url(),
                  "Where the keys that sign access tokens are published", config::not_empty());
  schema.property(
      "tokens.revocations-url", &revocations_url, clinic::revocations_url(),
      fmt::format("Where {} publishes revoked sessions and users (its management port)", clinic::services::auth.name),
      config::not_empty());
}

std::unique_ptr<security::RemoteKeys> remote_keys(std::string service, const TokenConfig& config, core::TaskHost host,
                                                  security::TokenVerifier& verifier) {
  security::RemoteKeysSettings settings;
  settings.service = std::move(service);
  settings.jwks_url = config.jwks_url;
  settings.revocations_url = config.revocations_url;
  return std::make_unique<security::RemoteKeys>(std::move(host), verifier, get, std::move(settings));
}

}  // namespace pms::runtime
