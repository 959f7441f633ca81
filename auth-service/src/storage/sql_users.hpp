// Stores users in the table `users`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "application/users.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::auth {

/// Reads a user from the columns id, email, password_hash, roles, enabled, version, created_at and
/// updated_at; `first` is the index of the id.
User to_user(const database::Row&, std::size_t first);

class SqlUsers : public Users {
 public:
  explicit SqlUsers(database::Database& database) : database_(database) {}
  core::Task<core::Result<std::optional<User>>> find_by_email(std::string email, Deadline) override;
  core::Task<core::Result<std::optional<User>>> find_by_id(std::string id, Deadline) override;
  core::Task<core::Result<UserPage>> list(std::int64_t offset, std::int64_t limit, Deadline) override;
  core::Task<core::Result<>> add(User, Deadline) override;
  core::Task<core::Result<User>> change(std::string id, UserChange, core::Timestamp now, Deadline) override;
  core::Task<core::Result<User>> remove(std::string id, core::Timestamp now, Deadline) override;
  core::Task<core::Result<std::optional<std::vector<std::string>>>> change_password(PasswordChange, core::Timestamp now,
                                                                                    Deadline) override;

 private:
  core::Task<core::Result<std::optional<User>>> find(const database::Statement&, std::string key, Deadline);
  core::Task<core::Result<User>> commit_change(database::Batch, Deadline);
  database::Database& database_;
};

}  // namespace pms::auth
