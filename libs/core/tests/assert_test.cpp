#include "core/assert.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace pms::core {
namespace {

TEST(Assert, EndsTheProcessAndNamesTheBrokenContract) {
  const int bytes = 0;
  EXPECT_DEATH(PMS_ASSERT(bytes > 0, "there is something to send"), "assert_test.cpp:.*there is something to send");
}

TEST(Assert, DoesNothingWhileTheContractHolds) { PMS_ASSERT(1 + 1 == 2, "arithmetic works"); }

TEST(ThreadChecker, RefusesASecondThread) {
  EXPECT_DEATH(
      {
        ThreadChecker checker;
        checker.check();
        std::thread([&checker] { checker.check(); }).join();
      },
      "used on one thread only");
}

TEST(ThreadChecker, FollowsAnObjectThatIsHandedOver) {
  ThreadChecker checker;
  checker.check();
  checker.release();
  std::thread([&checker] { checker.check(); }).join();
}

}  // namespace
}  // namespace pms::core
