// Tests the server from a client's point of view: framing, keep-alive, pipelining, drain. All tests
// use raw sockets.
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <fmt/format.h>
#include <future>
#include <string>
#include <string_view>

#include "core/deadline.hpp"
#include "core/task.hpp"
#include "net/stream.hpp"
#include "rest/router.hpp"
#include "testkit/services/server_fixture.hpp"

namespace pms::http {
namespace {

using testkit::body_of;
using testkit::header_of;
using testkit::RawConnection;

class HttpServer : public testkit::ServerTest {
 protected:
  HttpServer() {
    router.get("/echo", rest::Public{}, echo);
    router.post("/echo", rest::Public{}, echo);
  }
};

TEST_F(HttpServer, AnswersAndKeepsTheConnection) {
  RawConnection client(start());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /echo?a=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.receive_answer();
    EXPECT_EQ(testkit::status_of(answer), 200);
    EXPECT_EQ(body_of(answer), "GET /echo?a=1 ");
    EXPECT_EQ(header_of(answer, "Connection"), "");
    EXPECT_FALSE(header_of(answer, "Date").empty());
    EXPECT_EQ(header_of(answer, "X-Request-Id").size(), 36U);
  }
}

TEST_F(HttpServer, ListensOnBothLoopbackAddressesAsLocalhost) {
  settings.host = "localhost";
  const auto port = start();
  for (const char* address : {"127.0.0.1", "::1"}) {
    RawConnection client(port, address);
    client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(testkit::status_of(client.receive_answer()), 200) << address;
  }
  loop.run(server->drain(core::Deadline::after(std::chrono::seconds(20))));
  for (const char* address : {"127.0.0.1", "::1"}) EXPECT_THROW(RawConnection(port, address), std::runtime_error);
}

TEST_F(HttpServer, ShowsAnIpv4ClientOfAnIpv6ListenerAsIpv4) {
  settings.host = "::";
  router.get("/peer", rest::Public{},
             [](Request& request) -> core::Task<Response> { co_return ok(std::string(request.peer_text)); });
  RawConnection client(start(), "127.0.0.1");
  client.send("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(client.receive_answer()), "127.0.0.1");
}

TEST_F(HttpServer, NamesAPortThatIsInUseOnOneLoopbackAddressOnly) {
  settings.host = "::1";
  const auto port = start();
  ServerSettings both = settings;
  both.host = "localhost";
  both.port = port;
  boost::asio::io_context* loops[] = {&loop.context()};
  const auto bound = Server(both, loops, router).bind();
  ASSERT_FALSE(bound);
  EXPECT_TRUE(bound.error().message.starts_with(fmt::format("port in use: localhost:{}", port)));
}

TEST_F(HttpServer, ClosesWhenTheClientAsksForIt) {
  RawConnection client(start());
  client.send("GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(header_of(client.receive_answer(), "Connection"), "close");
  EXPECT_TRUE(client.closes());
}

TEST_F(HttpServer, ClosesAfterAnHttp10RequestUnlessItAsksToKeepAlive) {
  const auto port = start();
  RawConnection client(port);
  client.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(header_of(client.receive_answer(), "Connection"), "keep-alive");
  client.send("GET /echo HTTP/1.0\r\n\r\n");
  EXPECT_EQ(header_of(client.receive_answer(), "Connection"), "close");
  EXPECT_TRUE(client.closes());
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
  RawConnection client(start());
  client.send(
      "POST /echo?1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
      "POST /echo?2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
      "GET /echo?3 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(client.receive_answer()), "POST /echo?1 one");
  EXPECT_EQ(body_of(client.receive_answer()), "POST /echo?2 two");
  EXPECT_EQ(body_of(client.receive_answer()), "GET /echo?3 ");
}

TEST_F(HttpServer, TakesARequestThatArrivesByteByByte) {
  RawConnection client(start());
  for (char byte : std::string_view("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    "2;a=b\r\nab\r\n1\r\nc\r\n0\r\nTrailer: t\r\n\r\n"))
    client.send({&byte, 1});
  EXPECT_EQ(body_of(client.receive_answer()), "POST /echo abc");
  client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(testkit::status_of(client.receive_answer()), 200);
}

TEST_F(HttpServer, TakesBodiesUpToTheLimit) {
  RawConnection client(start());
  const std::string body(settings.max_body_bytes, 'b');
  client.send(fmt::format("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
  EXPECT_EQ(body_of(client.receive_answer()), "POST /echo " + body);
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send(fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", body.size(), body));
  EXPECT_EQ(body_of(client.receive_answer()), "POST /echo " + body);
}

TEST_F(HttpServer, AsksForTheBodyOfARequestThatExpectsToBeAsked) {
  RawConnection client(start());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hi");
  EXPECT_EQ(body_of(client.receive_answer()), "POST /echo hi");
}

TEST_F(HttpServer, RefusesABodyThatIsTooLargeBeforeItIsSent) {
  settings.max_body_bytes = 10;
  RawConnection client(start());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  EXPECT_EQ(testkit::status_of(client.receive_answer()), 413);
}

TEST_F(HttpServer, SendsConstantBodiesInOrder) {
  static const std::string constant(1 << 20, 'c');
  router.get("/constant", rest::Public{}, [](Request&) -> core::Task<Response> {
    Response response;
    response.constant_body = constant;
    co_return response;
  });
  RawConnection client(start());
  client.send(
      "GET /constant HTTP/1.1\r\nHost: x\r\n\r\nHEAD /constant HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /constant HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(client.receive_answer()), constant);
  EXPECT_EQ(header_of(client.receive_answer(true), "Content-Length"), std::to_string(constant.size()));
  EXPECT_EQ(body_of(client.receive_answer()), constant);
  EXPECT_EQ(body_of(client.receive_answer()), "GET /echo ");
}

TEST_F(HttpServer, AnswersHeadAsGetWithoutTheBody) {
  RawConnection client(start());
  client.send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.receive_answer(true);
  EXPECT_EQ(testkit::status_of(answer), 200);
  EXPECT_EQ(header_of(answer, "Content-Length"), "11");
  EXPECT_EQ(body_of(client.receive_answer()), "GET /echo ");
}

TEST_F(HttpServer, SendsNoBodyWith204) {
  router.remove("/thing", rest::Public{}, [](Request&) -> core::Task<Response> { co_return no_content(); });
  RawConnection client(start());
  client.send("DELETE /thing HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.receive_answer();
  EXPECT_EQ(testkit::status_of(answer), 204);
  EXPECT_EQ(header_of(answer, "Content-Length"), "");
}

TEST_F(HttpServer, AnswersAClientThatHasStoppedSending) {
  RawConnection client(start());
  client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  client.finish_sending();
  EXPECT_EQ(testkit::status_of(client.receive_all()), 200);
}

TEST_F(HttpServer, KeepsASaneRequestIdAndMakesOneInsteadOfAnother) {
  RawConnection client(start());
  client.send("GET /echo HTTP/1.1\r\nHost: x\r\nX-Request-Id: abc-1.2_3\r\n\r\n");
  EXPECT_EQ(header_of(client.receive_answer(), "X-Request-Id"), "abc-1.2_3");
  client.send("GET /echo HTTP/1.1\r\nHost: x\r\nX-Request-Id: a b\r\n\r\n");
  EXPECT_EQ(header_of(client.receive_answer(), "X-Request-Id").size(), 36U);
}

TEST_F(HttpServer, ContinuesTheTraceOfTheCaller) {
  router.get("/trace", rest::Public{},
             [](Request& request) -> core::Task<Response> { co_return ok(request.context.trace.trace_id); });
  RawConnection client(start());
  client.send(
      "GET /trace HTTP/1.1\r\nHost: x\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");
  EXPECT_EQ(body_of(client.receive_answer()), "0af7651916cd43dd8448eb211c80319c");
}

TEST_F(HttpServer, TakesItsDeadlineFromTheCaller) {
  router.get("/left", rest::Public{}, [](Request& request) -> core::Task<Response> {
    const auto left = request.context.deadline.remaining();
    co_return ok(left <= std::chrono::milliseconds(200) ? "short"
                 : left <= std::chrono::seconds(15)     ? "usual"
                                                        : "long");
  });
  RawConnection client(start());
  client.send("GET /left HTTP/1.1\r\nHost: x\r\nX-Request-Timeout-Ms: 200\r\n\r\n");
  EXPECT_EQ(body_of(client.receive_answer()), "short");
  client.send("GET /left HTTP/1.1\r\nHost: x\r\nX-Request-Timeout-Ms: 99999999\r\n\r\n");
  EXPECT_EQ(body_of(client.receive_answer()), "long");
  client.send("GET /left HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(client.receive_answer()), "usual");
}

TEST_F(HttpServer, TellsNothingOfADefect) {
  router.get("/broken", rest::Public{}, [](Request&) -> core::Task<Response> {
    throw std::runtime_error("the secret of the house");
    co_return ok("{}");
  });
  RawConnection client(start());
  client.send("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.receive_answer();
  EXPECT_EQ(testkit::status_of(answer), 500);
  EXPECT_EQ(header_of(answer, "Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.find("secret"), std::string::npos);
  client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(testkit::status_of(client.receive_answer()), 200);
}

TEST_F(HttpServer, SaysWhichPortIsInUse) {
  settings.port = start();
  boost::asio::io_context* loops[] = {&loop.context()};
  Server second(settings, loops, router);
  auto bound = second.bind();
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().message, fmt::format("port in use: 127.0.0.1:{} (test-service)", settings.port));
}

/// A fixture with a handler that waits until the test releases it.
class HttpServerDrain : public HttpServer {
 protected:
  HttpServerDrain() {
    router.get("/slow", rest::Public{}, [this](Request&) { return slow(); });
  }

  core::Task<Response> slow() {
    began.set_value();
    boost::asio::steady_timer gate(loop.context(), std::chrono::hours(1));
    gate_ = &gate;
    co_await gate.async_wait(net::as_result);
    co_return ok("done");
  }
  void release() {
    boost::asio::post(loop.context(), [this] { gate_->cancel(); });
  }

  static core::Task<void> nothing() { co_return; }

  std::promise<void> began;
  boost::asio::steady_timer* gate_ = nullptr;
};

TEST_F(HttpServerDrain, SaysCloseInAResponseThatBeginsDuringTheDrain) {
  RawConnection busy(start());
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  began.get_future().wait();
  auto drained = loop.start(server->drain(core::Deadline::after(std::chrono::seconds(20))));
  loop.run(nothing());  // the drain has begun
  release();
  EXPECT_EQ(header_of(busy.receive_answer(), "Connection"), "close");
  EXPECT_TRUE(busy.closes());
  drained.get();
}

TEST_F(HttpServerDrain, AnswersAnotherRequestOnAnIdleConnection) {
  RawConnection idle(start());
  idle.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.receive_answer();
  auto drained = loop.start(server->drain(core::Deadline::after(std::chrono::seconds(20))));
  loop.run(nothing());  // the drain has begun
  idle.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = idle.receive_answer();
  EXPECT_EQ(testkit::status_of(answer), 200);
  EXPECT_EQ(header_of(answer, "Connection"), "close");
  EXPECT_TRUE(idle.closes());
  drained.get();
}

TEST_F(HttpServerDrain, SendsWhatASlowReaderHasNotReceived) {
  const std::string large(32 << 20, 'x');
  router.get("/large", rest::Public{}, [&large](Request&) -> core::Task<Response> { co_return ok(large); });
  RawConnection reader(start());
  reader.set_receive_buffer(256 * 1024);
  reader.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string begin = reader.receive(1);
  auto drained = loop.start(server->drain(core::Deadline::after(std::chrono::seconds(20))));
  loop.run(nothing());  // the drain has begun
  EXPECT_TRUE(body_of(begin + reader.receive_all()) == large);
  drained.get();
}

TEST_F(HttpServerDrain, SendsAResponseBeforeALaterRequestIsAnswered) {
  RawConnection client(start());
  client.send("GET /echo?1 HTTP/1.1\r\nHost: x\r\n\r\nGET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(body_of(client.receive_answer()), "GET /echo?1 ");
  began.get_future().wait();
  release();
  EXPECT_EQ(body_of(client.receive_answer()), "done");
}

TEST_F(HttpServerDrain, ClosesIdleConnectionsFinishesWhatIsInFlightAndAcceptsNoMore) {
  const auto port = start();
  RawConnection idle(port);
  idle.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.receive_answer();
  RawConnection busy(port);
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  began.get_future().wait();
  auto drained = loop.start(server->drain(core::Deadline::after(std::chrono::seconds(20))));
  EXPECT_TRUE(idle.closes());
  EXPECT_THROW(RawConnection late(port), std::runtime_error);
  release();
  const std::string answer = busy.receive_answer();
  EXPECT_EQ(body_of(answer), "done");
  EXPECT_TRUE(busy.closes());
  drained.get();
}

TEST_F(HttpServerDrain, AnswersARequestThatWasOnItsWay) {
  const auto port = start();
  RawConnection fresh(port);
  auto drained = loop.start(server->drain(core::Deadline::after(std::chrono::seconds(20))));
  loop.run(nothing());  // the drain has begun
  fresh.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = fresh.receive_answer();
  EXPECT_EQ(testkit::status_of(answer), 200);
  EXPECT_EQ(header_of(answer, "Connection"), "close");
  drained.get();
}

TEST_F(HttpServerDrain, ClosesTheRestAtTheDeadline) {
  const auto port = start();
  RawConnection busy(port);
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  began.get_future().wait();
  loop.run(server->drain(core::Deadline::after(std::chrono::milliseconds(50))));
  EXPECT_TRUE(busy.closes());
  release();
}

}  // namespace
}  // namespace pms::http
