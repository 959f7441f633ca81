// A server with a router on one loop, and connections to it that send any bytes.
#pragma once

#include <gtest/gtest.h>

#include "http/router.hpp"
#include "http/server.hpp"
#include "testkit/raw_connection.hpp"
#include "testkit/run_task.hpp"

namespace pms::http {

using testkit::body_of;
using testkit::header_of;
using testkit::RawConnection;
using testkit::status_of;

class ServerTest : public testing::Test {
 protected:
  /// Binds and starts with what `settings` and `router` are by then.
  std::uint16_t start() {
    boost::asio::io_context* loops[] = {&loop.context()};
    server.emplace(settings, loops, router);
    auto bound = server->bind();
    EXPECT_TRUE(bound) << bound.error().message;
    server->start();
    return server->port();
  }

  static core::Task<Response> echo(Request& request) {
    co_return ok(fmt::format("{} {} {}", request.method_text, request.target, request.body));
  }

  ServerSettings settings{.service = "test-service", .log_requests = false};
  Router router{"test-service", nullptr};
  testkit::TestLoop loop;
  std::optional<Server> server;
};

}  // namespace pms::http
