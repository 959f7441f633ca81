#include "http/message.hpp"

#include <chrono>
#include <cstddef>
#include <gmock/gmock.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.hpp"
#include "http/problem.hpp"

namespace pms::http {
namespace {

TEST(HttpQuery, DecodesItsParameters) {
  auto query = Query::parse("name=Zo%C3%AB+B&empty=&flag&a%3Db=c%26d");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->find("name"), "Zoë B");
  EXPECT_EQ(query->find("empty"), "");
  EXPECT_EQ(query->find("flag"), "");
  EXPECT_EQ(query->find("a=b"), "c&d");
  EXPECT_EQ(query->find("other"), std::nullopt);
}

TEST(HttpQuery, NamesTheParameterThatIsWrong) {
  auto field_of = [](std::string_view text) {
    auto query = Query::parse(text);
    return query ? std::string() : query.error().fields.at(0).field;
  };
  EXPECT_EQ(field_of("a=%zz"), "a");
  EXPECT_EQ(field_of("a=%4"), "a");
  EXPECT_EQ(field_of("a=%ff"), "a");
  EXPECT_EQ(field_of("a=1&a=2"), "a");
  EXPECT_EQ(field_of("%ff=1"), "query");
}

TEST(HttpQuery, KnowsWhichParametersAreNotExpected) {
  auto query = Query::parse("page=1&sice=2");
  ASSERT_TRUE(query);
  EXPECT_TRUE(query->only({"page", "sice"}));
  auto refused = query->only({"page", "size"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).field, "sice");
  EXPECT_THAT(refused.error().message, testing::HasSubstr("page, size"));
}

TEST(HttpRequest, FindsFieldsWithoutRegardToCase) {
  const Field fields[] = {{"If-Match", "\"3\""}, {"if-match", "second"}};
  Request request;
  request.fields = fields;
  EXPECT_EQ(request.header("IF-MATCH"), "\"3\"");
  EXPECT_EQ(request.header("If-None-Match"), "");
}

TEST(HttpProblem, SaysWhatIsWrongWhereAndInWhichTrace) {
  Request request;
  request.path = "/patients";
  request.context.trace.trace_id = "0af7651916cd43dd8448eb211c80319c";
  const Response response = problem(
      core::Error{.code = core::Errc::invalid, .message = "name: is required", .fields = {{"name", "is required"}}},
      request);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"name: is required",)"
                           R"("instance":"/patients","traceId":"0af7651916cd43dd8448eb211c80319c",)"
                           R"("errors":[{"field":"name","message":"is required"}]})");
}

TEST(HttpProblem, NamesThePathThatTheClientAskedFor) {
  Request request;
  request.path = "/patients/7";
  const auto instance = [&request](std::string_view prefix) {
    const Field fields[] = {{"X-Forwarded-Prefix", prefix}};
    request.fields = fields;
    const std::string body = problem(404, "nothing", request).body;
    const std::size_t begin = body.find(R"("instance":")") + 12;
    return body.substr(begin, body.find('"', begin) - begin);
  };
  EXPECT_EQ(instance("/api"), "/patients/7") << "the edge does not believe its clients";
  request.context.behind_gateway = true;
  EXPECT_EQ(instance("/api"), "/api/patients/7");
  for (std::string_view odd : {"", "api", "/api/", "/a b", "/a?b", "/<b>", "https://x.example"})
    EXPECT_EQ(instance(odd), "/patients/7") << odd;
  EXPECT_EQ(instance(std::string(300, '/').append("a")), "/patients/7");
}

TEST(HttpProblem, KeepsADefectToItself) {
  const Response response = problem(core::Error{.code = core::Errc::internal, .message = "row 7 is broken"}, Request());
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("row 7"), std::string::npos);
}

TEST(HttpProblem, SaysWhenToTryAgain) {
  core::Error error{.code = core::Errc::unavailable, .message = "away"};
  EXPECT_EQ(problem(error, Request()).fields, "Retry-After: 1\r\n");
  error.retry_after = std::chrono::milliseconds(2'001);
  EXPECT_EQ(problem(error, Request()).fields, "Retry-After: 3\r\n");
}

TEST(HttpProblem, HasOneStatusForEachKindOfError) {
  using enum core::Errc;
  for (auto [code, status] : std::initializer_list<std::pair<core::Errc, int>>{{invalid, 400},
                                                                               {unauthenticated, 401},
                                                                               {permission_denied, 403},
                                                                               {not_found, 404},
                                                                               {conflict, 409},
                                                                               {precondition_failed, 412},
                                                                               {unprocessable, 422},
                                                                               {resource_exhausted, 429},
                                                                               {internal, 500},
                                                                               {unavailable, 503},
                                                                               {deadline_exceeded, 504},
                                                                               {storage_full, 507},
                                                                               {violation, 500}}) {
    EXPECT_EQ(status_of(code), status);
    EXPECT_NE(reason_phrase(status), "Unknown");
  }
}

}  // namespace
}  // namespace pms::http
