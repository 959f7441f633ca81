#include "testkit/services/token_issuer.hpp"

#include <chrono>
#include <fmt/format.h>
#include <stdexcept>

#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "http/message.hpp"

namespace pms::testkit {
namespace {

http::ServerSettings settings() {
  http::ServerSettings settings;
  settings.service = "token-issuer";
  settings.log_requests = false;
  return settings;
}

core::Task<http::Response> answer(std::string json) { co_return http::ok(std::move(json)); }

}  // namespace

TokenIssuer::TokenIssuer() : server_(settings(), io_, router_) {
  router_.get("/.well-known/jwks.json", rest::Public{},
              [this](http::Request&) { return answer(security::KeySet({key_.public_key()}).to_jwks()); });
  router_.get("/revocations", rest::Public{},
              [](http::Request&) { return answer(security::to_json(security::RevocationFeed())); });
  if (auto bound = server_.bind(); !bound) throw std::runtime_error(bound.error().message);
  server_.start();
}

TokenIssuer::~TokenIssuer() { loop_.run(server_.drain(core::Deadline::after(std::chrono::milliseconds(0)))); }

std::string TokenIssuer::jwks_url() const {
  return fmt::format("http://127.0.0.1:{}/.well-known/jwks.json", server_.port());
}

std::string TokenIssuer::revocations_url() const {
  return fmt::format("http://127.0.0.1:{}/revocations", server_.port());
}

std::string TokenIssuer::token(clinic::Roles roles, const std::string& user_id) const {
  clinic::Caller caller;
  caller.user_id = user_id;
  caller.session = core::uuid_v7().next();
  caller.token_id = core::uuid_v7().next();
  caller.email = "someone@example.com";
  caller.roles = roles;
  caller.issued_at = core::system_clock().now();
  caller.expires_at = caller.issued_at + std::chrono::minutes(15);
  return security::sign_token(caller, {}, key_);
}

}  // namespace pms::testkit
