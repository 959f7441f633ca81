#include "storage/change.hpp"

namespace pms::auth {

core::Task<core::Result<>> change(database::Database& database, const database::Statement& statement,
                                  database::Params params, resilience::Deadline deadline) {
  database::Batch batch;
  batch.add(statement, std::move(params));
  auto done = co_await database.commit(std::move(batch), deadline);
  if (!done) co_return std::unexpected(done.error());
  co_return core::Result<>{};
}

}  // namespace pms::auth
