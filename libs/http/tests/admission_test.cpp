// Tests the first step of every request: a handler admits or rejects it by its header, before the
// body is received.
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/task.hpp"
#include "http/exchange.hpp"
#include "http/problem.hpp"
#include "http/server.hpp"
#include "testkit/raw_connection.hpp"
#include "testkit/run_task.hpp"

namespace pms::http {
namespace {

using testkit::body_of;
using testkit::header_of;
using testkit::RawConnection;

/// Decides by the path: /admit…, /refuse…, /throw…, and /wait/… for the same decision after a wait.
class Doorkeeper : public Handler {
 public:
  Admission admit(Exchange& exchange) override {
    if (exchange.request().path.starts_with("/wait")) return Admission::wait;
    return decide(exchange, exchange.request().path) ? Admission::admitted : Admission::answered;
  }

  core::Task<bool> await_admission(Exchange& exchange) override {
    co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::deferred);
    co_return decide(exchange, exchange.request().path.substr(std::string_view("/wait").size()));
  }

  core::Task<void> handle(Exchange& exchange) override {
    const std::size_t* path_bytes = exchange.kept<std::size_t>();
    exchange.answer(ok(fmt::format("{} {}", *path_bytes, exchange.request().body)));
    co_return;
  }

 private:
  static bool decide(Exchange& exchange, std::string_view decision) {
    if (decision == "/throw") throw std::runtime_error("a defect of the doorkeeper");
    if (decision == "/forget") return false;
    if (decision == "/limit") exchange.limit_body(3);
    if (decision == "/refuse") exchange.answer(problem(403, "not today", exchange.request()));
    exchange.keep(exchange.request().path.size());
    return decision == "/admit" || decision == "/limit";
  }
};

class HttpAdmission : public testing::Test {
 protected:
  HttpAdmission() {
    EXPECT_TRUE(server.bind());
    server.start();
  }

  RawConnection connect() { return RawConnection(server.port()); }

  /// Returns the response to a request whose body does not arrive. The connection must close after
  /// it.
  std::string refusal_of(const std::string& request) {
    RawConnection client(server.port());
    client.send(request);
    std::string answer = client.receive_all();
    EXPECT_EQ(header_of(answer, "Connection"), "close") << answer;
    return answer;
  }

  Doorkeeper doorkeeper;
  testkit::TestLoop loop;
  boost::asio::io_context* loops[1] = {&loop.context()};
  Server server{ServerSettings{.service = "test-service", .log_requests = false}, loops, doorkeeper};
};

TEST_F(HttpAdmission, PassesWhatItFoundOutOnToTheHandler) {
  for (std::string_view path : {"/admit", "/wait/admit"}) {
    RawConnection client = connect();
    client.send(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", path));
    EXPECT_EQ(body_of(client.receive_answer()), fmt::format("{} hi", path.size()));
  }
}

TEST_F(HttpAdmission, MayLimitTheBody) {
  for (std::string_view path : {"/limit", "/wait/limit"}) {
    RawConnection client = connect();
    client.send(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", path));
    EXPECT_EQ(body_of(client.receive_answer()), fmt::format("{} abc", path.size()));
    for (std::string_view body : {"Content-Length: 4\r\n\r\nabcd", "Content-Length: 4\r\n\r\n",
                                  "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
                                  "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\n"})
      EXPECT_EQ(testkit::status_of(refusal_of(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\n{}", path, body))), 413);
  }
}

TEST_F(HttpAdmission, AsksForTheBodyOfAnAdmittedRequestOnly) {
  for (std::string_view path : {"/admit", "/wait/admit"}) {
    RawConnection client = connect();
    client.send(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", path));
    EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hi");
    EXPECT_EQ(body_of(client.receive_answer()), fmt::format("{} hi", path.size()));
  }
  for (std::string_view path : {"/refuse", "/wait/refuse"}) {
    const std::string answer = refusal_of(
        fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", path));
    EXPECT_EQ(testkit::status_of(answer), 403);
    EXPECT_FALSE(answer.contains("100 Continue")) << answer;
  }
}

TEST_F(HttpAdmission, RefusesBeforeTheBodyArrives) {
  for (std::string_view path : {"/refuse", "/wait/refuse"}) {
    EXPECT_EQ(testkit::status_of(
                  refusal_of(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", path))),
              403);
    EXPECT_EQ(testkit::status_of(refusal_of(
                  fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", path))),
              403);
  }
}

TEST_F(HttpAdmission, KeepsTheConnectionOfARefusedRequestThatHasArrived) {
  for (std::string_view path : {"/refuse", "/wait/refuse"}) {
    RawConnection client = connect();
    client.send(
        fmt::format("POST {0} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
                    "POST {0} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
                    "GET {0} HTTP/1.1\r\nHost: x\r\n\r\n"
                    "POST /admit HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nnext",
                    path));
    for (int i = 0; i < 3; ++i) {
      const std::string answer = client.receive_answer();
      EXPECT_EQ(testkit::status_of(answer), 403);
      EXPECT_EQ(header_of(answer, "Connection"), "");
    }
    EXPECT_EQ(body_of(client.receive_answer()), "6 next");
  }
}

TEST_F(HttpAdmission, AnswersADefectLikeOneOfTheHandler) {
  for (std::string_view path : {"/throw", "/forget", "/wait/throw", "/wait/forget"}) {
    RawConnection client = connect();
    client.send(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n\r\nGET /admit HTTP/1.1\r\nHost: x\r\n\r\n", path));
    const std::string answer = client.receive_answer();
    EXPECT_EQ(testkit::status_of(answer), 500) << path;
    EXPECT_FALSE(answer.contains("defect"));
    EXPECT_EQ(body_of(client.receive_answer()), "6 ");
  }
}

TEST_F(HttpAdmission, StillRefusesAMalformedBodyThatHasArrived) {
  EXPECT_EQ(testkit::status_of(
                refusal_of("POST /admit HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n\r\n")),
            400);
}

}  // namespace
}  // namespace pms::http
