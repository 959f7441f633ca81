// The file of a database, and its folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "core/result.hpp"

namespace pms::database::sqlite {

/// Creates what is missing: folders for the owner only (0700), and the file (0600; SQLite gives its
/// other files the same permissions). Error: `unavailable`, one sentence that names the file.
core::Result<> ensure_file(const std::filesystem::path&);

/// Identifies the file at a path.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  bool operator==(const FileIdentity&) const = default;
};
std::optional<FileIdentity> identity_of(const std::filesystem::path&);

}  // namespace pms::database::sqlite
