// What of a request's and an answer's head passes the gateway.
#include "relay/forwarding.hpp"

#include <chrono>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace pms::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

class Forwarding : public testing::Test {
 protected:
  /// The head that an upstream gets for a client's request with these fields.
  std::string passed_on(std::string_view fields, std::string_view request_line = "GET /api/patients/7?q=1 HTTP/1.1") {
    const std::string bytes = fmt::format("{}\r\nHost: clinic.example:4004\r\n{}\r\n", request_line, fields);
    EXPECT_TRUE(parser.parse_head(bytes)) << bytes;
    request.peer = boost::asio::ip::make_address(peer);
    request.peer_text = peer;
    request.context.request_id = "our-id";
    request.context.trace = {
        .trace_id = "0af7651916cd43dd8448eb211c80319c", .parent_id = "b7ad6b7169203331", .continued = continued};
    std::string out = "left over";
    write_request_head(out, {.head = parser.head(),
                             .request = request,
                             .path_prefix = "/patients",
                             .path_rest = "/7",
                             .taken_prefix = "/api",
                             .authority = "127.0.0.1:4000",
                             .time_left = std::chrono::seconds(10)});
    return out;
  }

  http::RequestParser parser{http::ParserLimits{}};
  http::Request request;
  std::string peer = "192.0.2.7";
  bool continued = false;
};

