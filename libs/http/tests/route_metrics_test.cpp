// What is counted and logged of requests.
#include "http/route_metrics.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <gmock/gmock.h>
#include <optional>
#include <string>

#include "core/task.hpp"
#include "http/exchange.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"
#include "testkit/services/server_fixture.hpp"

namespace pms::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testkit::RawConnection;

/// Answers with a whole response, or with one that breaks off.
class BreakingHandler : public Handler {
 public:
  core::Task<void> handle(Exchange& exchange) override {
    exchange.begin(200);
    exchange.end_head(Framing::length, 3);
    exchange.append_body("one");
    exchange.end_body();
    if (exchange.request().path == "/cut") exchange.cut();
    co_return;
  }
};

class RequestRecords : public testing::Test {
 protected:
  /// Returns what is logged while the server answers one request, up to the end of the connection.
  std::string log_of(const std::string& request) {
    start();
    telemetry::start_logging(telemetry::Level::info, "json");
    testing::internal::CaptureStderr();
    RawConnection client(server->port());
    client.send(request);
    client.receive_all();
    EXPECT_TRUE(telemetry::flush_log(std::chrono::seconds(10)));
    return testing::internal::GetCapturedStderr();
  }

  void start() {
    boost::asio::io_context* loops[] = {&loop.context()};
    server.emplace(settings, loops, handler);
    ASSERT_TRUE(server->bind());
    server->start();
  }

  ServerSettings settings{.service = "recording-service"};
  BreakingHandler handler;
  testkit::TestLoop loop;
  std::optional<Server> server;
};

TEST_F(RequestRecords, SayThatAResponseWasCut) {
  EXPECT_THAT(log_of("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("\"status\":200,\"cut\":true,"));
}

TEST_F(RequestRecords, SayNothingOfTheSortAboutAWholeResponse) {
  const std::string line = log_of("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(line, HasSubstr("\"status\":200,"));
  EXPECT_THAT(line, Not(HasSubstr("cut")));
}

TEST_F(RequestRecords, OfRefusedRequestsHaveNoDuration) {
  settings.service = "refusing-service";
  const std::string line = log_of("nonsense\r\n\r\n");
  EXPECT_THAT(line, HasSubstr("\"status\":400,"));
  EXPECT_THAT(line, Not(HasSubstr("\"ms\"")));
  const std::string metrics = telemetry::metrics_text();
  EXPECT_THAT(
      metrics,
      HasSubstr(
          "http_server_refused_requests_total{http_response_status_code=\"400\",service=\"refusing-service\"} 1"));
  EXPECT_THAT(metrics, Not(testing::ContainsRegex("request_duration_seconds_count.*refusing-service")));
}

TEST_F(RequestRecords, CountTheOpenConnectionsOfAllListenersOfTheProcess) {
  start();
  boost::asio::io_context* loops[] = {&loop.context()};
  Server other({.service = "other-service"}, loops, handler);
  ASSERT_TRUE(other.bind());
  other.start();
  RawConnection first(server->port());
  RawConnection second(other.port());
  for (RawConnection* client : {&first, &second}) {
    client->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    client->receive_answer();
  }
  const std::string metrics = telemetry::metrics_text();
  EXPECT_THAT(metrics, HasSubstr("\nprocess_open_http_connections 2\n"));
  EXPECT_THAT(metrics, HasSubstr("\nhttp_server_open_connections{service=\"other-service\"} 1\n"));
}

}  // namespace
}  // namespace pms::http
