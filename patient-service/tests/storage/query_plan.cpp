#include "storage/query_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>

#include "core/task.hpp"

namespace pms::patient {
namespace {

core::Task<std::string> explain(database::Database& database, const std::string& sql, std::size_t parameters) {
  database::Params params(parameters, database::Value(std::int64_t{1}));
  const database::Statement statement(sql);
  const auto rows = co_await database.query(statement, std::move(params), database::Deadline::never());
  std::string plan;
  for (const auto& row : rows.value()) plan += row.text(3) + "\n";
  co_return plan;
}

}  // namespace

std::string plan_of(database::Database& database, testkit::TestLoop& loop, const database::Statement& statement,
                    std::size_t parameters) {
  static std::deque<std::string> texts;  // the driver remembers statements by address
  return loop.run(
      explain(database, texts.emplace_back("EXPLAIN QUERY PLAN " + std::string(statement.sqlite)), parameters));
}

}  // namespace pms::patient
