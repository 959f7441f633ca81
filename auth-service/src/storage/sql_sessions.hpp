// Stores sessions and their refresh tokens in the tables `session` and `refresh_token`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "application/sessions.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::auth {

class SqlSessions : public Sessions {
 public:
  explicit SqlSessions(database::Database& database) : database_(database) {}
  core::Task<core::Result<bool>> begin(Session, std::int64_t user_version, RefreshToken, Deadline) override;
  core::Task<core::Result<std::optional<Found>>> find(std::string token_hash, Deadline) override;
  core::Task<core::Result<bool>> exchange(RefreshToken next, const User&, Deadline) override;
  core::Task<core::Result<>> end(std::string session_id, core::Timestamp now, Deadline) override;
  core::Task<core::Result<>> remove_expired(core::Timestamp now, Deadline) override;

 private:
  database::Database& database_;
};

}  // namespace pms::auth
