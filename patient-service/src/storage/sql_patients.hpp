// The store of patients on the Database port.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "application/patients.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "storage/search/patient_search.hpp"

namespace pms::patient {

class SqlPatients : public Patients {
 public:
  /// `committed` is called after each change, once its event is in the outbox.
  SqlPatients(database::Database&, std::function<void()> committed);

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
  std::unique_ptr<PatientSearch> search_;
};

}  // namespace pms::patient
