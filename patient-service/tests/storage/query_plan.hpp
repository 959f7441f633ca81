// How the engine means to answer a statement.
#pragma once

#include <cstddef>
#include <string>

#include "database/database.hpp"
#include "testkit/run_task.hpp"

namespace pms::patient {

/// EXPLAIN QUERY PLAN of a statement with so many parameters, a step each line.
std::string plan_of(database::Database&, testkit::TestLoop&, const database::Statement&, std::size_t parameters);

}  // namespace pms::patient
