// The database port on one SQLite file: one thread writes, two threads read, and reads by key are
// executed in place.
#pragma once

#include <filesystem>
#include <memory>

#include "core/result.hpp"
#include "database/database.hpp"

namespace pms::database::sqlite {

core::Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, const Options&);

}  // namespace pms::database::sqlite
