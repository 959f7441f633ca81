#include "security/password.hpp"

#include <algorithm>
#include <ctime>
#include <future>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "security/password_rule.hpp"
#include "testkit/run_task.hpp"

namespace pms::security {
namespace {

using namespace std::chrono_literals;

constexpr PasswordSettings cheap{.memory_kib = 8, .passes = 1, .threads = 1, .queue_limit = 64};

class Passwords : public testing::Test {
 protected:
  testkit::TestLoop loop_;
};

TEST_F(Passwords, AreRecognisedByTheirHash) {
  PasswordHasher hasher(cheap);
  auto phc = loop_.run(hasher.hash("correct horse"));
  ASSERT_TRUE(phc);
  EXPECT_TRUE(phc->starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << *phc;
  EXPECT_TRUE(loop_.run(hasher.verify("correct horse", *phc)).value());
  EXPECT_FALSE(loop_.run(hasher.verify("Correct horse", *phc)).value());
  EXPECT_FALSE(loop_.run(hasher.verify("", *phc)).value());
}

TEST_F(Passwords, HaveAnotherHashEachTime) {
  PasswordHasher hasher(cheap);
  EXPECT_NE(loop_.run(hasher.hash("correct horse")).value(), loop_.run(hasher.hash("correct horse")).value());
}

TEST_F(Passwords, AreHashedAsTheDefaultsSay) {
  PasswordHasher hasher;
  EXPECT_TRUE(loop_.run(hasher.hash("correct horse")).value().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST_F(Passwords, OfNobodyAreNeverRight) {
  PasswordHasher hasher(cheap);
  for (std::string password : {"", "correct horse"}) EXPECT_FALSE(loop_.run(hasher.verify(password, "")).value());
}

TEST_F(Passwords, OfNobodyCostAsMuchAsARealOne) {
  // The cost of hashing dominates everything else. Each case is measured as the fastest of three
  // attempts, in processor time.
  PasswordHasher hasher({.memory_kib = 16'384, .passes = 3, .threads = 1});
  std::string phc = loop_.run(hasher.hash("correct horse")).value();
  auto cost = [&](const std::string& against) {
    auto best = std::numeric_limits<std::clock_t>::max();
    for (int i = 0; i < 3; ++i) {
      std::clock_t begin = std::clock();
      EXPECT_FALSE(loop_.run(hasher.verify("wrong horse", against)).value());
      best = std::min(best, std::clock() - begin);
    }
    return best;
  };
  std::clock_t known = cost(phc);
  std::clock_t unknown = cost("");
  EXPECT_GT(unknown * 2, known);
  EXPECT_LT(unknown, known * 2);
}

TEST_F(Passwords, AreHashedBesideTheIoThread) {
  PasswordHasher hasher({.memory_kib = 65'536, .passes = 8, .threads = 1});
  auto hashing = loop_.start(hasher.hash("correct horse"));
  auto other_work = [](core::Executor) -> core::Task<int> { co_return 7; };
  EXPECT_EQ(loop_.run(other_work(loop_.context().get_executor())), 7);
  EXPECT_EQ(hashing.wait_for(0s), std::future_status::timeout) << "the loop waited for the hash";
  EXPECT_TRUE(hashing.get());
}

TEST_F(Passwords, BeyondTheQueueAreToldToComeAgain) {
  PasswordHasher hasher({.memory_kib = 65'536, .passes = 4, .threads = 1, .queue_limit = 2});
  std::vector<std::future<core::Result<std::string>>> all;
  for (int i = 0; i < 10; ++i) all.push_back(loop_.start(hasher.hash("correct horse")));
  int refused = 0;
  for (auto& one : all) {
    auto phc = one.get();
    if (phc) continue;
    ++refused;
    EXPECT_EQ(phc.error().code, core::Errc::unavailable);
    EXPECT_TRUE(phc.error().retry_after);
  }
  EXPECT_GE(refused, 1);
  EXPECT_LE(refused, 8) << "the queue holds two";
}

TEST_F(Passwords, StillWaitingWhenTheHasherGoesAreAnswered) {
  std::vector<std::future<core::Result<std::string>>> all;
  {
    PasswordHasher hasher({.memory_kib = 8'192, .passes = 2, .threads = 1});
    for (int i = 0; i < 20; ++i) all.push_back(loop_.start(hasher.hash("correct horse")));
    all.front().wait();
    auto turn = []() -> core::Task<int> { co_return 0; };
    loop_.run(turn());  // all twenty are queued
  }
  for (auto& one : all) {
    auto phc = one.get();
    EXPECT_TRUE(phc || phc.error().code == core::Errc::unavailable);
  }
}

TEST(PasswordRule, AsksForTwelveToHundredAndTwentyEightCharacters) {
  EXPECT_TRUE(check_new_password("elevenchars"));
  EXPECT_FALSE(check_new_password("twelve chars"));
  EXPECT_TRUE(check_new_password("ÄÖÜäöüß€éèê")) << "eleven characters, more bytes";
  std::string long_one;
  for (int i = 0; i < 32; ++i) long_one += "ab" + std::to_string(10 + i);
  ASSERT_EQ(long_one.size(), 128U);
  EXPECT_FALSE(check_new_password(long_one));
  EXPECT_TRUE(check_new_password(long_one + "x"));
}

TEST(PasswordRule, RefusesTheCommonOnesWhateverTheirCase) {
  for (std::string_view common : {"password1234", "PassWord1234", "123456789012", "qwertyuiop123", "passwordpassword",
                                  "correct horse battery staple", "iloveyouforever"})
    EXPECT_TRUE(check_new_password(common)) << common;
  for (std::string_view repeated : {"aaaaaaaaaaaa", "abababababab", "xyz1xyz1xyz1xyz1", "xyzxyzxyzxyzx"})
    EXPECT_TRUE(check_new_password(repeated)) << repeated;
}

TEST(PasswordRule, AsksForNoMixtureOfCharacters) {
  EXPECT_FALSE(check_new_password("seven purple violins"));
  EXPECT_FALSE(check_new_password("tractorvioletonion"));
}

}  // namespace
}  // namespace pms::security
