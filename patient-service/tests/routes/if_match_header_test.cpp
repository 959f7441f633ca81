#include "routes/if_match_header.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "http/message.hpp"

namespace pms::patient {
namespace {

using Versions = std::vector<std::int64_t>;

core::Result<ExpectedVersions> read(const std::vector<http::Field>& fields) {
  http::Request request;
  request.fields = fields;
  return if_match(request);
}

Versions versions(std::string_view value) { return read({{"If-Match", value}}).value().value(); }

TEST(IfMatch, NamesAnyVersionWhenItIsAbsentOrAStar) {
  EXPECT_EQ(read({}).value(), std::nullopt);
  EXPECT_EQ(read({{"if-match", "*"}}).value(), std::nullopt);
}

TEST(IfMatch, NamesTheVersionsOfItsTags) {
  EXPECT_EQ(versions("\"3\""), Versions({3}));
  EXPECT_EQ(versions("\"3\",\"4\" ,\t\"12\""), Versions({3, 4, 12}));
  EXPECT_EQ(versions(",\"3\",, \"4\","), Versions({3, 4}));
  EXPECT_EQ(read({{"If-Match", "\"3\""}, {"IF-MATCH", "\"4\""}}).value(), Versions({3, 4}));
}

TEST(IfMatch, NamesNoVersionByWeakOrForeignTags) {
  for (const char* tag : {"W/\"3\"", "\"\"", "\"a,b\"", "\"03\"", "\"+3\"", "\"\xc3\xab\"", "\"99999999999999999999\""})
    EXPECT_EQ(versions(tag), Versions()) << tag;
  EXPECT_EQ(versions("W/\"3\", \"a,b\", \"4\""), Versions({4}));
}

TEST(IfMatch, IsRefusedByNameWhenItIsNoListOfTags) {
  for (const char* value : {"", ",", "3", "'3'", "\"3", "3\"", "\"3\" \"4\"", "\"3\"4", "*, \"3\"", "w/\"3\"", "W/3",
                            "W/", "\"a b\"", "\"a\tb\""}) {
    const auto refused = read({{"If-Match", value}});
    ASSERT_FALSE(refused) << value;
    EXPECT_EQ(refused.error().code, core::Errc::invalid);
    EXPECT_EQ(refused.error().fields.at(0).field, "If-Match");
  }
  EXPECT_FALSE(read({{"If-Match", "*"}, {"If-Match", "*"}}));
}

}  // namespace
}  // namespace pms::patient
