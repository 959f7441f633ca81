#include "rest/media_type.hpp"

#include <gmock/gmock.h>
#include <string_view>

#include "http/message.hpp"

namespace pms::rest {
namespace {

TEST(MediaType, IsAcceptedWithParametersAndInAnyCase) {
  for (std::string_view type : {"application/json", "Application/JSON; charset=utf-8", "application/json ;x=y"}) {
    const http::Field fields[] = {{"content-type", type}};
    http::Request request;
    request.fields = fields;
    EXPECT_FALSE(check_media_type(request, {"application/json"})) << type;
  }
}

TEST(MediaType, IsRefusedWith415) {
  for (std::string_view type : {"", "text/plain", "application/jsonp", "application/x-www-form-urlencoded"}) {
    const http::Field fields[] = {{"Content-Type", type}};
    http::Request request;
    request.fields = fields;
    auto refusal = check_media_type(request, {"application/merge-patch+json", "application/json"});
    ASSERT_TRUE(refusal) << type;
    EXPECT_EQ(refusal->status, 415);
    EXPECT_THAT(refusal->body, testing::HasSubstr("application/merge-patch+json or application/json"));
  }
}

}  // namespace
}  // namespace pms::rest
