// Limits, routes and tokens: what a request must pass before it is passed on.
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "component/gateway_fixture.hpp"
#include "core/task.hpp"
#include "http/message.hpp"
#include "rest/router.hpp"

namespace pms::gateway {
namespace {

using testing::HasSubstr;

class GatewayPipeline : public GatewayTest {
 protected:
  std::vector<ScriptedServer::Connection> answers =
      std::vector<ScriptedServer::Connection>(1, ScriptedServer::Connection(50, sized("ok")));
  ScriptedServer upstream{answers};
};

TEST_F(GatewayPipeline, PassesOnWhatARouteIsFor) {
  start_before(upstream.port());
  const std::string answer = send("GET /open/7?x=y");
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_EQ(body_of(answer), "ok");
  EXPECT_EQ(header_of(answer, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header_of(answer, "Cache-Control"), "");
  EXPECT_THAT(upstream.requests().at(0), testing::StartsWith("GET /things/7?x=y HTTP/1.1\r\n"));
}

TEST_F(GatewayPipeline, AnswersUnknownPathsByItself) {
  start_before(upstream.port());
  for (std::string_view path : {"/", "/opened", "/login/x", "/revocations", "/metrics"}) {
    const std::string answer = send(fmt::format("GET {}", path));
    EXPECT_EQ(status_of(answer), 404) << path;
    EXPECT_EQ(header_of(answer, "Content-Type"), "application/problem+json");
    EXPECT_EQ(header_of(answer, "X-Content-Type-Options"), "nosniff");
  }
  EXPECT_EQ(upstream.accepted(), 0);
}

TEST_F(GatewayPipeline, DoesNotRelayMethodsThatItDoesNotImplement) {
  start_before(upstream.port());
  for (std::string_view request_line :
       {"TRACE /open", "CONNECT example.com:443", "PROPFIND /open", "get /open", "QUERY /"})
    EXPECT_EQ(status_of(send(request_line)), 501) << request_line;
  EXPECT_EQ(upstream.accepted(), 0);
}

TEST_F(GatewayPipeline, EndsALoopThroughItself) {
  start_before(upstream.port());
  const std::string own_port = fmt::format("http://127.0.0.1:{}", server->port());
  stop();
  settings.port = static_cast<std::uint16_t>(std::stoul(own_port.substr(own_port.rfind(':') + 1)));
  upstreams.clear();
  upstream_urls = {own_port};
  routes = "routes:\n  - {prefix: /open, upstream: patient, to: /open, access: public}\n";
  start();
  EXPECT_EQ(status_of(send("GET /open")), 508);
}

TEST_F(GatewayPipeline, AsksForAGenuineToken) {
  start_before(upstream.port());
  EXPECT_EQ(status_of(send("GET /closed/a")), 401);
  EXPECT_EQ(status_of(send("GET /closed/a", "Authorization: Bearer a.b.c\r\n")), 401);
  key = security::SigningKey::generate();
  const std::string answer = send("GET /closed/a", bearer());
  EXPECT_EQ(status_of(answer), 401);
  EXPECT_EQ(header_of(answer, "WWW-Authenticate"), "Bearer error=\"invalid_token\"");
  EXPECT_EQ(upstream.accepted(), 0);
}

TEST_F(GatewayPipeline, PassesTheTokenOnWithTheRequest) {
  start_before(upstream.port());
  const std::string token = bearer();
  const std::string answer = send("GET /closed/a", token);
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_EQ(header_of(answer, "Cache-Control"), "no-store");
  EXPECT_THAT(upstream.requests().at(0), HasSubstr(token));
}

TEST_F(GatewayPipeline, IsUnavailableBeforeThereAreKeys) {
  security::TokenVerifier without_keys({}, clock);
  start_before(upstream.port());
  gateway.emplace(*limiter, without_keys, address_limit);
  gateway->serve(*parse_routes(routes, "routes.yaml", {address_limit, login_limit, user_limit, {"patient"}}),
                 upstreams);
  const std::string answer = send("GET /closed/a", bearer());
  EXPECT_EQ(status_of(answer), 503);
  EXPECT_EQ(header_of(answer, "Retry-After"), "1");
  EXPECT_EQ(status_of(send("GET /open/a")), 200);
}

TEST_F(GatewayPipeline, LimitsEachAddressBeforeItLooksAtTheToken) {
  address_limit = {1, 3};
  start_before(upstream.port());
  EXPECT_EQ(status_of(send("GET /open")), 200);
  EXPECT_EQ(status_of(send("GET /nowhere")), 404);
  EXPECT_EQ(status_of(send("GET /closed")), 401);
  const std::string answer = send("GET /closed");
  EXPECT_EQ(status_of(answer), 429);
  EXPECT_EQ(header_of(answer, "Content-Type"), "application/problem+json");
  EXPECT_EQ(header_of(answer, "Retry-After"), "1");
  EXPECT_EQ(header_of(answer, "RateLimit-Policy"), "\"address\";q=3;w=3");
  EXPECT_EQ(header_of(answer, "RateLimit"), "\"address\";r=0;t=3");
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(status_of(send("GET /open")), 200);
}

TEST_F(GatewayPipeline, LimitsLoginsByThemselves) {
  login_limit = {1, 2};
  start_before(upstream.port());
  EXPECT_EQ(header_of(send("POST /login", "Content-Length: 0\r\n"), "RateLimit"), "\"login\";r=1;t=1");
  EXPECT_EQ(status_of(send("POST /login", "Content-Length: 0\r\n")), 200);
  EXPECT_EQ(status_of(send("POST /login", "Content-Length: 0\r\n")), 429);
  EXPECT_EQ(status_of(send("GET /open")), 200);
}

TEST_F(GatewayPipeline, LimitsEachUser) {
  user_limit = {1, 2};
  start_before(upstream.port());
  EXPECT_EQ(header_of(send("GET /closed", bearer("one")), "RateLimit"), "\"user\";r=1;t=1");
  EXPECT_EQ(status_of(send("GET /closed", bearer("one"))), 200);
  const std::string answer = send("GET /closed", bearer("one"));
  EXPECT_EQ(status_of(answer), 429);
  EXPECT_EQ(header_of(answer, "RateLimit-Policy"), "\"user\";q=2;w=2");
  EXPECT_EQ(status_of(send("GET /closed", bearer("two"))), 200);
}

TEST_F(GatewayPipeline, CountsNothingWithoutALimit) {
  address_limit = user_limit = {0, 0};
  start_before(upstream.port());
  const std::string answer = send("GET /closed", bearer());
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_EQ(header_of(answer, "RateLimit"), "");
}

/// Stands for an engine that has to be asked over a network.
class LimiterElsewhere : public resilience::RateLimiter {
 public:
  explicit LimiterElsewhere(const core::Clock& clock) : counts_(resilience::memory_rate_limiter(clock)) {}
  bool immediate() const override { return false; }
  resilience::RateDecision count_now(std::string_view, resilience::RateLimit) override {
    throw std::logic_error("only when immediate");
  }
  core::Task<resilience::RateDecision> count(std::string key, resilience::RateLimit limit) override {
    co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::deferred);
    co_return counts_->count_now(key, limit);
  }

 private:
  std::unique_ptr<resilience::RateLimiter> counts_;
};

TEST_F(GatewayPipeline, CountsAlikeWhereItHasToWaitForTheCount) {
  limiter = std::make_unique<LimiterElsewhere>(clock);
  address_limit = {1, 4};
  user_limit = {1, 1};
  start_before(upstream.port());
  EXPECT_EQ(header_of(send("GET /open"), "RateLimit"), "\"address\";r=3;t=1");
  EXPECT_EQ(header_of(send("GET /closed", bearer()), "RateLimit"), "\"user\";r=0;t=1");
  EXPECT_EQ(header_of(send("GET /closed", bearer()), "RateLimit-Policy"), "\"user\";q=1;w=1");
  EXPECT_EQ(status_of(send("GET /nowhere")), 404);
  EXPECT_EQ(header_of(send("GET /open"), "Retry-After"), "1");
}

TEST_F(GatewayPipeline, RefusesPathsThatAServerCouldUnderstandDifferently) {
  for (const bool elsewhere : {false, true}) {
    limiter = elsewhere ? std::make_unique<LimiterElsewhere>(clock) : resilience::memory_rate_limiter(clock);
    address_limit = {1, 4};
    start_before(upstream.port());
    for (std::string_view path : {"/open/../closed", "/open%2f7", "/open//7", "http://x/open/%2e%2e/closed"}) {
      const std::string answer = send(fmt::format("GET {}", path));
      EXPECT_EQ(status_of(answer), 400) << path;
      EXPECT_THAT(body_of(answer), HasSubstr("the path must not contain")) << path;
    }
    EXPECT_EQ(status_of(send("GET /open/../closed")), 429) << "each is counted";
    stop();
  }
  EXPECT_EQ(upstream.accepted(), 0);
}

TEST_F(GatewayPipeline, AnswersItsOwnPagesWithinTheLimitPerAddress) {
  const auto page = [](http::Request&) -> core::Task<http::Response> { co_return http::ok("page"); };
  for (const bool elsewhere : {false, true}) {
    limiter = elsewhere ? std::make_unique<LimiterElsewhere>(clock) : resilience::memory_rate_limiter(clock);
    address_limit = {1, 3};
    start_before(upstream.port());
    gateway->pages().get("/swagger-ui/{file}", rest::Public{}, page);
    EXPECT_EQ(body_of(send("GET /swagger-ui/index.html")), "page");
    EXPECT_EQ(status_of(send("POST /swagger-ui/index.html", "Content-Length: 0\r\n")), 405);
    EXPECT_EQ(status_of(send("GET /swagger-uix")), 404);
    EXPECT_EQ(status_of(send("GET /swagger-ui/index.html")), 429);
    stop();
  }
  EXPECT_EQ(upstream.accepted(), 0);
}

/// A request that announces a body and does not send it.
std::string without_body(std::string_view request_line, std::string_view fields = "") {
  return fmt::format("{} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n{}\r\n", request_line, fields);
}

TEST_F(GatewayPipeline, RefusesBeforeTheBodyArrives) {
  for (const bool elsewhere : {false, true}) {
    limiter = elsewhere ? std::make_unique<LimiterElsewhere>(clock) : resilience::memory_rate_limiter(clock);
    address_limit = {1, 3};
    user_limit = {1, 1};
    start_before(upstream.port());
    const auto refusal_of = [this](const std::string& request) {
      RawConnection client = connect();
      client.send(request);
      const std::string answer = client.receive_all();
      EXPECT_EQ(header_of(answer, "Connection"), "close") << answer;
      return answer;
    };
    EXPECT_EQ(status_of(refusal_of(without_body("POST /nowhere"))), 404);
    EXPECT_EQ(status_of(refusal_of(without_body("POST /closed", "Expect: 100-continue\r\n"))), 401);
    EXPECT_EQ(status_of(refusal_of(without_body("POST /swagger-ui/index.html"))), 404);
    const std::string answer = refusal_of(without_body("POST /closed", "Expect: 100-continue\r\n" + bearer()));
    EXPECT_EQ(status_of(answer), 429);
    EXPECT_EQ(header_of(answer, "RateLimit-Policy"), "\"address\";q=3;w=3");
    stop();
  }
  EXPECT_EQ(upstream.accepted(), 0);
}

TEST_F(GatewayPipeline, CountsTheUserBeforeTheBodyArrives) {
  user_limit = {1, 1};
  start_before(upstream.port());
  EXPECT_EQ(status_of(send("GET /closed", bearer())), 200);
  RawConnection client = connect();
  client.send(without_body("POST /closed", bearer()));
  EXPECT_EQ(status_of(client.receive_answer()), 429);
}

TEST_F(GatewayPipeline, AsksForTheBodyOfAnAdmittedRequest) {
  start_before(upstream.port());
  RawConnection client = connect();
  client.send("POST /open HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  EXPECT_EQ(status_of(client.receive_answer()), 200);
  EXPECT_EQ(body_of(upstream.requests().at(0)), "hi");
}

TEST_F(GatewayPipeline, KeepsTheConnectionOfARefusedRequestThatHasArrived) {
  start_before(upstream.port());
  RawConnection client = connect();
  client.send(
      "POST /closed HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
      "GET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(status_of(client.receive_answer()), 401);
  EXPECT_EQ(status_of(client.receive_answer()), 200);
}

TEST_F(GatewayPipeline, RefusesSmuggledRequestsItself) {
  start_before(upstream.port());
  for (std::string_view request :
       {"POST /open HTTP/1.1\r\nHost: x\r\nContent-Length: 44\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        "GET /closed HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /closed HTTP/1.1\r\nHost: "
        "x\r\n\r\n",
        "POST /open HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 33\r\n\r\nGET /closed "
        "HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /open HTTP/1.1\r\nHost: x\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n",
        "GET /open HTTP/1.1\r\nHost: x\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n"}) {
    RawConnection client(server->port());
    client.send(request);
    const std::string answer = client.receive_answer();
    EXPECT_EQ(status_of(answer), 400) << request;
    EXPECT_TRUE(client.closes()) << request;
  }
  EXPECT_EQ(upstream.accepted(), 0);
}

}  // namespace
}  // namespace pms::gateway
