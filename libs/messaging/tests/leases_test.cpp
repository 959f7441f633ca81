// Tests that only one of two processes gets a lease if both want it at the same moment, or their
// clocks differ.
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conformance.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "faults.hpp"
#include "messaging/embedded/embedded_log.hpp"
#include "messaging/embedded/group_lease.hpp"
#include "messaging/outbox_leases.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::messaging {
namespace {

using namespace std::chrono_literals;
using Holder = embedded::GroupLease::Holder;
using Partitions = std::vector<std::int64_t>;
using database::Statement;

constexpr std::string_view outbox_tables = R"(
  CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, partition INTEGER NOT NULL, published_at BIGINT);
  CREATE TABLE outbox_lease (partition INTEGER PRIMARY KEY, owner TEXT NOT NULL, expires_at BIGINT NOT NULL);)";
constexpr database::Migration outbox_migrations[] = {
    {.number = 1, .name = "create_outbox", .sqlite = outbox_tables, .postgresql = outbox_tables}};
constexpr Statement insert_row{"INSERT INTO outbox (partition) VALUES ($1)"};

class Leases : public testing::Test {
 protected:
  void TearDown() override {
    halt(loop_);
    halt(slow_loop_);
  }
  std::unique_ptr<database::Database> open_database(const std::string& name) {
    database::Options options;
    options.service = "test";
    return database::sqlite::open(folder_ / name, options).value();
  }
  std::unique_ptr<database::Database> open_log_database() {
    auto log = embedded::open((folder_ / "events.db").string()).value();
    EXPECT_TRUE(loop_.run(log->ensure_topic("patient", TopicSettings())));
    return open_database("events.db");
  }
  std::unique_ptr<database::Database> open_outbox_database() {
    auto database = open_database("patient.db");
    EXPECT_TRUE(database->migrate(outbox_migrations));
    return database;
  }
  void add_rows(database::Database& database) {
    database::Batch rows;
    rows.add(insert_row, database::Params{std::int64_t{3}}).add(insert_row, database::Params{std::int64_t{7}});
    ASSERT_TRUE(loop_.run(database.commit(std::move(rows), Deadline::after(10s))));
  }

  testkit::TestLoop loop_;  // first: engines post to it until they are destroyed
  testkit::TestLoop slow_loop_;
  testkit::TemporaryFolder folder_;
  testkit::FakeClock clock_;
  testkit::FakeClock clock_ahead_;
  Progress progress_;
};

TEST_F(Leases, GiveAGroupToTheFasterOfTwo) {
  auto database = open_log_database();
  FaultyDatabase slow_database(*database, progress_);
  embedded::GroupLease slow(slow_database, core::system_clock(), 1h, "billing-service");
  embedded::GroupLease fast(*database, core::system_clock(), 1h, "billing-service");

  slow_database.commit_gate.shut();
  auto late = slow_loop_.start(slow.acquire(1));
  ASSERT_TRUE(slow_database.commit_gate.wait_for_somebody());  // it has read that the group is free
  EXPECT_EQ(loop_.run(fast.acquire(1)).value(), Holder::acquired);
  slow_database.commit_gate.open();
  EXPECT_EQ(late.get().value(), Holder::other);
  EXPECT_FALSE(slow.held());
  EXPECT_EQ(loop_.run(fast.acquire(1)).value(), Holder::held);
}

TEST_F(Leases, GiveAnOutboxPartitionToTheFasterOfTwo) {
  auto database = open_outbox_database();
  FaultyDatabase slow_database(*database, progress_);
  OutboxLeases slow(slow_database, core::system_clock(), 3600s);
  OutboxLeases fast(*database, core::system_clock(), 3600s);
  ASSERT_TRUE(loop_.run(slow.claim_pending()).value().empty());
  add_rows(*database);

  slow_database.commit_gate.shut();
  auto late = slow_loop_.start(slow.claim_pending());
  ASSERT_TRUE(slow_database.commit_gate.wait_for_somebody());  // it has read that the partitions are free
  EXPECT_EQ(loop_.run(fast.claim_pending()).value(), (Partitions{3, 7}));
  slow_database.commit_gate.open();
  EXPECT_TRUE(late.get().value().empty());
  EXPECT_EQ(loop_.run(fast.claim_pending()).value(), (Partitions{3, 7}));
}

TEST_F(Leases, StayWithAMemberWhoseClockIsAhead) {
  auto database = open_log_database();
  clock_ahead_.advance(20s);
  embedded::GroupLease ahead(*database, clock_ahead_, 3s, "billing-service");
  embedded::GroupLease behind(*database, clock_, 3s, "billing-service");
  ASSERT_EQ(loop_.run(ahead.acquire(1)).value(), Holder::acquired);
  EXPECT_EQ(loop_.run(behind.acquire(1)).value(), Holder::other);
}

TEST_F(Leases, StayWithARelayWhoseClockIsAhead) {
  auto database = open_outbox_database();
  clock_ahead_.advance(20s);
  OutboxLeases ahead(*database, clock_ahead_, 3s);
  OutboxLeases behind(*database, clock_, 3s);
  add_rows(*database);
  ASSERT_EQ(loop_.run(ahead.claim_pending()).value(), (Partitions{3, 7}));
  EXPECT_TRUE(loop_.run(behind.claim_pending()).value().empty());
}

TEST_F(Leases, OfARelayDoNotOutliveAClockThatIsSetBack) {
  auto database = open_outbox_database();
  OutboxLeases vanished(*database, clock_, 3s);
  OutboxLeases next(*database, clock_, 3s);
  add_rows(*database);
  ASSERT_EQ(loop_.run(vanished.claim_pending()).value(), (Partitions{3, 7}));
  EXPECT_TRUE(loop_.run(next.claim_pending()).value().empty());
  clock_.set(clock_.now() - 1h);
  EXPECT_EQ(loop_.run(next.claim_pending()).value(), (Partitions{3, 7}));
}

}  // namespace
}  // namespace pms::messaging
