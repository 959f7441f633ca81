#include "rpc/caller.hpp"

#include <gtest/gtest.h>

namespace pms::rpc {
namespace {

TEST(Peer, IsOnThisMachineWhenItsAddressIsLoopback) {
  EXPECT_TRUE(is_loopback_peer("ipv4:127.0.0.1:50123"));
  EXPECT_TRUE(is_loopback_peer("ipv4:127.8.9.1:50123"));
  EXPECT_TRUE(is_loopback_peer("ipv6:%5B::1%5D:50123"));
  EXPECT_TRUE(is_loopback_peer("ipv6:[::1]:50123"));
}

TEST(Peer, IsElsewhereOtherwise) {
  EXPECT_FALSE(is_loopback_peer("ipv4:10.0.0.7:50123"));
  EXPECT_FALSE(is_loopback_peer("ipv6:%5B2001:db8::1%5D:50123"));
  EXPECT_FALSE(is_loopback_peer("ipv4:127.0.0.1"));
  EXPECT_FALSE(is_loopback_peer("unknown"));
  EXPECT_FALSE(is_loopback_peer(""));
}

}  // namespace
}  // namespace pms::rpc
