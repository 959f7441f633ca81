// Tests that values are read as they were written: parameters, values, rows, and what a statement
// reports about its effect.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "conformance.hpp"
#include "core/result.hpp"

namespace pms::database {
namespace {

constexpr Statement insert_sample("INSERT INTO sample (id, number, fraction, text, bytes) VALUES ($1, $2, $3, $4, $5)");
constexpr Statement read_sample("SELECT number, fraction, text, bytes FROM sample WHERE id = $1");
constexpr Statement read_sample_in_place = point_read("SELECT number, fraction, text, bytes FROM sample WHERE id = $1");

TEST_P(DatabaseConformance, BindsParametersByNumberWhateverTheirOrder) {
  constexpr Statement statement("SELECT CAST($3 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)");
  const Row row = query_rows(statement, {std::string("one"), std::string("two"), std::string("three")}).at(0);
  EXPECT_EQ(row.text(0), "three");
  EXPECT_EQ(row.text(1), "one");
  EXPECT_EQ(row.text(2), "two");
}

TEST_P(DatabaseConformance, BindsAParameterWhereverItIsRepeated) {
  constexpr Statement statement("SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)");
  const Row row = query_rows(statement, {std::string("one"), std::string("two")}).at(0);
  EXPECT_EQ(row.text(0), "two");
  EXPECT_EQ(row.text(1), "one");
  EXPECT_EQ(row.text(2), "two");
}

TEST_P(DatabaseConformance, RefusesTooFewAndTooManyParameters) {
  constexpr Statement statement("SELECT CAST($1 AS TEXT), CAST($2 AS TEXT)");
  for (const std::size_t count : {0U, 1U, 3U}) {
    auto rows = try_query(statement, Params(count, std::string("text")));
    ASSERT_FALSE(rows) << count;
    EXPECT_EQ(rows.error().code, core::Errc::internal);
  }
}

TEST_P(DatabaseConformance, RefusesAStatementThatIsWrong) {
  constexpr Statement statement("SELECT name FROM nobody");
  auto rows = try_query(statement);
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, core::Errc::internal);
}

TEST_P(DatabaseConformance, KeepsIntegersOf64Bits) {
  constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  commit_one(insert_sample, {std::int64_t{1}, smallest, Null{}, Null{}, Null{}});
  commit_one(insert_sample, {std::int64_t{2}, largest, Null{}, Null{}, Null{}});
  EXPECT_EQ(query_rows(read_sample, {std::int64_t{1}}).at(0).integer(0), smallest);
  EXPECT_EQ(query_rows(read_sample, {std::int64_t{2}}).at(0).integer(0), largest);
}

TEST_P(DatabaseConformance, KeepsFractions) {
  commit_one(insert_sample, {std::int64_t{1}, Null{}, 0.1, Null{}, Null{}});
  EXPECT_EQ(query_rows(read_sample, {std::int64_t{1}}).at(0).real(1), 0.1);
}

TEST_P(DatabaseConformance, KeepsTextOfAnyScript) {
  const std::string text = "Zoë 高橋 שרה 👩🏽‍⚕️ Z\u0308";
  commit_one(insert_sample, {std::int64_t{1}, Null{}, Null{}, text, Null{}});
  EXPECT_EQ(query_rows(read_sample, {std::int64_t{1}}).at(0).text(2), text);
}

TEST_P(DatabaseConformance, KeepsBytesOfAnyValue) {
  Blob bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.bytes += static_cast<char>(byte);
  commit_one(insert_sample, {std::int64_t{1}, Null{}, Null{}, Null{}, bytes});
  EXPECT_EQ(query_rows(read_sample, {std::int64_t{1}}).at(0).blob(3), bytes.bytes);
}

TEST_P(DatabaseConformance, TellsEmptyFromNull) {
  commit_one(insert_sample, {std::int64_t{1}, Null{}, Null{}, std::string(), Blob()});
  commit_one(insert_sample, {std::int64_t{2}, Null{}, Null{}, Null{}, Null{}});
  const Row empty = query_rows(read_sample, {std::int64_t{1}}).at(0);
  EXPECT_EQ(empty.text(2), "");
  EXPECT_EQ(empty.blob(3), "");
  const Row null = query_rows(read_sample, {std::int64_t{2}}).at(0);
  for (std::size_t column = 0; column < null.size(); ++column) EXPECT_TRUE(null.is_null(column)) << column;
}

TEST_P(DatabaseConformance, KeepsAMebibyteOfText) {
  const std::string text(1 << 20, 'x');
  commit_one(insert_sample, {std::int64_t{1}, Null{}, Null{}, text, Null{}});
  EXPECT_EQ(query_rows(read_sample_in_place, {std::int64_t{1}}).at(0).text(2), text);
}

TEST_P(DatabaseConformance, AnswersAPointReadLikeAnyOther) {
  commit_one(insert_sample, {std::int64_t{1}, std::int64_t{7}, Null{}, Null{}, Null{}});
  EXPECT_EQ(query_rows(read_sample_in_place, {std::int64_t{1}}).at(0).integer(0), 7);
  EXPECT_TRUE(query_rows(read_sample_in_place, {std::int64_t{2}}).empty());
}

TEST_P(DatabaseConformance, ReturnsRowsInTheOrderAskedFor) {
  for (const std::int64_t id : {2, 3, 1}) commit_one(insert_sample, {id, id * 10, Null{}, Null{}, Null{}});
  constexpr Statement all("SELECT number FROM sample ORDER BY id DESC");
  const Rows rows = query_rows(all);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].integer(0), 30);
  EXPECT_EQ(rows[1].integer(0), 20);
  EXPECT_EQ(rows[2].integer(0), 10);
}

