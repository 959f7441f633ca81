// Stores signing keys in the table `signing_key`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "application/keys.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::auth {

class SqlKeys : public Keys {
 public:
  explicit SqlKeys(database::Database& database) : database_(database) {}
  core::Task<core::Result<std::vector<StoredKey>>> all(Deadline) override;
  core::Task<core::Result<>> add(StoredKey, Deadline) override;
  core::Task<core::Result<>> seal(std::int64_t generation, std::string material, Deadline) override;
  core::Task<core::Result<>> remove_before(std::int64_t generation, Deadline) override;

 private:
  database::Database& database_;
};

}  // namespace pms::auth
