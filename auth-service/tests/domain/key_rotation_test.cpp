#include "domain/key_rotation.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

constexpr core::Timestamp start{1'767'268'800s};

TEST(KeyRotation, BeginsWithAKeyThatSignsAtOnce) {
  KeyGeneration first = first_generation(start);
  EXPECT_EQ(first.number, 1);
  EXPECT_EQ(signing_at({&first, 1}, start).number, 1);
  EXPECT_FALSE(needs_successor({&first, 1}, start));
}

TEST(KeyRotation, MakesTheNextKeyBeforeItsTime) {
  KeyGeneration first = first_generation(start);
  core::Timestamp due = start + key_signs_for - key_published_before;
  EXPECT_FALSE(needs_successor({&first, 1}, due - 1us));
  EXPECT_TRUE(needs_successor({&first, 1}, due));
  KeyGeneration second = successor({&first, 1}, due);
  EXPECT_EQ(second.number, 2);
  EXPECT_EQ(second.signs_from, start + key_signs_for);
}

TEST(KeyRotation, PublishesAKeyThatComesLateBeforeItSigns) {
  KeyGeneration first = first_generation(start);
  core::Timestamp late = start + 200 * 24h;
  EXPECT_EQ(successor({&first, 1}, late).signs_from, late + key_published_before);
}

TEST(KeyRotation, SignsWithTheLatestKeyWhoseTimeHasCome) {
  std::vector<KeyGeneration> generations{first_generation(start), {.number = 2, .signs_from = start + 90 * 24h}};
  EXPECT_EQ(signing_at(generations, start + 90 * 24h - 1us).number, 1);
  EXPECT_EQ(signing_at(generations, start + 90 * 24h).number, 2);
  EXPECT_EQ(signing_at(generations, start - 1h).number, 1) << "a clock turned back leaves something to sign with";
}

TEST(KeyRotation, KeepsAKeyUntilItsLastTokenHasEnded) {
  std::vector<KeyGeneration> generations{first_generation(start), {.number = 2, .signs_from = start + 90 * 24h}};
  EXPECT_EQ(oldest_needed(generations, start + 90 * 24h + key_published_after - 1us), 1);
  EXPECT_EQ(oldest_needed(generations, start + 90 * 24h + key_published_after), 2);
}

}  // namespace
}  // namespace pms::auth