TEST_P(DatabaseConformance, ReturnsTheRowsOfReturningAndTheirNumber) {
  for (const std::int64_t id : {1, 2, 3}) commit_one(insert_sample, {id, id, Null{}, Null{}, Null{}});
  constexpr Statement raise("UPDATE sample SET number = number + $1 WHERE id >= $2 RETURNING id, number");
  const StatementResult raised = commit_one(raise, {std::int64_t{10}, std::int64_t{2}});
  EXPECT_EQ(raised.rows_affected, 2);
  ASSERT_EQ(raised.rows.size(), 2U);
  EXPECT_EQ(raised.rows[0].integer(1) - raised.rows[0].integer(0), 10);
}

TEST_P(DatabaseConformance, CountsTheRowsAStatementAffects) {
  constexpr Statement insert_three("INSERT INTO sample (id) VALUES (1), (2), (3)");
  constexpr Statement delete_above("DELETE FROM sample WHERE id > $1");
  EXPECT_EQ(commit_one(insert_three).rows_affected, 3);
  EXPECT_EQ(commit_one(delete_above, {std::int64_t{1}}).rows_affected, 2);
  EXPECT_EQ(commit_one(delete_above, {std::int64_t{1}}).rows_affected, 0);
}

TEST_P(DatabaseConformance, InsertsOrUpdatesOnConflict) {
  constexpr Statement count_up(
      "INSERT INTO counter (shard, total) VALUES ($1, $2) ON CONFLICT (shard) DO UPDATE SET total = counter.total + "
      "excluded.total RETURNING total");
  EXPECT_EQ(commit_one(count_up, {std::int64_t{3}, std::int64_t{1}}).rows.at(0).integer(0), 1);
  EXPECT_EQ(commit_one(count_up, {std::int64_t{3}, std::int64_t{4}}).rows.at(0).integer(0), 5);
}

TEST_P(DatabaseConformance, InsertsNothingOnConflictWhenToldSo) {
  constexpr Statement insert_once("INSERT INTO counter (shard, total) VALUES ($1, $2) ON CONFLICT (shard) DO NOTHING");
  EXPECT_EQ(commit_one(insert_once, {std::int64_t{1}, std::int64_t{1}}).rows_affected, 1);
  EXPECT_EQ(commit_one(insert_once, {std::int64_t{1}, std::int64_t{2}}).rows_affected, 0);
}

TEST_P(DatabaseConformance, UpsertsFromASelect) {
  constexpr Statement copy(
      "INSERT INTO counter (shard, total) SELECT id, number FROM sample WHERE true "
      "ON CONFLICT (shard) DO UPDATE SET total = excluded.total");
  constexpr Statement total("SELECT total FROM counter WHERE shard = 1");
  commit_one(insert_sample, {std::int64_t{1}, std::int64_t{5}, Null{}, Null{}, Null{}});
  commit_one(copy);
  constexpr Statement change("UPDATE sample SET number = 6");
  commit_one(change);
  commit_one(copy);
  EXPECT_EQ(query_number(total), 6);
}

TEST_P(DatabaseConformance, RefusesToWriteInAQuery) {
  constexpr Statement erase("DELETE FROM sample");
  commit_one(insert_sample, {std::int64_t{1}, Null{}, Null{}, Null{}, Null{}});
  EXPECT_FALSE(try_query(erase));
  EXPECT_EQ(query_rows(read_sample, {std::int64_t{1}}).size(), 1U);
}

TEST_P(DatabaseConformance, ComparesTextByBytesAndTellsCaseApart) {
  constexpr Statement like("SELECT CAST($1 AS TEXT) LIKE CAST($2 AS TEXT)");
  constexpr Statement sorted("SELECT text FROM sample ORDER BY text");
  std::int64_t id = 0;
  for (const char* text : {"b", "B", "é", "a"})
    commit_one(insert_sample, {++id, Null{}, Null{}, std::string(text), Null{}});
  std::string order;
  for (const Row& row : query_rows(sorted)) order += row.text(0);
  EXPECT_EQ(order, "Babé");
  EXPECT_EQ(query_number(like, {std::string("zoe"), std::string("zo%")}), 1);
  EXPECT_EQ(query_number(like, {std::string("Zoe"), std::string("zo%")}), 0);
}

TEST_P(DatabaseConformance, SaysThatItIsReady) {
  auto ready = loop().run(database().ready(Deadline::after(std::chrono::seconds(5))));
  EXPECT_TRUE(ready);
}

}  // namespace
}  // namespace pms::database
