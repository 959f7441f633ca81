// Reads the revocation feed from the table `revocation`.
#pragma once

#include <cstdint>

#include "application/revocations.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::auth {

class SqlRevocations : public Revocations {
 public:
  explicit SqlRevocations(database::Database& database) : database_(database) {}
  core::Task<core::Result<security::RevocationFeed>> after(std::int64_t number, core::Timestamp now, Deadline) override;
  core::Task<core::Result<>> remove_expired(core::Timestamp now, Deadline) override;

 private:
  database::Database& database_;
};

}  // namespace pms::auth
