#include "routing/upstream.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "testkit/fake_clock.hpp"

namespace pms::gateway {
namespace {

class Upstreams : public testing::Test {
 protected:
  std::unique_ptr<Upstream> make(const std::vector<std::string>& urls) {
    auto made = Upstream::make("patient", urls, 1, clock);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  void fail(Upstream& upstream, Replica& replica, int times) {
    for (int i = 0; i < times; ++i) upstream.record_failure(replica);
  }

  testkit::FakeClock clock;
};

TEST_F(Upstreams, AreAskedInTurn) {
  auto upstream = make({"http://127.0.0.1:1", "http://localhost:2/"});
  Replica& first = upstream->next();
  Replica& second = upstream->next();
  EXPECT_EQ(first.authority(), "127.0.0.1:1");
  EXPECT_EQ(second.authority(), "localhost:2");
  EXPECT_EQ(&upstream->next(), &first);
}

TEST_F(Upstreams, PassOverAReplicaThatFailedFiveTimesInARowForThirtySeconds) {
  auto upstream = make({"http://127.0.0.1:1", "http://127.0.0.1:2"});
  Replica& bad = upstream->next();
  Replica& good = upstream->next();
  fail(*upstream, bad, 4);
  upstream->record_success(bad);
  fail(*upstream, bad, 4);
  EXPECT_EQ(&upstream->next(), &bad);
  upstream->next();
  fail(*upstream, bad, 1);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(&upstream->next(), &good);
  clock.advance(std::chrono::seconds(31));
  EXPECT_NE(&upstream->next(), &upstream->next());
}

TEST_F(Upstreams, NeverPassOverTheLastReplica) {
  auto upstream = make({"http://127.0.0.1:1", "http://127.0.0.1:2"});
  Replica& first = upstream->next();
  Replica& second = upstream->next();
  fail(*upstream, first, 10);
  fail(*upstream, second, 10);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(&upstream->next(), &second);
  auto alone = make({"http://127.0.0.1:1"});
  fail(*alone, alone->next(), 10);
  EXPECT_EQ(alone->next().authority(), "127.0.0.1:1");
}

TEST_F(Upstreams, NameAnIpv6AddressInBrackets) {
  auto upstream = make({"http://[::1]:4000"});
  EXPECT_EQ(upstream->next().host(), "::1");
  EXPECT_EQ(upstream->next().authority(), "[::1]:4000");
}

TEST_F(Upstreams, RefuseUrlsThatAreNone) {
  for (const char* url : {"", "127.0.0.1:4000", "https://127.0.0.1:4000", "http://", "http://host/path",
                          "http://host:0", "http://host:99999", "http://host?query", "http://user:password@host"}) {
    auto made = Upstream::make("patient", {url}, 1, clock);
    ASSERT_FALSE(made) << url;
    EXPECT_EQ(made.error().fields.at(0).field, "gateway.upstream.patient");
  }
  EXPECT_FALSE(Upstream::make("patient", {}, 1, clock));
}

}  // namespace
}  // namespace pms::gateway
