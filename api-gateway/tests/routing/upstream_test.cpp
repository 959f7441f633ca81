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
    for (int i = 0; i < times; ++i) {
      clock.advance(std::chrono::milliseconds(1));
      upstream.record_failure(replica, clock.steady_now());
    }
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

TEST_F(Upstreams, EjectAReplicaAfterFiveFailuresInARow) {
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
}

class EjectedReplica : public Upstreams {
 protected:
  EjectedReplica() { fail(*upstream, bad, 5); }

  /// How many of ten requests would go to the ejected replica.
  int probes() {
    int count = 0;
    for (int i = 0; i < 10; ++i) count += &upstream->next() == &bad ? 1 : 0;
    return count;
  }

  std::unique_ptr<Upstream> upstream = make({"http://127.0.0.1:1", "http://127.0.0.1:2"});
  Replica& bad = upstream->next();
};

TEST_F(EjectedReplica, ReturnsWhenItsProbeSucceeds) {
  EXPECT_EQ(probes(), 0);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(probes(), 1);
  upstream->record_success(bad);
  EXPECT_EQ(probes(), 5);
}

TEST_F(EjectedReplica, IsProbedHalfAsOftenAfterEachFailure) {
  for (const int seconds : {1, 2, 4, 8, 16, 30, 30}) {
    clock.advance(std::chrono::milliseconds(seconds * 1000 - 100));
    EXPECT_EQ(probes(), 0) << seconds;
    clock.advance(std::chrono::milliseconds(100));
    EXPECT_EQ(probes(), 1) << seconds;
    fail(*upstream, bad, 1);
  }
}

TEST_F(EjectedReplica, IsProbedAgainWhenAProbeIsNeverAnswered) {
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(probes(), 1);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(probes(), 1);
}

TEST_F(EjectedReplica, IsNotBlamedForRequestsThatBeganBefore) {
  const auto before = clock.steady_now() - std::chrono::seconds(1);
  for (int i = 0; i < 10; ++i) upstream->record_failure(bad, before);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(probes(), 1);
}

TEST_F(EjectedReplica, IsAskedWhenTheOtherOneHasJustFailed) {
  Replica& good = upstream->next();
  EXPECT_NE(&good, &bad);
  EXPECT_EQ(&upstream->next(&good), &bad);
}

TEST_F(Upstreams, AskAnotherReplicaAfterAFailure) {
  auto upstream = make({"http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3"});
  const Replica& first = upstream->next();
  for (int i = 0; i < 6; ++i) EXPECT_NE(&upstream->next(&first), &first);
}

TEST_F(Upstreams, NeverEjectTheLastReplica) {
  auto upstream = make({"http://127.0.0.1:1", "http://127.0.0.1:2"});
  Replica& first = upstream->next();
  Replica& second = upstream->next();
  fail(*upstream, first, 10);
  fail(*upstream, second, 10);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(&upstream->next(), &second);
  auto alone = make({"http://127.0.0.1:1"});
  fail(*alone, alone->next(), 10);
  EXPECT_EQ(alone->next().authority(), "127.0.0.1:1");
  Replica& only = alone->next();
  EXPECT_EQ(&alone->next(&only), &only);
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
