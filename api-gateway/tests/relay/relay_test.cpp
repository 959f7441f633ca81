// Relaying: bodies in both directions, and upstreams that are down, slow, cut off or wrong.
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "component/gateway_fixture.hpp"
#include "core/deadline.hpp"
#include "core/task.hpp"
#include "http/message.hpp"
#include "rest/router.hpp"

namespace pms::gateway {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

class Relayed : public GatewayTest {
 protected:
  /// Waits up to 10 s until the condition is true.
  template <class Condition>
  static bool becomes_true(Condition condition) {
    const auto deadline = core::Deadline::after(10s);
    while (!condition() && !deadline.passed()) std::this_thread::yield();
    return condition();
  }
};

TEST_F(Relayed, RequestBodiesArriveWhole) {
  ScriptedServer upstream({{sized("one"), sized("two")}});
  start_before(upstream.port());
  const std::string body(1 << 20, 'b');
  EXPECT_EQ(body_of(send("POST /open", fmt::format("Content-Length: {}\r\n", body.size()), body)), "one");
  EXPECT_EQ(body_of(send("POST /open", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")), "two");
  EXPECT_EQ(body_of(upstream.requests().at(0)), body);
  EXPECT_THAT(upstream.requests().at(1), HasSubstr("Content-Length: 5\r\n\r\nabcde"));
  EXPECT_EQ(status_of(send("POST /open", "Content-Length: 1048577\r\n")), 413);
}

TEST_F(Relayed, AnswersPassWithTheirStatusAndFields) {
  ScriptedServer upstream(
      {{"HTTP/1.1 201 Created\r\nLocation: patients/7\r\nETag: \"1\"\r\nDate: then\r\n"
        "X-Request-Id: other\r\nContent-Length: 2\r\n\r\n{}"}});
  start_before(upstream.port());
  const std::string answer = send("POST /open", "Content-Length: 0\r\nX-Request-Id: mine\r\n");
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 201 Created\r\n"));
  EXPECT_EQ(header_of(answer, "Location"), "patients/7");
  EXPECT_EQ(header_of(answer, "ETag"), "\"1\"");
  EXPECT_EQ(header_of(answer, "Date"), "then");
  EXPECT_EQ(header_of(answer, "X-Request-Id"), "mine");
  EXPECT_EQ(answer.find("other"), std::string::npos);
}

TEST_F(Relayed, AnswersOfManyMegabytesPassInBoundedMemory) {
  rest::Router router("upstream", nullptr);
  const std::string large(64 << 20, 'x');
  router.get("/things", rest::Public{},
             [&large](http::Request&) -> core::Task<http::Response> { co_return http::ok(large); });
  testkit::TestLoop upstream_loop;
  boost::asio::io_context* loops[] = {&upstream_loop.context()};
  http::Server upstream({.service = "upstream", .log_requests = false}, loops, router);
  ASSERT_TRUE(upstream.bind());
  upstream.start();
  start_before(upstream.port());
  RawConnection client(server->port());
  client.send("GET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.receive_answer().size() > large.size(), true);
  client.send("GET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.receive_answer();
  EXPECT_EQ(body_of(answer), large);
}

/// A service that refuses a request by its header closes the connection while the body is still
/// being sent.
TEST_F(Relayed, RefusalsThatComeBeforeTheWholeBodyIsSentArrive) {
  rest::Router router("upstream", nullptr);
  testkit::TestLoop upstream_loop;
  boost::asio::io_context* loops[] = {&upstream_loop.context()};
  http::Server upstream({.service = "upstream", .log_requests = false}, loops, router);
  ASSERT_TRUE(upstream.bind());
  upstream.start();
  start_before(upstream.port());
  const std::string body(1 << 20, 'b');
  for (int i = 0; i < 20; ++i) {
    const std::string answer = send("POST /open", fmt::format("Content-Length: {}\r\n", body.size()), body);
    EXPECT_EQ(status_of(answer), 404) << answer;
  }
}

TEST_F(Relayed, ChunkedAnswersStayChunked) {
  ScriptedServer upstream(
      {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: t\r\n\r\n",
        sized("next")}});
  start_before(upstream.port());
  RawConnection client(server->port());
  client.send("GET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(header_of(client.receive_until("\r\n\r\n"), "Transfer-Encoding"), "chunked");
  EXPECT_EQ(client.receive_until("0\r\n\r\n"), "5\r\nabcde\r\n0\r\n\r\n");
  client.send("GET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(client.receive_answer()), "next");
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST_F(Relayed, ChunkedAnswersEndWithTheConnectionOfAnOldClient) {
  ScriptedServer upstream({{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"}});
  start_before(upstream.port());
  RawConnection client(server->port());
  client.send("GET /open HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string answer = client.receive_all();
  EXPECT_EQ(header_of(answer, "Transfer-Encoding"), "");
  EXPECT_EQ(body_of(answer), "abc");
}

TEST_F(Relayed, AnswersThatEndWithTheUpstreamsConnectionBecomeChunked) {
  ScriptedServer upstream({{"HTTP/1.1 200 OK\r\n\r\nabc"}});
  start_before(upstream.port());
  RawConnection client(server->port());
  client.send("GET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive_until("0\r\n\r\n"), HasSubstr("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
}

TEST_F(Relayed, AnswersWithoutABodyHaveNone) {
  ScriptedServer upstream(
      {{"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nETag: \"2\"\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", sized("")}});
  start_before(upstream.port());
  RawConnection client(server->port());
  client.send("DELETE /open HTTP/1.1\r\nHost: x\r\n\r\nGET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(status_of(client.receive_until("\r\n\r\n")), 204);
  EXPECT_EQ(header_of(client.receive_until("\r\n\r\n"), "ETag"), "\"2\"");
  client.send("HEAD /open HTTP/1.1\r\nHost: x\r\n\r\nGET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(header_of(client.receive_until("\r\n\r\n"), "Content-Length"), "9");
  EXPECT_EQ(header_of(client.receive_until("\r\n\r\n"), "Content-Length"), "0");
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST_F(Relayed, InterimAnswersStayBehind) {
  ScriptedServer upstream(
      {{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + sized("done")}});
  start_before(upstream.port());
  const std::string answer = send("GET /open");
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(body_of(answer), "done");
}

TEST_F(Relayed, ConnectionsToTheUpstreamAreUsedAgain) {
  ScriptedServer upstream({{sized("1"), sized("2"), sized("3")}});
  start_before(upstream.port());
  for (const char* expected : {"1", "2", "3"})
    EXPECT_EQ(body_of(send("POST /open", "Content-Length: 0\r\n")), expected);
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST_F(Relayed, ARequestIsRepeatedWhenAnIdleConnectionTurnsOutClosed) {
  ScriptedServer upstream({{sized("1")}, {sized("2")}});
  start_before(upstream.port());
  EXPECT_EQ(body_of(send("GET /open")), "1");
  EXPECT_EQ(body_of(send("GET /open")), "2");
}

TEST_F(Relayed, AnIdempotentRequestIsRepeatedOnce) {
  ScriptedServer upstream(std::vector<ScriptedServer::Connection>{{}, {sized("second")}, {}, {}, {sized("too late")}});
  start_before(upstream.port());
  EXPECT_EQ(body_of(send("PUT /open", "Content-Length: 1\r\n", "x")), "second");
  EXPECT_EQ(status_of(send("GET /open")), 502);
}

TEST_F(Relayed, AnyOtherRequestIsNotRepeated) {
  // The first connection takes the request and closes without an answer.
  ScriptedServer upstream({{"HTTP/1.1 200"}, {sized("second")}, {sized("third")}});
  start_before(upstream.port());
  EXPECT_EQ(status_of(send("POST /open", "Content-Length: 0\r\n")), 502);
  EXPECT_EQ(body_of(send("POST /open", "Content-Length: 0\r\n")), "second");
}

TEST_F(Relayed, AKeyAllowsARepetitionOnlyWhereTheServiceHonoursIt) {
  ScriptedServer upstream(std::vector<ScriptedServer::Connection>{{}, {}, {}, {sized("second")}, {}});
  start_before(upstream.port());
  constexpr std::string_view key = "Content-Length: 0\r\nIdempotency-Key: 1\r\n";
  EXPECT_EQ(status_of(send("POST /open", key)), 502);
  EXPECT_EQ(status_of(send("PATCH /keyed", key)), 502);
  EXPECT_EQ(body_of(send("POST /keyed", key)), "second");
  EXPECT_EQ(status_of(send("POST /keyed", "Content-Length: 0\r\n")), 502);
}

TEST_F(Relayed, ARouteLimitsTheBody) {
  ScriptedServer upstream({{sized("ok")}});
  start_before(upstream.port());
  EXPECT_EQ(status_of(send("POST /keyed", "Content-Length: 11\r\n", "12345678901")), 413);
  EXPECT_EQ(status_of(send("POST /keyed", "Content-Length: 10\r\n", "1234567890")), 200);
}

TEST_F(Relayed, ARequestIsRepeatedAtAnotherReplica) {
  ScriptedServer broken(std::vector<ScriptedServer::Connection>(100));  // closes without an answer
  ScriptedServer healthy(std::vector(1, ScriptedServer::Connection(50, sized("ok"))));
  upstream_urls = {fmt::format("http://127.0.0.1:{}", broken.port()),
                   fmt::format("http://127.0.0.1:{}", healthy.port())};
  start();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(body_of(send("GET /open")), "ok");
}

TEST_F(Relayed, ARequestIsGivenUpWhenItsClientIsGone) {
  ScriptedServer upstream({{ScriptedServer::silence}});
  start_before(upstream.port());
  RawConnection client(server->port());
  client.send("GET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(becomes_true([&] { return !upstream.requests().empty(); }));
  client.reset();
  EXPECT_TRUE(upstream.client_closes());
}

TEST_F(Relayed, ARequestIsNotGivenUpWhenItsClientHasOnlyFinishedSending) {
  ScriptedServer upstream({{sized("ok")}});
  start_before(upstream.port());
  RawConnection client(server->port());
  client.send("GET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  client.finish_sending();
  EXPECT_EQ(body_of(client.receive_answer()), "ok");
}

TEST_F(Relayed, AConnectionThatReceivesAnythingWhileItIsIdleIsClosed) {
  ScriptedServer upstream({{sized("first"), sized("forged")}, {sized("second")}});
  start_before(upstream.port());
  EXPECT_EQ(body_of(send("GET /open")), "first");
  Replica& replica = upstreams.front()->next();
  EXPECT_EQ(replica.idle_connections(), 1U);
  upstream.send_to_all(sized("stray"));
  ASSERT_TRUE(becomes_true([&] { return replica.idle_connections() == 0; }));
  EXPECT_EQ(body_of(send("GET /open")), "second");
}

TEST_F(Relayed, ARefusedConnectionIsAnswered503) {
  std::uint16_t nobody = 0;
  {
    ScriptedServer gone(std::vector<ScriptedServer::Connection>{});
    nobody = gone.port();
  }
  start_before(nobody);
  for (int i = 0; i < 30; ++i) {  // more than the breaker would need
    const std::string answer = send("GET /open");
    EXPECT_EQ(status_of(answer), 503);
    EXPECT_EQ(header_of(answer, "Retry-After"), "1");
    EXPECT_THAT(body_of(answer), HasSubstr("patient service is unreachable"));
  }
}

TEST_F(Relayed, AnotherReplicaIsAskedWhenOneRefuses) {
  std::uint16_t nobody = 0;
  {
    ScriptedServer gone(std::vector<ScriptedServer::Connection>{});
    nobody = gone.port();
  }
  ScriptedServer upstream(std::vector(1, ScriptedServer::Connection(20, sized("ok"))));
  upstream_urls = {fmt::format("http://127.0.0.1:{}", nobody), fmt::format("http://127.0.0.1:{}", upstream.port())};
  start();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(body_of(send("POST /open", "Content-Length: 0\r\n")), "ok");
}

TEST_F(Relayed, ASlowUpstreamIsAnswered504) {
  settings.request_timeout = 100ms;
  ScriptedServer upstream({{ScriptedServer::silence}});
  start_before(upstream.port());
  const std::string answer = send("GET /open");
  EXPECT_EQ(status_of(answer), 504);
  EXPECT_EQ(header_of(answer, "Content-Type"), "application/problem+json");
}

TEST_F(Relayed, AnUpstreamThatKeepsFailingIsLeftAlone) {
  settings.request_timeout = 100ms;
  ScriptedServer upstream(std::vector<ScriptedServer::Connection>(40, {"not HTTP\r\n\r\n"}));
  start_before(upstream.port());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(status_of(send("GET /open")), 502);
  const std::string answer = send("GET /open");
  EXPECT_EQ(status_of(answer), 503);
  EXPECT_EQ(header_of(answer, "Retry-After"), "5");
  EXPECT_EQ(upstream.accepted(), 20);
}

TEST_F(Relayed, AnswersThatAreNotHttpAreAnswered502) {
  for (const char* answer :
       {"220 mail.example.com ESMTP\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}) {
    ScriptedServer upstream({{answer}});
    start_before(upstream.port());
    EXPECT_EQ(status_of(send("POST /open", "Content-Length: 0\r\n")), 502) << answer;
    stop();
  }
}

TEST_F(Relayed, AnAnswerThatBreaksOffAfterItsBeginningWasSentIsCutOff) {
  const std::string begin = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + std::string(500'000, 'x');
  ScriptedServer upstream({{begin}});
  start_before(upstream.port());
  RawConnection client(server->port());
  client.send("GET /open HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.receive_all();
  EXPECT_EQ(header_of(answer, "Content-Length"), "1000000");
  EXPECT_LE(body_of(answer).size(), 500'000U);
}

TEST_F(Relayed, BytesBehindAnAnswerAreNeverTakenForAnother) {
  ScriptedServer upstream({{sized("first") + sized("forged"), sized("second")}, {sized("second")}});
  start_before(upstream.port());
  EXPECT_EQ(body_of(send("GET /open")), "first");
  EXPECT_EQ(body_of(send("GET /open")), "second");
  EXPECT_EQ(upstream.accepted(), 2);
}

}  // namespace
}  // namespace pms::gateway
