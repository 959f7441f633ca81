// Measures a page of a search, including its total, and the creation of a patient among many:
// median and worst time of each, and CPU time of the process, in milliseconds. Build and run: ninja
// -C build/dev search_benchmark && build/dev/bin/search_benchmark [PATIENTS]
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/task.hpp"
#include "core/uuid.hpp"
#include "database/database.hpp"
#include "migrations.hpp"
#include "runtime/engines.hpp"
#include "storage/sql_patients.hpp"
#include "testkit/run_task.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::patient {
namespace {

using SteadyClock = std::chrono::steady_clock;

// 40 given names and 400 family names, the first ones far more frequent than the last, as names
// are. $1 and $2: the first and the last number.
constexpr database::Statement insert_patients(R"(
  INSERT INTO patient (id, version, change_id, name, email, address, date_of_birth, registered_date, name_search,
                       name_sort, email_key, created_at, updated_at)
  WITH RECURSIVE
    given (names) AS (VALUES ('["mary","james","zoe","john","william","anna","peter","maria","paul","laura","hans",
      "elena","omar","grace","ivan","ruth","carlos","ingrid","david","sofia","ahmed","claire","lukas","nora","felix",
      "amelia","hugo","bianca","oscar","dina","viktor","emma","leon","greta","jonas","alma","theo","clara","axel",
      "ines"]')),
    family (names) AS (VALUES ('["smith","johnson","williams","brown","garcia","miller","muller","anderson","taylor",
      "king","o''brien","schmidt","rossi","novak","larsen","dubois","silva","kowalski","ivanov","tanaka"]')),
    numbers (number) AS (SELECT $1 UNION ALL SELECT number + 1 FROM numbers WHERE number < $2),
    chances (number, chance, other, branch) AS MATERIALIZED (
      SELECT number, abs(random() % 10000) / 10000.0, abs(random() % 10000) / 10000.0, abs(random() % 20) FROM numbers),
    parts (number, first, last, branch) AS MATERIALIZED (
      SELECT number, json_extract(given.names, '$[' || CAST(40 * chance * chance AS INTEGER) || ']'),
             json_extract(family.names, '$[' || CAST(20 * other * other AS INTEGER) || ']'), branch
      FROM chances, given, family),
    named (number, name) AS (
      SELECT number, first || ' ' || last || CASE WHEN branch = 0 THEN '' ELSE char(97 + branch) || 'son' END FROM parts)
  SELECT printf('%08x-0000-7000-8000-%012x', number, abs(random() % 281474976710655)), 1, 'c', name,
         replace(name, ' ', '.') || number || '@example.com', (number % 300) || ' High Street, Springfield',
         printf('%04d-%02d-%02d', 1930 + number * 7 % 90, 1 + number % 12, 1 + number % 28),
         printf('%04d-%02d-%02d', 2000 + number * 13 % 26, 1 + number % 12, 1 + number % 28),
         '  ' || replace(name, ' ', '  '), name, replace(name, ' ', '.') || number || '@example.com', 1, 1
  FROM named)");

constexpr database::Statement add_to_counter("UPDATE patient_counter SET live = live + $1 WHERE shard = 1");

core::Task<void> commit(database::Database& database, database::Batch batch) {
  const auto result = co_await database.commit(std::move(batch), Deadline::never());
  if (!result) throw std::runtime_error(result.error().message);
}

struct Store {
  explicit Store(std::int64_t count) {
    database = std::move(
        runtime::open_database("sqlite:" + (folder / "patient.db").string(), {.service = "benchmark"}).value());
    database->migrate(migrations()).value();
    for (std::int64_t made = 0; made < count; made += 10'000) {
      database::Batch batch;
      const std::int64_t last = std::min(made + 10'000, count);
      batch.add(insert_patients, {made + 1, last});
      batch.add(add_to_counter, {last - made});
      loop.run(commit(*database, std::move(batch)));
    }
    patients.emplace(*database, [] {});
  }

  testkit::TemporaryFolder folder;
  testkit::TestLoop loop;
  std::unique_ptr<database::Database> database;
  std::optional<SqlPatients> patients;
};

double milliseconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

double cpu_milliseconds_since(std::clock_t start) {
  return 1'000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

void report(std::string_view what, std::vector<double> times, double cpu, std::string_view more) {
  std::ranges::sort(times);
  fmt::print("{:<44} {:>9.2f} {:>9.2f} {:>9.3f}  {}\n", what, times[times.size() / 2], times.back(),
             cpu / static_cast<double>(times.size()), more);
}

void search(Store& store, std::string_view text, SortField field, Direction direction, std::int64_t offset) {
  const Search search = search_for(text).value();
  const Slice slice{.field = field, .direction = direction, .limit = 11, .offset = offset};
  std::vector<double> times;
  std::int64_t total = 0;
  const std::clock_t begin = std::clock();
  for (int i = 0; i < 15; ++i) {
    const auto start = SteadyClock::now();
    total = store.loop.run(store.patients->search(search, slice, 10'000, Deadline::never())).value().total;
    times.push_back(milliseconds_since(start));
  }
  static constexpr std::array fields = {"name", "email", "registered", "born"};
  report(fmt::format("{:<20} by {}{}{}", text, fields[static_cast<std::size_t>(field)],
                     direction == Direction::descending ? " desc" : "", offset == 0 ? "" : ", deep"),
         times, cpu_milliseconds_since(begin), fmt::format("{} found", total));
}

void create(Store& store) {
  std::vector<double> times;
  const std::clock_t begin = std::clock();
  for (int i = 0; i < 1'000; ++i) {
    NewPatient input;
    input.name = fmt::format("Zoë Müller-{}", i);
    input.email = fmt::format("new{}@example.com", i);
    input.address = "1 High Street";
    input.date_of_birth = core::parse_date("1985-06-15").value();
    const Patient patient = Patient::registered(std::move(input), core::uuid_v7().next(), core::system_clock().now(),
                                                core::parse_date("2026-01-01").value());
    Change change;
    change.id = core::uuid_v7().next();
    const auto start = SteadyClock::now();
    store.loop.run(store.patients->add(patient, change, nullptr, Deadline::never())).value();
    times.push_back(milliseconds_since(start));
  }
  report("create, one after the other", times, cpu_milliseconds_since(begin), "");
}

void run(std::int64_t count) {
  Store store(count);
  fmt::print("{:<44} {:>9} {:>9} {:>9}\n", fmt::format("{} patients", count), "median", "worst", "CPU");
  for (const char* text : {"mary", "james", "zoe", "smith", "son", "zo", "m", "john smith", "m s", "williams",
                           "tanakac", "ines tanaka", "nobody", "mary.smith1@example.com"})
    search(store, text, SortField::name, Direction::ascending, 0);
  for (const char* text : {"mary", "smith", "son", "m"}) {
    search(store, text, SortField::name, Direction::descending, 0);
    search(store, text, SortField::email, Direction::ascending, 0);
    search(store, text, SortField::registered_date, Direction::ascending, 0);
    search(store, text, SortField::name, Direction::ascending, 5'000);
  }
  create(store);
}

}  // namespace
}  // namespace pms::patient

int main(int argc, char** argv) {
  std::int64_t count = 100'000;
  const std::string_view argument = argc > 1 ? argv[1] : "100000";
  const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), count);
  if (argc > 2 || error != std::errc() || end != argument.data() + argument.size() || count < 1) {
    fmt::print(stderr, "usage: search_benchmark [PATIENTS]\n");
    return 64;
  }
  pms::patient::run(count);
  return 0;
}
