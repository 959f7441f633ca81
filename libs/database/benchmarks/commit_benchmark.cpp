// What a commit, and a read in place, cost: commits per second and CPU time of the whole process
// for each. Build and run: cmake --preset release && ninja -C build/release database_benchmark &&
// build/release/bin/database_benchmark
#include <atomic>
#include <benchmark/benchmark.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdint>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/task.hpp"
#include "database/database.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "testkit/run_task.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::database {
namespace {

/// As creating a patient does: the row, its history, its outbox row, and a counter.
constexpr std::string_view tables = R"(
  CREATE TABLE patient (id TEXT PRIMARY KEY, name TEXT NOT NULL, name_search TEXT NOT NULL, email_key TEXT,
    version BIGINT NOT NULL, change_id TEXT NOT NULL, deleted_at BIGINT);
  CREATE UNIQUE INDEX patient_live_email ON patient (email_key) WHERE deleted_at IS NULL;
  CREATE INDEX patient_by_name ON patient (name_search, id);
  CREATE TABLE patient_history (patient_id TEXT NOT NULL, version BIGINT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (patient_id, version));
  CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, published_at BIGINT);
  CREATE INDEX outbox_pending ON outbox (id) WHERE published_at IS NULL;
  CREATE TABLE counter (shard INTEGER PRIMARY KEY, total BIGINT NOT NULL);)";
constexpr Migration migrations[] = {{.number = 1, .name = "create_tables", .sqlite = tables, .postgresql = tables}};

constexpr Statement insert_patient(
    "INSERT INTO patient (id, name, name_search, email_key, version, change_id) VALUES ($1, $2, $2, $3, 1, $4)");
constexpr Statement insert_history(
    "INSERT INTO patient_history SELECT id, version, name FROM patient WHERE id = $1 AND change_id = $2");
constexpr Statement insert_outbox("INSERT INTO outbox (key) SELECT id FROM patient WHERE id = $1 AND change_id = $2");
constexpr Statement count_up(
    "INSERT INTO counter (shard, total) VALUES ($1, 1) ON CONFLICT (shard) DO UPDATE SET total = counter.total + 1");
constexpr Statement read_patient = point_read("SELECT id, name, email_key, version FROM patient WHERE id = $1");

constexpr int commits_per_caller = 100;

struct Fixture {
  Fixture() {
    database = std::move(sqlite::open(folder / "test.db", {.service = "benchmark"}).value());
    database->migrate(migrations).value();
  }
  testkit::TestLoop loop;
  testkit::TemporaryFolder folder;
  std::unique_ptr<Database> database;
};

Batch creating(std::int64_t number) {
  // The ends of ids made at about the same time are random.
  const std::string id = std::to_string((static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15U) >> 1U);
  Batch batch;
  batch.add(insert_patient, {id, std::string("Zoë Example"), id + "@example.com", id});
  batch.add(insert_history, {id, id});
  batch.add(insert_outbox, {id, id});
  batch.add(count_up, {number % 16});
  return batch;
}

core::Task<void> create_patients(Database& database, std::atomic<std::int64_t>& number) {
  for (int i = 0; i < commits_per_caller; ++i) {
    Batch batch = creating(++number);
    auto result = co_await database.commit(std::move(batch), Deadline::never());
    if (!result) throw std::runtime_error(result.error().message);
  }
}

void create_by_callers(benchmark::State& state) {
  Fixture fixture;
  std::atomic<std::int64_t> number = 0;
  for (auto _ : state) {
    std::vector<std::future<void>> callers;
    for (std::int64_t i = 0; i < state.range(0); ++i)
      callers.push_back(fixture.loop.start(create_patients(*fixture.database, number)));
    for (auto& caller : callers) caller.get();
  }
  state.SetItemsProcessed(number);
}

core::Task<void> read_many(Database& database, int times) {
  for (int i = 0; i < times; ++i) {
    Params params;
    params.emplace_back(std::string("1"));
    auto rows = co_await database.query(read_patient, std::move(params), Deadline::never());
    benchmark::DoNotOptimize(rows);
  }
}

void read_in_place(benchmark::State& state) {
  Fixture fixture;
  constexpr int reads = 1'000;
  for (auto _ : state) fixture.loop.run(read_many(*fixture.database, reads));
  state.SetItemsProcessed(state.iterations() * reads);
}

BENCHMARK(create_by_callers)
    ->Arg(1)
    ->Arg(16)
    ->Arg(64)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(read_in_place)->MeasureProcessCPUTime()->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pms::database

BENCHMARK_MAIN();
