// Tests what the server rejects: requests that are too large, too many or too slow.
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "core/deadline.hpp"
#include "core/task.hpp"
#include "http/connection_counts.hpp"
#include "rest/router.hpp"
#include "testkit/services/server_fixture.hpp"

namespace pms::http {
namespace {

using testkit::body_of;
using testkit::header_of;
using testkit::RawConnection;

class HttpLimits : public testkit::ServerTest {
 protected:
  HttpLimits() { router.post("/echo", rest::Public{}, echo); }

  /// The status of the problem that one request is answered with, after which the connection must
  /// close.
  int refusal_of(const std::string& request, std::string_view path = {}) {
    RawConnection client(server ? server->port() : start());
    client.send(request);
    const std::string answer = client.receive_answer();
    EXPECT_EQ(header_of(answer, "Connection"), "close") << request.substr(0, 200);
    EXPECT_EQ(header_of(answer, "Content-Type"), "application/problem+json");
    EXPECT_NE(body_of(answer).find("\"traceId\""), std::string::npos);
    EXPECT_TRUE(path.empty() || body_of(answer).contains(fmt::format("\"instance\":\"{}\"", path))) << answer;
    EXPECT_TRUE(client.closes()) << request.substr(0, 200);
    return testkit::status_of(answer);
  }
};

TEST_F(HttpLimits, RefusesAHeaderBlockThatIsTooLarge) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(33'000, 'a') + "\r\n\r\n"), 431);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(33'000, 'a')), 431);
}

TEST_F(HttpLimits, RefusesTooManyFields) {
  std::string request = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 100; ++i) request += fmt::format("F{}: v\r\n", i);
  EXPECT_EQ(refusal_of(request + "\r\n"), 431);
}

