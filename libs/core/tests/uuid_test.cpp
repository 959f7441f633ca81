#include "core/uuid.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

namespace pms::core {
namespace {

std::uint64_t milliseconds_of(const std::string& id) {
  return std::stoull(id.substr(0, 8) + id.substr(9, 4), nullptr, 16);
}

TEST(UuidV7, HasTheVersionTheVariantAndTheForm) {
  const std::string id = uuid_v7().next();
  EXPECT_EQ(parse_uuid(id), id);
  EXPECT_EQ(id[14], '7');
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << id;
}

TEST(UuidV7, BeginsWithTheMillisecondItWasMadeIn) {
  const auto now = [] {
    return static_cast<std::uint64_t>(
        std::chrono::floor<std::chrono::milliseconds>(system_clock().now()).time_since_epoch().count());
  };
  std::string id;
  // The id is generated on a new thread, because ids that another test generated quickly may be
  // ahead of the clock.
  const std::uint64_t before = now();
  std::thread([&] { id = uuid_v7().next(); }).join();
  EXPECT_GE(milliseconds_of(id), before);
  EXPECT_LE(milliseconds_of(id), now());
}

TEST(UuidV7, OfOneThreadSortAsTheyWereMade) {
  std::vector<std::string> ids(100'000);
  for (auto& id : ids) id = uuid_v7().next();
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

TEST(UuidV7, OfSeveralThreadsAreAllDifferent) {
  std::vector<std::vector<std::string>> made(4, std::vector<std::string>(20'000));
  std::vector<std::thread> threads;
  for (auto& ids : made)
    threads.emplace_back([&ids] {
      for (auto& id : ids) id = uuid_v7().next();
    });
  for (auto& thread : threads) thread.join();
  std::unordered_set<std::string> distinct;
  for (const auto& ids : made) distinct.insert(ids.begin(), ids.end());
  EXPECT_EQ(distinct.size(), 80'000U);
}

TEST(UuidV7, EndsDifferentlyEachTime) {
  std::unordered_set<std::string> ends;
  for (int i = 0; i < 1'000; ++i) ends.insert(uuid_v7().next().substr(24));
  EXPECT_EQ(ends.size(), 1'000U);
}

TEST(ParseUuid, TakesAnyVersionInAnyCaseAndGivesLowerCase) {
  EXPECT_EQ(parse_uuid("F47AC10B-58CC-4372-A567-0E02B2C3D479"), "f47ac10b-58cc-4372-a567-0e02b2c3d479");
  EXPECT_EQ(parse_uuid("00000000-0000-0000-0000-000000000000"), "00000000-0000-0000-0000-000000000000");
}

TEST(ParseUuid, RefusesEverythingElse) {
  for (const char* text : {"", "f47ac10b58cc4372a5670e02b2c3d479", "{f47ac10b-58cc-4372-a567-0e02b2c3d479}",
                           "f47ac10b-58cc-4372-a567-0e02b2c3d47", "f47ac10b-58cc-4372-a567-0e02b2c3d4790",
                           "g47ac10b-58cc-4372-a567-0e02b2c3d479", "f47ac10b-58cc-4372-a5670-e02b2c3d479",
                           "f47ac10b-58cc-4372-a567-0e02b2c3d47 "})
    EXPECT_FALSE(parse_uuid(text)) << text;
}

TEST(RandomBytes, AreAsManyAsAskedForAndNeverTheSame) {
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(1'000).size(), 1'000U);
  EXPECT_NE(random_bytes(32), random_bytes(32));
}

}  // namespace
}  // namespace pms::core
