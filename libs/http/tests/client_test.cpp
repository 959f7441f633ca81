#include "http/client.hpp"

#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <string>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "rest/router.hpp"
#include "testkit/scripted_server.hpp"
#include "testkit/services/server_fixture.hpp"

namespace pms::http {
namespace {

using testkit::body_of;
using testkit::header_of;
using testkit::RawConnection;

class HttpClient : public testkit::ServerTest {
 protected:
  HttpClient() {
    router.get("/echo", rest::Public{}, echo);
    router.post("/echo", rest::Public{}, echo);
    router.get("/large", rest::Public{},
               [](Request&) -> core::Task<Response> { co_return ok(std::string(3'000'000, 'x')); });
    router.get("/huge", rest::Public{},
               [](Request&) -> core::Task<Response> { co_return ok(std::string(5'000'000, 'x')); });
  }

  core::Result<ClientResponse> fetch_from(std::uint16_t port, std::string path, std::string method = "GET",
                                          std::string body = "") {
    ClientRequest request;
    request.method = std::move(method);
    request.url = fmt::format("http://127.0.0.1:{}{}", port, path);
    request.body = std::move(body);
    return loop.run(fetch(std::move(request), core::Deadline::after(timeout)));
  }

  std::chrono::milliseconds timeout{10'000};
};

TEST_F(HttpClient, FetchesWithQueryAndBody) {
  const auto port = start();
  auto answer = fetch_from(port, "/echo?a=b", "POST", "hello");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->header("content-type"), "application/json");
  EXPECT_EQ(answer->body, "POST /echo?a=b hello");
}

TEST_F(HttpClient, ReadsLargeAnswersAndRefusesHugeOnes) {
  const auto port = start();
  EXPECT_EQ(fetch_from(port, "/large")->body.size(), 3'000'000U);
  EXPECT_EQ(fetch_from(port, "/huge").error().code, core::Errc::unavailable);
}

TEST_F(HttpClient, SaysWhenNobodyListens) {
  const auto port = start();
  server.reset();
  loop.run([]() -> core::Task<void> { co_return; }());  // the server has closed its socket by now
  EXPECT_EQ(fetch_from(port, "/echo").error().code, core::Errc::unavailable);
}

TEST_F(HttpClient, RefusesAnAddressItDoesNotUnderstand) {
  ClientRequest request;
  request.url = "ftp://127.0.0.1/x";
  auto answer = loop.run(fetch(std::move(request), core::Deadline::after(timeout)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, core::Errc::invalid);
}

using testkit::ScriptedServer;
using HttpClientAgainstScript = HttpClient;

constexpr auto sized = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST_F(HttpClientAgainstScript, UsesAConnectionAgain) {
  ScriptedServer upstream({{sized, sized, sized}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(fetch_from(upstream.port(), "/")->body, "ok");
  EXPECT_EQ(upstream.accepted(), 1);
}

TEST_F(HttpClientAgainstScript, TriesAgainWhenAReusedConnectionTurnsOutClosed) {
  ScriptedServer upstream({{sized}, {sized}});
  EXPECT_EQ(fetch_from(upstream.port(), "/")->body, "ok");
  EXPECT_EQ(fetch_from(upstream.port(), "/")->body, "ok");
  EXPECT_EQ(upstream.accepted(), 2);
}

TEST_F(HttpClientAgainstScript, ReadsChunkedAnswersPastInterimOnes) {
  ScriptedServer upstream(
      {{"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n0\r\n\r\n"}});
  EXPECT_EQ(fetch_from(upstream.port(), "/")->body, "abc");
}

TEST_F(HttpClientAgainstScript, ReadsAnswersThatEndWithTheConnection) {
  ScriptedServer upstream({{"HTTP/1.0 200 OK\r\n\r\nuntil here"}});
  EXPECT_EQ(fetch_from(upstream.port(), "/")->body, "until here");
}

TEST_F(HttpClientAgainstScript, RefusesAnAnswerThatIsCutOff) {
  ScriptedServer upstream({{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}});
  EXPECT_EQ(fetch_from(upstream.port(), "/").error().code, core::Errc::unavailable);
}

TEST_F(HttpClientAgainstScript, RefusesWhatIsNotHttp) {
  ScriptedServer upstream({{"220 mail.example.com ESMTP\r\n\r\n"}});
  EXPECT_EQ(fetch_from(upstream.port(), "/").error().message, "the response is not well-formed HTTP/1.1");
}

TEST_F(HttpClientAgainstScript, StopsWaitingAtTheDeadline) {
  timeout = std::chrono::milliseconds(100);
  ScriptedServer upstream({{ScriptedServer::silence}});
  EXPECT_EQ(fetch_from(upstream.port(), "/").error().code, core::Errc::deadline_exceeded);
}

}  // namespace
}  // namespace pms::http
