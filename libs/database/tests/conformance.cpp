#include "conformance.hpp"

#include <cstdint>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::database {
namespace {

class SqlitePlace : public Place {
 public:
  core::Result<std::unique_ptr<Database>> open(Options options) const override {
    return sqlite::open(folder_ / "test.db", options);
  }

 private:
  testkit::TemporaryFolder folder_;
};

constexpr std::string_view tables = R"(
  CREATE TABLE patient (
    id TEXT PRIMARY KEY,
    email_key TEXT,
    name TEXT NOT NULL CONSTRAINT patient_name_not_empty CHECK (length(name) > 0),
    version BIGINT NOT NULL,
    change_id TEXT NOT NULL,
    deleted_at BIGINT);
  CREATE UNIQUE INDEX patient_live_email ON patient (email_key) WHERE deleted_at IS NULL;

  CREATE TABLE patient_history (
    patient_id TEXT NOT NULL REFERENCES patient (id),
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (patient_id, version));

  CREATE TABLE position (topic TEXT PRIMARY KEY, next_offset BIGINT NOT NULL);
  CREATE TABLE counter (shard INTEGER PRIMARY KEY, total BIGINT NOT NULL);)";

constexpr Migration migrations[] = {
    {.number = 1, .name = "create_tables", .sqlite = tables, .postgresql = tables},
    {.number = 2,
     .name = "create_sample",
     .sqlite =
         "CREATE TABLE sample (id BIGINT PRIMARY KEY, number BIGINT, fraction DOUBLE PRECISION, text TEXT, bytes BLOB)",
     .postgresql = "CREATE TABLE sample (id BIGINT PRIMARY KEY, number BIGINT, fraction DOUBLE PRECISION, text TEXT, "
                   "bytes BYTEA)"}};

Engine sqlite_engine() {
  return {.name = "sqlite", .make_place = []() -> std::unique_ptr<Place> { return std::make_unique<SqlitePlace>(); }};
}

}  // namespace

std::vector<Engine> engines() { return {sqlite_engine()}; }

std::string engine_name(const testing::TestParamInfo<Engine>& engine) { return engine.param.name; }

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseConformance, testing::ValuesIn(engines()), engine_name);

std::span<const Migration> test_migrations() { return migrations; }

core::Task<core::Result<Rows>> query(Database& database, Statement statement, Params params, Deadline deadline) {
  co_return co_await database.query(statement, std::move(params), deadline);
}

core::Task<core::Result<>> ready(Database& database, Deadline deadline) { co_return co_await database.ready(deadline); }

core::Task<core::Result<BatchResult>> commit(Database& database, Batch batch, Deadline deadline) {
  co_return co_await database.commit(std::move(batch), deadline);
}

void DatabaseConformance::SetUp() {
  place_ = GetParam().make_place();
  database_ = open_again();
  auto migrated = database_->migrate(test_migrations());
  ASSERT_TRUE(migrated) << migrated.error().message;
}

std::unique_ptr<Database> DatabaseConformance::open_again(Options options) {
  auto opened = place_->open(std::move(options));
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

core::Result<Rows> DatabaseConformance::try_query(const Statement& statement, Params params, Deadline deadline) {
  return loop_.run(query(database(), statement, std::move(params), deadline));
}

core::Result<BatchResult> DatabaseConformance::try_commit(Batch batch, Deadline deadline) {
  return loop_.run(commit(database(), std::move(batch), deadline));
}

Rows DatabaseConformance::query_rows(const Statement& statement, Params params) {
  auto rows = try_query(statement, std::move(params));
  if (!rows) throw std::runtime_error(rows.error().message);
  return std::move(*rows);
}

std::int64_t DatabaseConformance::query_number(const Statement& statement, Params params) {
  return query_rows(statement, std::move(params)).at(0).integer(0);
}

BatchResult DatabaseConformance::commit_all(Batch batch) {
  auto result = try_commit(std::move(batch));
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

StatementResult DatabaseConformance::commit_one(const Statement& statement, Params params) {
  Batch batch;
  batch.add(statement, std::move(params));
  return commit_all(std::move(batch)).at(0);
}

std::string DatabaseConformance::violation_of(const Statement& statement, Params params) {
  Batch batch;
  batch.add(statement, std::move(params));
  auto result = try_commit(std::move(batch));
  if (result) return "no violation";
  EXPECT_EQ(result.error().code, core::Errc::violation) << result.error().message;
  return result.error().message;
}

Params patient(std::string id, std::string email_key) {
  std::string change_id = "change of " + id;
  return {std::move(id), std::move(email_key), std::string("Zoë"), std::move(change_id)};
}

}  // namespace pms::database
