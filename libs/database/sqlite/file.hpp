// The file of a database and its folder on the disk.
#pragma once

#include <filesystem>

#include "core/result.hpp"

namespace pms::database::sqlite {

/// Makes what is missing: folders for the owner only (0700), the file too (0600; SQLite gives the files beside it the
/// same permissions). Error: `unavailable`, one sentence that names the file.
core::Result<> ensure_file(const std::filesystem::path&);

}  // namespace pms::database::sqlite
