// The gateway's pipeline in front of scripted or real upstreams, without the process around it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "core/task.hpp"
#include "gateway.hpp"
#include "http/server.hpp"
#include "resilience/memory_rate_limiter.hpp"
#include "rest/router.hpp"
#include "security/keys.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/raw_connection.hpp"
#include "testkit/run_task.hpp"
#include "testkit/scripted_server.hpp"

namespace pms::gateway {

using testkit::body_of;
using testkit::header_of;
using testkit::RawConnection;
using testkit::ScriptedServer;
using testkit::status_of;

class GatewayTest : public testing::Test {
 protected:
  GatewayTest() { verifier.set_keys(security::KeySet({key.public_key()})); }

  ~GatewayTest() override { stop(); }

  void stop() {
    server.reset();
    loop.run(forget_upstreams());
  }

  /// On the loop's thread, where their idle connections are.
  core::Task<void> forget_upstreams() {
    upstreams.clear();
    co_return;
  }

  /// Starts the gateway with `routes` in front of `upstream_urls`.
  void start() {
    auto upstream = Upstream::make("patient", upstream_urls, 1, core::system_clock());
    ASSERT_TRUE(upstream) << upstream.error().message;
    upstreams.push_back(std::move(*upstream));
    RouteDefaults defaults{
        .address_limit = address_limit, .login_limit = login_limit, .user_limit = user_limit, .upstreams = {"patient"}};
    auto parsed = parse_routes(routes, "routes.yaml", defaults);
    ASSERT_TRUE(parsed) << parsed.error().message;
    gateway.emplace(*limiter, verifier, address_limit);
    gateway->serve(std::move(*parsed), upstreams);
    boost::asio::io_context* loops[] = {&loop.context()};
    server.emplace(settings, loops, *gateway);
    ASSERT_TRUE(server->bind());
    server->start();
  }

  void start_before(std::uint16_t upstream_port) {
    upstream_urls = {fmt::format("http://127.0.0.1:{}", upstream_port)};
    start();
  }

  RawConnection connect() { return RawConnection(server->port()); }

  /// One request on a connection of its own; its answer up to the end of the connection.
  std::string send(std::string_view request_line, std::string_view fields = "", std::string_view body = "") {
    RawConnection client(server->port());
    client.send(
        fmt::format("{} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n{}\r\n{}", request_line, fields, body));
    return client.receive_all();
  }

  std::string bearer(std::string user_id = "0190a1b2-0000-7000-8000-000000000001") {
    clinic::Caller caller;
    caller.user_id = std::move(user_id);
    caller.session = "session";
    caller.token_id = "token";
    caller.email = "someone@example.com";
    caller.roles = {clinic::Role::admin};
    caller.issued_at = clock.now();
    caller.expires_at = clock.now() + std::chrono::minutes(15);
    return fmt::format("Authorization: Bearer {}\r\n", security::sign_token(caller, {}, key));
  }

  testkit::FakeClock clock;
  security::SigningKey key = security::SigningKey::generate();
  security::TokenVerifier verifier{{}, clock};
  std::unique_ptr<resilience::RateLimiter> limiter = resilience::memory_rate_limiter(clock);
  resilience::RateLimit address_limit{1000, 1000};
  resilience::RateLimit login_limit{1000, 1000};
  resilience::RateLimit user_limit{1000, 1000};
  std::string routes =
      "routes:\n"
      "  - {prefix: /open, upstream: patient, to: /things, access: public, folder: true, max-body: 1048576}\n"
      "  - {prefix: /keyed, upstream: patient, to: /keyed, access: public, max-body: 10, idempotency-key: true}\n"
      "  - {prefix: /login, upstream: patient, to: /login, access: public, address-limit: login}\n"
      "  - {prefix: /closed, upstream: patient, to: '', access: authenticated, no-store: true}\n";
  std::vector<std::string> upstream_urls;
  http::ServerSettings settings{.service = "api-gateway", .behind_gateway = false, .log_requests = false};
  testkit::TestLoop loop;
  std::vector<std::unique_ptr<Upstream>> upstreams;
  std::optional<Gateway> gateway;
  std::optional<http::Server> server;
};

inline std::string sized(std::string_view body, std::string_view fields = "") {
  return fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}", fields, body.size(), body);
}

}  // namespace pms::gateway
