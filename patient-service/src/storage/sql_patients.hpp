// The store of patients on the Database port.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "application/patient_repository.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::patient {

class SqlPatients : public PatientRepository {
 public:
  /// `committed` is called after each change, when its event waits in the outbox.
  SqlPatients(database::Database& database, std::function<void()> committed)
      : database_(database), committed_(std::move(committed)) {}

  core::Task<core::Result<>> add(const Patient&, const Change&, const IdempotencyKey*, Deadline) override;
  core::Task<core::Result<Patient>> update(std::string_view id, const PatientUpdate&, const Change&,
                                           const ExpectedVersions&, Deadline) override;
  core::Task<core::Result<Patient>> remove(std::string_view id, const Change&, const ExpectedVersions&,
                                           Deadline) override;
  core::Task<core::Result<std::optional<Remembered>>> remembered(const IdempotencyKey&, core::Timestamp now,
                                                                 Deadline) override;
  core::Task<core::Result<Patient>> find(std::string_view id, Deadline) override;
  core::Task<core::Result<Patient>> find_version(std::string_view id, std::int64_t version, Deadline) override;
  core::Task<core::Result<std::vector<Patient>>> list(const Slice&, Deadline) override;
  core::Task<core::Result<Found>> search(const Search&, const Slice&, std::int64_t counted, Deadline) override;
  core::Task<core::Result<std::int64_t>> count(Deadline) override;

 private:
  core::Task<core::Result<Patient>> commit_change(std::string_view id, database::Batch, Deadline);
  core::Task<core::Result<Patient>> find_one(const database::Statement&, database::Params, Deadline);

  database::Database& database_;
  std::function<void()> committed_;
};

}  // namespace pms::patient
