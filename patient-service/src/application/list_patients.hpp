// The list of patients, page by page: by number, or on from the last patient of the page before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "application/patients.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::patient {

/// The last patient of a page as it was when the page was read. It names no personal data, and
/// points to the same place in the list when the patient has been changed or deleted since.
struct Position {
  std::string patient_id;
  std::int64_t version = 0;
};

struct ListRequest {
  std::int64_t page = 1;  ///< from 1
  std::int64_t size = 10;
  SortField field = SortField::name;
  Direction direction = Direction::ascending;
  std::optional<Search> search;   ///< none: all patients
  std::optional<Position> after;  ///< the page starts after it; `page` is only reported
};

struct PatientPage {
  std::vector<Patient> patients;
  std::int64_t total = 0;  ///< of all pages
  bool total_is_lower_bound = false;
  std::optional<Position> next;  ///< set if more patients follow
};

class ListPatients {
 public:
  /// A page by number may start after at most this many patients: the store has to count them.
  static constexpr std::int64_t numbered_limit = 100'000;

  /// What a search finds is counted up to here.
  static constexpr std::int64_t counted_limit = 10'000;

  explicit ListPatients(Patients& patients) : patients_(patients) {}

  /// Errors: invalid (`page` too far; `cursor` to no patient's version), and those of the store.
  core::Task<core::Result<PatientPage>> operator()(const ListRequest&, Deadline);

 private:
  core::Task<core::Result<PatientPage>> page_of(const ListRequest&, const Slice&, Deadline);

  Patients& patients_;
};

}  // namespace pms::patient
