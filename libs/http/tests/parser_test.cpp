// The parsers by themselves: views, framing, what a response may be. What requests are refused is
// in limits_test.cpp.
#include "http/parser.hpp"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace pms::http {
namespace {

TEST(RequestHeads, AreReadAsViews) {
  RequestParser parser{ParserLimits{}};
  const std::string bytes =
      "PUT /a/b?c=d HTTP/1.1\r\nHost: h:1\r\nX-Request-Id:  id \r\ntraceparent: t\r\nX-Request-Timeout-Ms: 5\r\n"
      "Authorization: Bearer x\r\nContent-Length: 3\r\n\r\nabcREST";
  auto size = parser.parse_head(bytes);
  ASSERT_TRUE(size);
  EXPECT_EQ(bytes.substr(*size), "abcREST");
  const RequestHead& head = parser.head();
  EXPECT_EQ(head.method, Method::put);
  EXPECT_EQ(head.path, "/a/b");
  EXPECT_EQ(head.query, "c=d");
  EXPECT_EQ(head.host, "h:1");
  EXPECT_EQ(head.request_id, "id");
  EXPECT_EQ(head.traceparent, "t");
  EXPECT_EQ(head.timeout_ms, "5");
  EXPECT_EQ(head.authorization, "Bearer x");
  EXPECT_EQ(head.framing, Framing::length);
  EXPECT_EQ(head.content_length, 3U);
  EXPECT_EQ(head.fields.size(), 6U);
  EXPECT_EQ(head.fields[1].value, "id");
  EXPECT_TRUE(head.keep_alive);
}

TEST(RequestHeads, ForgetThePreviousRequest) {
  RequestParser parser{ParserLimits{}};
  ASSERT_TRUE(parser.parse_head("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: b\r\nConnection: close, X-Y\r\n\r\n"));
  ASSERT_TRUE(parser.parse_head("GET /c HTTP/1.1\r\nHost: d\r\n\r\n"));
  EXPECT_EQ(parser.head().authorization, "");
  EXPECT_TRUE(parser.head().keep_alive);
  EXPECT_FALSE(parser.head().connection_names("X-Y"));
  EXPECT_EQ(parser.head().fields.size(), 1U);
}

TEST(RequestHeads, MayBeInAbsoluteForm) {
  RequestParser parser{ParserLimits{}};
  ASSERT_TRUE(parser.parse_head("GET http://host:80/a?b HTTP/1.1\r\nHost: host:80\r\n\r\n"));
  EXPECT_EQ(parser.head().path, "/a");
  EXPECT_EQ(parser.head().query, "b");
  ASSERT_TRUE(parser.parse_head("GET http://host HTTP/1.1\r\nHost: host\r\n\r\n"));
  EXPECT_EQ(parser.head().path, "/");
}

TEST(RequestHeads, InAbsoluteFormNameTheHost) {
  RequestParser parser{ParserLimits{}};
  for (std::string_view scheme : {"http", "HTTP", "Https"}) {
    const std::string bytes = "GET " + std::string(scheme) + "://one:80/a HTTP/1.1\r\nHost: two\r\n\r\n";
    ASSERT_TRUE(parser.parse_head(bytes));
    EXPECT_EQ(parser.head().host, "one:80");
    EXPECT_EQ(parser.head().path, "/a");
  }
  ASSERT_TRUE(parser.parse_head("GET /a HTTP/1.1\r\nHost: two\r\n\r\n"));
  EXPECT_EQ(parser.head().host, "two");
}

TEST(RequestHeads, OfALaterMinorVersionAreReadAsHttp11) {
  RequestParser parser{ParserLimits{}};
  ASSERT_TRUE(parser.parse_head("GET / HTTP/1.2\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(parser.head().http_1_1);
  EXPECT_TRUE(parser.head().keep_alive);
  EXPECT_FALSE(parser.parse_head("GET / HTTP/1.2\r\n\r\n")) << "without Host";
}

TEST(RequestHeads, WithSeveralIdsHaveNone) {
  RequestParser parser{ParserLimits{}};
  ASSERT_TRUE(
      parser.parse_head("GET / HTTP/1.1\r\nHost: a\r\ntraceparent: b\r\nTraceparent: c\r\nX-Request-Id: d\r\n"
                        "x-request-id: d\r\n\r\n"));
  EXPECT_EQ(parser.head().traceparent, "");
  EXPECT_EQ(parser.head().request_id, "");
}

TEST(RequestHeads, MayFollowOneOrTwoEmptyLines) {
  for (const std::string lines : {"\r\n", "\r\n\r\n"}) {
    RequestParser parser{ParserLimits{}};
    const std::string bytes = lines + "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    EXPECT_EQ(parser.parse_head(bytes), bytes.size());
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_EQ(parser.parse_head(std::string_view(bytes).substr(0, size)), 0U);
    EXPECT_EQ(parser.parse_head(bytes), bytes.size());
  }
}

TEST(RequestHeads, AreIncompleteUntilTheEmptyLine) {
  const std::string_view whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  RequestParser parser{ParserLimits{}};
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_EQ(parser.parse_head(whole.substr(0, size)), 0U);
  EXPECT_EQ(parser.parse_head(whole), whole.size());
}

TEST(ConnectionField, NamesFieldsForOneHop) {
  RequestParser parser{ParserLimits{}};
  ASSERT_TRUE(parser.parse_head(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive,\t X-One ,\r\nConnection: x-two, close\r\n\r\n"));
  EXPECT_TRUE(parser.head().connection_names("x-one"));
  EXPECT_TRUE(parser.head().connection_names("X-Two"));
  EXPECT_FALSE(parser.head().connection_names("X-Three"));
  EXPECT_FALSE(parser.head().keep_alive);
}

struct ResponseCase {
  std::string_view name;
  std::string_view bytes;
  Framing framing;
  std::uint64_t length = 0;
  bool keep_alive = true;
  bool to_head = false;
};

class ResponseHeads : public testing::TestWithParam<ResponseCase> {};

TEST_P(ResponseHeads, SayWhereTheirBodyEnds) {
  ResponseParser parser;
  auto size = parser.parse_head(GetParam().bytes, GetParam().to_head);
  ASSERT_TRUE(size);
  EXPECT_EQ(*size, GetParam().bytes.size());
  EXPECT_EQ(parser.head().framing, GetParam().framing);
  EXPECT_EQ(parser.head().content_length, GetParam().length);
  EXPECT_EQ(parser.head().keep_alive, GetParam().keep_alive);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, ResponseHeads,
    testing::Values(
        ResponseCase{"Sized", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", Framing::length, 5},
        ResponseCase{"Huge", "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n", Framing::length, 5'000'000'000},
        ResponseCase{"Empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Framing::none},
        ResponseCase{"Chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Framing::chunked},
        ResponseCase{"UntilClose", "HTTP/1.1 200 OK\r\n\r\n", Framing::until_close, 0, false},
        ResponseCase{"Http10", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", Framing::length, 5, false},
        ResponseCase{"Http10KeepAlive", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n",
                     Framing::length, 5},
        ResponseCase{"Close", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", Framing::length, 5,
                     false},
        ResponseCase{"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", Framing::none},
        ResponseCase{"NotModified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", Framing::none, 7},
        ResponseCase{"Continue", "HTTP/1.1 100 Continue\r\n\r\n", Framing::none},
        ResponseCase{"ToHead", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", Framing::none, 7, true, true}),
    [](const auto& info) { return std::string(info.param.name); });

class BadResponses : public testing::TestWithParam<std::string_view> {};

TEST_P(BadResponses, AreRefused) {
  ResponseParser parser;
  EXPECT_FALSE(parser.parse_head(GetParam(), false)) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Answers, BadResponses,
                         testing::Values("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                                         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
                                         "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
                                         "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                                         "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                         "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
                                         "HTTP/1.1 200 OK\nContent-Length: 5\n\n", "HTTP/1.1 2000 OK\r\n\r\n",
                                         "HTTP/2 200 OK\r\n\r\n", "220 mail.example.com ESMTP\r\n\r\n"));

}  // namespace
}  // namespace pms::http
