// Tests that each migration is applied once and in order, and that the state of a schema is always
// known.
#include <atomic>
#include <gmock/gmock.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "conformance.hpp"
#include "core/result.hpp"

namespace pms::database {
namespace {

using core::Errc;
using testing::HasSubstr;

constexpr Migration both_engines(int number, std::string_view name, std::string_view sql) {
  return {.number = number, .name = name, .sqlite = sql, .postgresql = sql};
}

constexpr Migration create = both_engines(1, "create_ward", R"(
  -- two statements; a semicolon in a comment; is nothing
  CREATE TABLE ward (name TEXT PRIMARY KEY);
  INSERT INTO ward (name) VALUES ('A;1');)");
constexpr Migration extend = both_engines(2, "add_beds", R"(
  ALTER TABLE ward ADD COLUMN beds BIGINT NOT NULL DEFAULT 4;
  INSERT INTO ward (name) VALUES ('A2');)");
constexpr Migration broken = both_engines(2, "add_beds", R"(
  INSERT INTO ward (name) VALUES ('A2');
  INSERT INTO ward (name) VALUES ('A;1');)");
constexpr Statement count_wards("SELECT count(*) FROM ward");

class Migrations : public DatabaseConformance {
 protected:
  void SetUp() override {
    place_ = GetParam().make_place();
    database_ = open_again();
  }
  core::Result<> migrate(std::vector<Migration> migrations) { return database().migrate(migrations); }
  std::string refusal(std::vector<Migration> migrations) {
    auto migrated = migrate(std::move(migrations));
    if (migrated) return "not refused";
    EXPECT_EQ(migrated.error().code, Errc::unavailable);
    return migrated.error().message;
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, Migrations, testing::ValuesIn(engines()), engine_name);

TEST_P(Migrations, RunsEachOnce) {
  ASSERT_TRUE(migrate({create}));
  ASSERT_TRUE(migrate({create}));
  EXPECT_EQ(query_number(count_wards), 1);
  ASSERT_TRUE(migrate({create, extend}));
  ASSERT_TRUE(migrate({create, extend}));
  EXPECT_EQ(query_number(count_wards), 2);
}

TEST_P(Migrations, RecordsWhatItRan) {
  constexpr Statement recorded(
      "SELECT number, name, length(checksum), applied_at FROM schema_migration ORDER BY number");
  ASSERT_TRUE(migrate({create, extend}));
  const Rows rows = query_rows(recorded);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].integer(0), 2);
  EXPECT_EQ(rows[1].text(1), "add_beds");
  EXPECT_EQ(rows[1].integer(2), 64);
  EXPECT_GT(rows[1].integer(3), 1'700'000'000'000'000);
}

TEST_P(Migrations, AFailingOneLeavesNothingAndIsNamed) {
  EXPECT_THAT(refusal({create, broken}), HasSubstr("migration 2 (add_beds)"));
  EXPECT_EQ(query_number(count_wards), 1);
  EXPECT_TRUE(migrate({create, extend}));
}

TEST_P(Migrations, RefusesASchemaNewerThanTheProgram) {
  ASSERT_TRUE(migrate({create, extend}));
  EXPECT_THAT(refusal({create}), HasSubstr("schema version 2, but this program supports only 1"));
}

TEST_P(Migrations, RefusesAMigrationThatHasChanged) {
  ASSERT_TRUE(migrate({create, extend}));
  const std::string sentence = refusal({create, broken});
  EXPECT_THAT(sentence, HasSubstr("was created by an earlier version of this program, whose schema differs"));
  EXPECT_THAT(sentence, HasSubstr("(migration 2, add_beds); move the file away"));
  EXPECT_THAT(sentence, testing::Not(HasSubstr("\n")));
}

TEST_P(Migrations, RefusesNumbersWithAGap) {
  auto migrated = migrate({create, both_engines(3, "add_beds", "")});
  ASSERT_FALSE(migrated);
  EXPECT_THAT(migrated.error().message, HasSubstr("migration 3 (add_beds)"));
}

TEST_P(Migrations, OfManyAtOnceOneRunsThem) {
  std::vector<Migration> all{create, extend};
  for (int number = 3; number <= 30; ++number)
    all.push_back(both_engines(number, "open_ward", "INSERT INTO ward (name) SELECT 'B' || count(*) FROM ward"));
  std::vector<std::thread> starts;
  std::atomic<int> migrated = 0;
  for (int i = 0; i < 8; ++i) {
    starts.emplace_back([&] {
      if (open_again()->migrate(all)) ++migrated;
    });
  }
  for (std::thread& start : starts) start.join();
  EXPECT_EQ(migrated, 8);
  EXPECT_EQ(query_number(count_wards), 30);
}

}  // namespace
}  // namespace pms::database
