#include "security/bearer_token.hpp"

#include <gtest/gtest.h>

namespace pms::security {
namespace {

TEST(BearerToken, IsWhatFollowsTheSchemeInAnyLetterCase) {
  EXPECT_EQ(bearer_token("Bearer abc.def"), "abc.def");
  EXPECT_EQ(bearer_token("bearer abc"), "abc");
  EXPECT_EQ(bearer_token("BEARER   abc"), "abc");
}

TEST(BearerToken, IsEmptyInAFieldOfAnotherForm) {
  for (const char* other : {"", "Bearer", "Bearer ", "Bearer   ", "Basic abc", "Bearerabc", "abc"})
    EXPECT_EQ(bearer_token(other), "") << other;
}

}  // namespace
}  // namespace pms::security
