#include "core/violations.hpp"

#include <gtest/gtest.h>
#include <optional>

namespace pms::core {
namespace {

TEST(Violations, AreNoneWhereNothingIsWrong) {
  Violations violations;
  violations.add("name", std::nullopt);
  EXPECT_TRUE(violations.result());
}

TEST(Violations, AreToldAllAtOnce) {
  Violations violations;
  violations.add("page", "must be a whole number from 1");
  violations.add("size", "must be 1 to 100");
  const auto result = violations.result();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::invalid);
  EXPECT_EQ(result.error().message, "page: must be a whole number from 1; size: must be 1 to 100");
  ASSERT_EQ(result.error().fields.size(), 2U);
  EXPECT_EQ(result.error().fields[1].field, "size");
}

}  // namespace
}  // namespace pms::core
