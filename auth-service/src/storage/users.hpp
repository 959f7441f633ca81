// Users in the table `users`.
#pragma once

#include "application/ports.hpp"
#include "database/database.hpp"

namespace pms::auth {

class StoredUsers : public Users {
 public:
  explicit StoredUsers(database::Database& database) : database_(database) {}
  core::Task<core::Result<std::optional<User>>> find_by_email(std::string email, Deadline) override;
  core::Task<core::Result<>> add(User, Deadline) override;

 private:
  database::Database& database_;
};

}  // namespace pms::auth
