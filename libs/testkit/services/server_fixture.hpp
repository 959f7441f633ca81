// A server with a router on one loop, for tests that send it arbitrary bytes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <optional>

#include "core/task.hpp"
#include "http/message.hpp"
#include "http/server.hpp"
#include "rest/router.hpp"
#include "testkit/raw_connection.hpp"
#include "testkit/run_task.hpp"

namespace pms::testkit {

class ServerTest : public testing::Test {
 protected:
  /// Binds and starts the server with the current `settings` and `router`.
  std::uint16_t start() {
    boost::asio::io_context* loops[] = {&loop.context()};
    server.emplace(settings, loops, router);
    auto bound = server->bind();
    EXPECT_TRUE(bound) << bound.error().message;
    server->start();
    return server->port();
  }

  static core::Task<http::Response> echo(http::Request& request) {
    co_return http::ok(fmt::format("{} {} {}", request.method_text, request.target, request.body));
  }

  http::ServerSettings settings{.service = "test-service", .log_requests = false};
  rest::Router router{"test-service", nullptr};
  TestLoop loop;
  std::optional<http::Server> server;
};

}  // namespace pms::testkit
