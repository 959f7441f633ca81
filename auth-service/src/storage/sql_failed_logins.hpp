// Stores failed logins in the table `failed_login`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "application/failed_logins.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::auth {

class SqlFailedLogins : public FailedLogins {
 public:
  explicit SqlFailedLogins(database::Database& database) : database_(database) {}
  core::Task<core::Result<Failures>> find(std::string email, Deadline) override;
  core::Task<core::Result<std::optional<std::int64_t>>> add(std::string email, std::int64_t limit, core::Timestamp now,
                                                            Deadline) override;
  core::Task<core::Result<>> forget(std::string email, std::int64_t limit, Deadline) override;
  core::Task<core::Result<>> remove_before(core::Timestamp, Deadline) override;

 private:
  database::Database& database_;
};

}  // namespace pms::auth
