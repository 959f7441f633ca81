#include "runtime/tokens.hpp"

#include <chrono>
#include <expected>
#include <fmt/format.h>

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
    co_return core::fail(core::Errc::unavailable, fmt::format("auth-service answered {}", response->status));
  co_return std::move(response->body);
}

}  // namespace

void TokenConfig::declare(config::Schema& schema) {
  schema.property("tokens.issuer", &issuer, std::string("pms"), "The `iss` of access tokens", config::not_empty());
  schema.property("tokens.audience", &audience, std::string("pms"), "The `aud` of access tokens", config::not_empty());
  schema.property("tokens.jwks-url", &jwks_url, std::string("http://127.0.0.1:4005/.well-known/jwks.json"),
                  "Where the keys that sign access tokens are published", config::not_empty());
  schema.property("tokens.revocations-url", &revocations_url, std::string("http://127.0.0.1:4105/revocations"),
                  "Where auth-service publishes revoked sessions and users (its management port)", config::not_empty());
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