TEST_F(HttpLimits, RefusesARequestLineThatIsTooLong) {
  EXPECT_EQ(refusal_of("GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"), 414);
  EXPECT_EQ(refusal_of("GET /" + std::string(9'000, 'a')), 414);
}

TEST_F(HttpLimits, RefusesABodyThatIsTooLarge) {
  settings.max_body_bytes = 100;
  const std::string body(200, 'b');
  EXPECT_EQ(refusal_of("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200\r\n\r\n" + body, "/echo"), 413);
  const std::string chunk = "C8\r\n" + body + "\r\n";
  EXPECT_EQ(refusal_of("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk, "/echo"), 413);
}

TEST_F(HttpLimits, RefusesASlowHead) {
  settings.header_timeout = std::chrono::milliseconds(100);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHo"), 408);
}

TEST_F(HttpLimits, RefusesASlowBody) {
  settings.body_timeout = std::chrono::milliseconds(100);
  EXPECT_EQ(refusal_of("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", "/echo"), 408);
  EXPECT_EQ(refusal_of("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "/echo"), 408);
}

TEST_F(HttpLimits, RefusesABodyThatTrickles) {
  settings.body_grace = std::chrono::milliseconds(100);
  EXPECT_EQ(refusal_of("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc", "/echo"), 408);
}

TEST_F(HttpLimits, ClosesAConnectionThatNeverSaysAnything) {
  settings.header_timeout = std::chrono::milliseconds(100);
  RawConnection client(start());
  EXPECT_TRUE(client.closes());
}

TEST_F(HttpLimits, ClosesAnIdleConnection) {
  settings.idle_timeout = std::chrono::milliseconds(100);
  RawConnection client(start());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(testkit::status_of(client.receive_answer()), 200);
  EXPECT_TRUE(client.closes());
}

TEST_F(HttpLimits, GivesUpOnAClientThatDoesNotReadItsAnswer) {
  settings.write_timeout = std::chrono::milliseconds(200);
  router.get("/large", rest::Public{},
             [](Request&) -> core::Task<Response> { co_return ok(std::string(32 << 20, 'x')); });
  RawConnection client(start());
  client.set_receive_buffer(4096);
  client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  // The connection ends although nothing was read, because a drain has nothing to wait for.
  auto drained = loop.start(server->drain(core::Deadline::after(std::chrono::seconds(60))));
  EXPECT_EQ(drained.wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

class HttpConnectionLimit : public HttpLimits {
 protected:
  static constexpr std::string_view request = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";

  static int status(RawConnection& client) {
    client.send(request);
    return testkit::status_of(client.receive_answer());
  }

  /// The first of two connections is idle, the second is in the middle of a request.
  void expect_that_the_idle_connection_makes_room() {
    RawConnection idle(start());
    EXPECT_EQ(status(idle), 200);
    RawConnection busy(server->port());
    busy.send(request.substr(0, 10));
    loop.run(nothing());
    RawConnection further(server->port());
    EXPECT_EQ(status(further), 200);
    EXPECT_TRUE(idle.closes());
    busy.send(request.substr(10));
    EXPECT_EQ(testkit::status_of(busy.receive_answer()), 200);
  }

  /// The only connection is in the middle of a request.
  void expect_that_a_busy_connection_is_kept() {
    RawConnection busy(start());
    busy.send(request.substr(0, 10));
    loop.run(nothing());
    RawConnection further(server->port());
    further.send(request);
    const std::string answer = further.receive_answer();
    EXPECT_EQ(testkit::status_of(answer), 503);
    EXPECT_EQ(header_of(answer, "Retry-After"), "1");
    EXPECT_TRUE(further.closes());
    busy.send(request.substr(10));
    EXPECT_EQ(testkit::status_of(busy.receive_answer()), 200);
  }

  static core::Task<void> nothing() { co_return; }
};

TEST_F(HttpConnectionLimit, ClosesTheConnectionThatHasBeenIdleLongest) {
  settings.max_connections = 2;
  expect_that_the_idle_connection_makes_room();
}

TEST_F(HttpConnectionLimit, HoldsForEachClientToo) {
  settings.max_connections_per_client = 2;
  expect_that_the_idle_connection_makes_room();
}

TEST_F(HttpConnectionLimit, RefusesANewConnectionWhenNoneIsIdle) {
  settings.max_connections = 1;
  expect_that_a_busy_connection_is_kept();
}

TEST_F(HttpConnectionLimit, RefusesANewConnectionWhenNoneOfItsClientIsIdle) {
  settings.max_connections_per_client = 1;
  expect_that_a_busy_connection_is_kept();
}

TEST(HttpClientKey, IsAnAddressOrAnIpv6Network) {
  const auto key = [](const char* text) { return ClientKey(boost::asio::ip::make_address(text)); };
  EXPECT_EQ(key("127.0.0.1"), key("::ffff:127.0.0.1"));
  EXPECT_NE(key("127.0.0.1"), key("127.0.0.2"));
  EXPECT_EQ(key("2001:db8::1"), key("2001:db8::2:3"));
  EXPECT_NE(key("2001:db8::1"), key("2001:db8:0:1::1"));
  EXPECT_NE(key("0.0.0.1"), key("0:0:0:1::"));
}

TEST_F(HttpLimits, RefusesABodyWhenTheProcessHoldsTooMany) {
  settings.max_buffered_bytes = 300'000;
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n";
  RawConnection first(start());
  first.send(head + std::string(200'000, 'b'));
  RawConnection second(server->port());
  second.send(head + std::string(200'000, 'b'));
  // One of the two is refused, as soon as both have arrived; the other can be completed.
  second.send(std::string(300'000, 'b'));
  const std::string refused = second.receive_answer();
  EXPECT_EQ(testkit::status_of(refused), 503);
  EXPECT_EQ(header_of(refused, "Retry-After"), "1");
  EXPECT_TRUE(second.closes());
}

/// Sends the same bytes until the other side closes the connection.
class EndlessSender {
 public:
  EndlessSender(std::uint16_t port, const std::string& head, const std::string& repeated)
      : connection_(port), thread_([this, head, repeated] {
          try {
            connection_.send(head);
            for (;;) connection_.send(repeated);
          } catch (const std::runtime_error&) {  // closed
          }
        }) {}
  ~EndlessSender() { thread_.join(); }

 private:
  RawConnection connection_;
  std::thread thread_;
};

TEST_F(HttpLimits, RefusesABodyThatNeverStopsArriving) {
  settings.max_body_bytes = std::numeric_limits<std::size_t>::max() / 2;
  settings.max_buffered_bytes = std::numeric_limits<std::size_t>::max();
  settings.body_timeout = std::chrono::milliseconds(500);
  router.get("/quick", rest::Public{}, echo);
  RawConnection client(start());
  const EndlessSender sender(server->port(), "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000000\r\n\r\n",
                             std::string(256 * 1024, 'b'));
  for (int i = 0; i < 20; ++i) {
    client.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(testkit::status_of(client.receive_answer()), 200);
  }
}  // the sender ends when it is refused

TEST_F(HttpLimits, RefusesTrailersBeyondTheLimitsOfTheHead) {
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  std::string many;
  for (int i = 0; i < 100; ++i) many += "a:\r\n";
  EXPECT_EQ(refusal_of(head + many), 400);
  std::string large;
  for (int i = 0; i < 11; ++i) large += "a:" + std::string(3'000, 'b') + "\r\n";
  EXPECT_EQ(refusal_of(head + large), 400);
}

TEST_F(HttpLimits, RefusesAChunkedBodyThatIsMostlyFraming) {
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string extensions;
  for (int i = 0; i < 5; ++i) extensions += "1;" + std::string(4'000, 'a') + "\r\nx\r\n";
  EXPECT_EQ(refusal_of(head + extensions), 400);
  std::string small;
  for (int i = 0; i < 4'000; ++i) small += "1\r\nx\r\n";
  EXPECT_EQ(refusal_of(head + small), 400);
}

TEST_F(HttpLimits, RefusesAConnectionFieldWithTooManyOptions) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: x\r\nConnection: " + std::string(31'000, ',') + "\r\n\r\n"), 400);
  std::string options;
  for (int i = 0; i < 17; ++i) options += fmt::format("Connection: option-{}\r\n", i);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: x\r\n" + options + "\r\n"), 400);
}

struct Smuggled {
  std::string_view name;
  std::string_view request;
  int status = 400;
};

class HttpSmuggling : public HttpLimits, public testing::WithParamInterface<Smuggled> {};

TEST_P(HttpSmuggling, IsRefusedAndTheConnectionCloses) {
  EXPECT_EQ(refusal_of(std::string(GetParam().request)), GetParam().status);
}

using namespace std::string_view_literals;

INSTANTIATE_TEST_SUITE_P(
    Requests, HttpSmuggling,
    testing::Values(
        Smuggled{"LengthAndChunked",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        Smuggled{"ChunkedAndLength",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
        Smuggled{"TwoLengths", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
        Smuggled{"TwoEqualLengths",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na"},
        Smuggled{"ListOfLengths", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na"},
        Smuggled{"SignedLength", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na"},
        Smuggled{"HexLength", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\na"},
        Smuggled{"HugeLength", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\na"},
        Smuggled{"EmptyLength", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: \r\n\r\n"},
        Smuggled{"Gzip", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n"},
        Smuggled{"GzipChunked", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        Smuggled{"ChunkedTwice",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
        Smuggled{"Identity", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n"},
        Smuggled{"ChunkedWithParameter", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked;a=b\r\n\r\n"},
        Smuggled{"QuotedChunked", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \"chunked\"\r\n\r\n"},
        Smuggled{"ChunkedInHttp10", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        Smuggled{"FoldedLine", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n"},
        Smuggled{"FoldedTab", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n"},
        Smuggled{"FoldedEmptyValue", "GET / HTTP/1.1\r\nHost: x\r\nA:\r\n c\r\n\r\n"},
        Smuggled{"FoldedToNothing", "GET / HTTP/1.1\r\nHost: x\r\nA:\r\n \r\n\r\n"},
        Smuggled{"FoldedFirstLine", "GET / HTTP/1.1\r\n Host: x\r\n\r\n"},
        Smuggled{"SpaceBeforeColon", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\na"},
        Smuggled{"SpaceInName", "GET / HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n"},
        Smuggled{"NoName", "GET / HTTP/1.1\r\nHost: x\r\n: c\r\n\r\n"},
        Smuggled{"NulInValue", "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"sv},
        Smuggled{"NulInTarget", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"sv},
        Smuggled{"BareLineFeeds", "GET / HTTP/1.1\nHost: x\n\n"},
        Smuggled{"OneBareLineFeed", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n"},
        Smuggled{"BareCarriageReturn", "GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n"},
        Smuggled{"NoHost", "GET / HTTP/1.1\r\n\r\n"},
        Smuggled{"TwoHosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"},
        Smuggled{"ListOfHosts", "GET / HTTP/1.1\r\nHost: x, y\r\n\r\n"},
        Smuggled{"HostWithPath", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"},
        Smuggled{"TwoAuthorizations", "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n"},
        Smuggled{"Fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"},
        Smuggled{"RelativeTarget", "GET a HTTP/1.1\r\nHost: x\r\n\r\n"},
        Smuggled{"BytesBeyondAscii", "GET /\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n"},
        Smuggled{"Connect", "CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
        Smuggled{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        Smuggled{"Http2", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
        Smuggled{"Http3", "GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505},
        Smuggled{"OldHttp", "GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505},
        Smuggled{"VersionWithoutMinor", "GET / HTTP/2\r\nHost: x\r\n\r\n"},
        Smuggled{"LongVersion", "GET / HTTP/1.10\r\nHost: x\r\n\r\n"},
        Smuggled{"EmptyAuthority", "GET http:///path HTTP/1.1\r\nHost: x\r\n\r\n"},
        Smuggled{"OnlyAPort", "GET http://:80/ HTTP/1.1\r\nHost: x\r\n\r\n"},
        Smuggled{"UserInTarget", "GET http://a@x/ HTTP/1.1\r\nHost: x\r\n\r\n"},
        Smuggled{"OtherScheme", "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n"},
        Smuggled{"ThreeEmptyLines", "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"},
        Smuggled{"Http09", "GET /\r\n\r\n"}, Smuggled{"TlsHello", "\x16\x03\x01\x02"},
        Smuggled{"BadChunkSize", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nab\r\n"},
        Smuggled{"SignedChunkSize", "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nab\r\n"},
        Smuggled{"PrefixedChunkSize",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nab\r\n0\r\n\r\n"},
        Smuggled{"HugeChunkSize",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nab\r\n"},
        Smuggled{"SpaceBeforeChunkSize",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n 2\r\nab\r\n0\r\n\r\n"},
        Smuggled{"SpaceBehindChunkSize",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\nab\r\n0\r\n\r\n"},
        Smuggled{"ChunkLongerThanItsSize",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n"},
        Smuggled{"LineFeedInChunkExtension",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a=\"\n\"\r\nab\r\n0\r\n\r\n"},
        Smuggled{"BareLineFeedBehindChunkSize",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n"},
        Smuggled{"FoldedTrailer",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n c\r\n\r\n"},
        Smuggled{"LengthInTrailer",
                 "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace pms::http
