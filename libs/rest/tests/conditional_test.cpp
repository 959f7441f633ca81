#include "rest/conditional.hpp"

#include <gtest/gtest.h>

namespace pms::rest {
namespace {

TEST(IfNoneMatch, NamesTheTagAloneInAListAndWeakly) {
  EXPECT_TRUE(none_match_names("\"3\"", "\"3\""));
  EXPECT_TRUE(none_match_names("\"1\",\t\"3\" ,\"5\"", "\"3\""));
  EXPECT_TRUE(none_match_names("W/\"3\"", "\"3\""));
  EXPECT_TRUE(none_match_names(" * ", "\"3\""));
}

TEST(IfNoneMatch, DoesNotNameAnotherTag) {
  EXPECT_FALSE(none_match_names("", "\"3\""));
  EXPECT_FALSE(none_match_names("3", "\"3\""));
  EXPECT_FALSE(none_match_names("\"33\"", "\"3\""));
  EXPECT_FALSE(none_match_names("\"4\",", "\"3\""));
  EXPECT_FALSE(none_match_names("w/\"3\"", "\"3\""));
}

}  // namespace
}  // namespace pms::rest
