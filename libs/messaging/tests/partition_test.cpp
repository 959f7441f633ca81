#include "messaging/partition.hpp"

#include <cstdint>
#include <gtest/gtest.h>

#include "messaging/outbox.hpp"

namespace pms::messaging {
namespace {

TEST(Partition, IsFnv1aOfTheKey) {
  // These are the published test values of 64-bit FNV-1a.
  EXPECT_EQ(partition_of("", 1'000'003), static_cast<std::int32_t>(0xcbf29ce484222325ull % 1'000'003));
  EXPECT_EQ(partition_of("a", 1'000'003), static_cast<std::int32_t>(0xaf63dc4c8601ec8cull % 1'000'003));
  EXPECT_EQ(partition_of("foobar", 1'000'003), static_cast<std::int32_t>(0x85944171f73967e8ull % 1'000'003));
  EXPECT_EQ(outbox_partition("foobar"), static_cast<std::int32_t>(0x85944171f73967e8ull % 12));
}

}  // namespace
}  // namespace pms::messaging
