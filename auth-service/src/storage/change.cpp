#include "storage/change.hpp"

#include <expected>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::auth {

core::Task<core::Result<>> change(database::Database& database, const database::Statement& statement,
                                  database::Params params, core::Deadline deadline) {
  database::Batch batch;
  batch.add(statement, std::move(params));
  auto done = co_await database.commit(std::move(batch), deadline);
  if (!done) co_return std::unexpected(done.error());
  co_return core::Result<>{};
}

}  // namespace pms::auth
