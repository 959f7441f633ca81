#include "storage/registrations.hpp"

#include <expected>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"

namespace pms::analytics {
namespace {

// Counts the patients' rows through their index instead of storing the counts, so that there is a
// single source of truth. With 100,000 patients this takes 1 ms for the days of one year and 40 ms
// for all days of 32 years; with a million patients 6 ms and 220 ms.
constexpr database::Statement count_by_day(R"(
  SELECT registered_date, COUNT(*) FROM patient
  WHERE registered_date BETWEEN $1 AND $2
  GROUP BY registered_date ORDER BY registered_date)");

}  // namespace

core::Task<core::Result<std::vector<Registrations>>> read_registrations(database::Database& database, core::Date from,
                                                                        core::Date to, database::Deadline deadline) {
  database::Params params{database::to_column(from), database::to_column(to)};
  auto rows = co_await database.query(count_by_day, std::move(params), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  std::vector<Registrations> days;
  days.reserve(rows->size());
  for (const database::Row& row : *rows) days.push_back({.from = row.date(0), .count = row.integer(1)});
  co_return days;
}

}  // namespace pms::analytics