TEST_F(Forwarding, WritesTheRequestAnew) {
  const std::string head = passed_on("Accept: text/plain\r\nAuthorization: Bearer abc\r\nIf-Match: \"3\"\r\n");
  EXPECT_THAT(head, testing::StartsWith("GET /patients/7?q=1 HTTP/1.1\r\nHost: 127.0.0.1:4000\r\n"));
  EXPECT_THAT(head, testing::EndsWith("\r\n\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nAccept: text/plain\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nAuthorization: Bearer abc\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nIf-Match: \"3\"\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nForwarded: for=192.0.2.7;host=\"clinic.example:4004\";proto=http\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-Request-Id: our-id\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-Forwarded-Prefix: /api\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-Request-Timeout-Ms: 10000\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
}

TEST_F(Forwarding, WritesIpv6AddressesAsForwardedAsksFor) {
  peer = "2001:db8::7";
  EXPECT_THAT(passed_on(""), HasSubstr("\r\nForwarded: for=\"[2001:db8::7]\";host"));
}

TEST_F(Forwarding, NamesTheHostOfATargetInAbsoluteForm) {
  EXPECT_THAT(passed_on("", "GET HTTP://other.example/api/patients/7 HTTP/1.1"),
              HasSubstr(";host=\"other.example\";proto"));
}

TEST_F(Forwarding, PassesTracestateOnOnlyWithItsTrace) {
  EXPECT_THAT(passed_on("tracestate: a=b\r\n"), Not(HasSubstr("tracestate")));
  continued = true;
  EXPECT_THAT(passed_on("tracestate: a=b\r\n"), HasSubstr("\r\ntracestate: a=b\r\n"));
}

TEST_F(Forwarding, AddsItselfToVia) {
  EXPECT_THAT(passed_on(""), HasSubstr("\r\nVia: 1.1 pms-gateway\r\n"));
  EXPECT_THAT(passed_on("", "GET / HTTP/1.0"), HasSubstr("\r\nVia: 1.0 pms-gateway\r\n"));
  EXPECT_THAT(passed_on("Via: 1.1 edge\r\nConnection: Via\r\n"),
              HasSubstr("\r\nVia: 1.1 edge\r\nVia: 1.1 pms-gateway\r\n"));
}

TEST_F(Forwarding, KeepsTheQueryAsItIs) {
  EXPECT_THAT(passed_on("", "GET /api/patients HTTP/1.1"), testing::StartsWith("GET /patients/7 HTTP"));
  EXPECT_THAT(passed_on("", "GET /api/patients? HTTP/1.1"), testing::StartsWith("GET /patients/7? HTTP"));
  EXPECT_THAT(passed_on("", "GET /api/patients?a=%20&a HTTP/1.1"), testing::StartsWith("GET /patients/7?a=%20&a HTTP"));
}

TEST_F(Forwarding, SaysHowLongTheBodyIs) {
  request.body = "hello";
  EXPECT_THAT(passed_on("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.1"), HasSubstr("\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(passed_on("Content-Length: 5\r\n", "DELETE / HTTP/1.1"), HasSubstr("\r\nContent-Length: 5\r\n"));
  request.body = "";
  EXPECT_THAT(passed_on("", "POST / HTTP/1.1"), HasSubstr("\r\nContent-Length: 0\r\n"));
}

class FieldsThatStayBehind : public Forwarding, public testing::WithParamInterface<std::string_view> {};

TEST_P(FieldsThatStayBehind, DoNotReachAnUpstream) {
  EXPECT_THAT(passed_on(fmt::format("{}: from-the-client\r\n", GetParam())), Not(HasSubstr("from-the-client")));
}

INSTANTIATE_TEST_SUITE_P(Names, FieldsThatStayBehind,
                         testing::Values("Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization",
                                         "Proxy-Authenticate", "TE", "Trailer", "Upgrade", "Forwarded",
                                         "X-Forwarded-For", "x-forwarded-host", "X-Forwarded-Proto", "X-Forwarded-User",
                                         "X-Forwarded-Email", "X-Forwarded-Prefix", "X-Real-IP", "X-User-Id", "X-User",
                                         "x-user-roles", "X-Username", "X-Authenticated-User", "X-Authenticated-Userid",
                                         "X-Auth-Request-Email", "X-Remote-User", "Remote-User", "X-Roles",
                                         "X-Client-Cert", "X-Original-URL", "X-Principal", "X-Caller-Id", "X-Internal",
                                         "X-Request-Timeout-Ms", "traceparent", "X_User_Id", "x_forwarded_for",
                                         "X_Request-Id", "Remote_User", "Content_Length", "Transfer_Encoding",
                                         "True-Client-IP", "True_Client_IP", "X-HTTP-Method-Override", "X-HTTP-Method",
                                         "X-Method-Override", "X-Rewrite-URL", "X-Original-Host", "X-Cluster-Client-IP",
                                         "CF-Connecting-IP", "Fastly-Client-IP"));

TEST_F(Forwarding, KeepsWhatConnectionNamesToThisHop) {
  const std::string head = passed_on("Connection: close, X-Secret\r\nX-Secret: a\r\nX-Open: b\r\n");
  EXPECT_THAT(head, Not(HasSubstr("X-Secret")));
  EXPECT_THAT(head, HasSubstr("\r\nX-Open: b\r\n"));
}

TEST_F(Forwarding, DoesNotLetConnectionTakeAwayWhatTheGatewaySays) {
  const std::string head = passed_on("Connection: X-Request-Id, Forwarded, traceparent, Host\r\n");
  for (const char* name : {"X-Request-Id: ", "Forwarded: ", "traceparent: ", "Host: "})
    EXPECT_THAT(head, HasSubstr(name));
}

TEST(ForwardedAnswers, LoseWhatIsForOneHopOrWrittenAnew) {
  http::ResponseParser parser;
  ASSERT_TRUE(parser.parse_head(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"
      "Keep-Alive: timeout=5\r\nX-Request-Id: theirs\r\nCache-Control: public\r\nLocation: patients/7\r\nETag: "
      "\"1\"\r\n\r\n",
      false));
  std::string out;
  append_response_fields(out, parser.head(), true);
  EXPECT_EQ(out,
            "Content-Type: application/json\r\nLocation: patients/7\r\nETag: \"1\"\r\n"
            "Via: 1.1 pms-gateway\r\n"
            "Cache-Control: no-store\r\n");
  out.clear();
  append_response_fields(out, parser.head(), false);
  EXPECT_THAT(out, HasSubstr("Cache-Control: public\r\n"));
}

}  // namespace
}  // namespace pms::gateway
