#include "edge/request_check.hpp"

#include <gtest/gtest.h>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace pms::gateway {
namespace {

http::Request get(std::string_view path) {
  http::Request request;
  request.method = http::Method::get;
  request.path = path;
  return request;
}

struct BadPath {
  std::string_view path;
  std::string_view detail;
};

class BadPaths : public testing::TestWithParam<BadPath> {};

TEST_P(BadPaths, AreRefusedWithWhatIsWrong) {
  const auto refusal = check_request(get(GetParam().path));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 400);
  EXPECT_EQ(refusal->detail, GetParam().detail);
}

constexpr std::string_view dots = "the path must not contain a segment . or ..";
constexpr std::string_view empty = "the path must not contain an empty segment";
constexpr std::string_view backslash = "the path must not contain a backslash";
constexpr std::string_view slash = "the path must not contain an encoded slash";

INSTANTIATE_TEST_SUITE_P(
    Table, BadPaths,
    testing::Values(BadPath{"/auth/login/../users", dots}, BadPath{"/auth/..", dots}, BadPath{"/..", dots},
                    BadPath{"/.", dots}, BadPath{"/./a", dots}, BadPath{"/a/./b", dots}, BadPath{"/a/%2e%2e/b", dots},
                    BadPath{"/a/%2E%2e", dots}, BadPath{"/a/.%2e/b", dots}, BadPath{"/a/%2e./b", dots},
                    BadPath{"/a/%2e/b", dots}, BadPath{"//", empty}, BadPath{"//auth/login", empty},
                    BadPath{"/auth//login", empty}, BadPath{"/auth/login//", empty}, BadPath{"/a\\b", backslash},
                    BadPath{"/a/..\\users", backslash}, BadPath{"/a%5cb", backslash}, BadPath{"/a%5Cb", backslash},
                    BadPath{"/a%2fb", slash}, BadPath{"/a%2Fb", slash}, BadPath{"/a/..%2fusers", slash},
                    BadPath{"/a%00", "the path must not contain NUL"}));

TEST(CheckedRequests, PassWithAnyOtherPath) {
  for (std::string_view path :
       {"/", "/auth/login", "/auth/login/", "/.well-known/jwks.json", "/a/...", "/a/..b", "/a/b..", "/a/.b/c.",
        "/a/%2eb", "/a/%2e%2e%2e", "/a/%20%7E", "/a%", "/a%2", "/a%252f", "/a/%e2%82%ac", "*", ""})
    EXPECT_FALSE(check_request(get(path))) << path;
}

TEST(CheckedRequests, HaveAMethodThatTheGatewayImplements) {
  for (const auto method : {http::Method::get, http::Method::head, http::Method::post, http::Method::put,
                            http::Method::patch, http::Method::delete_, http::Method::options}) {
    http::Request request = get("/a");
    request.method = method;
    EXPECT_FALSE(check_request(request));
  }
  http::Request request = get("/a");
  request.method = http::Method::other;
  const auto refusal = check_request(request);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 501);
}

TEST(CheckedRequests, MayPassTheGatewayFiveTimes) {
  http::Request request = get("/a");
  std::vector<http::Field> fields{{"Via", "1.1 pms-gateway, 1.1 other, 1.0 pms-gateway"},
                                  {"via", "1.1 pms-gateway"},
                                  {"Via", "1.1 pms-gateway,1.1 pms-gateway"}};
  request.fields = fields;
  EXPECT_FALSE(check_request(request));
  fields.push_back({"VIA", "1.1 pms-gateway"});
  request.fields = fields;
  const auto refusal = check_request(request);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 508);
}

}  // namespace
}  // namespace pms::gateway
