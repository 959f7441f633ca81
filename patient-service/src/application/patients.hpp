// The store of patients, as the use cases need it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "application/idempotency.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/change.hpp"
#include "domain/patient.hpp"
#include "domain/search.hpp"

namespace pms::patient {

using core::Deadline;

enum class SortField : std::uint8_t { name, email, registered_date, date_of_birth };
enum class Direction : std::uint8_t { ascending, descending };

/// A piece of the sorted list of all patients. Patients with equal values are ordered by id, in the
/// same direction.
struct Slice {
  SortField field = SortField::name;
  Direction direction = Direction::ascending;
  std::int64_t limit = 0;
  std::int64_t offset = 0;         ///< rows to leave out before the first; not with `after`
  const Patient* after = nullptr;  ///< only patients after this one, wherever it would be now
};

/// What a search has found.
struct Found {
  std::vector<Patient> patients;
  std::int64_t total = 0;
};

/// The versions of a patient that a change may build on. None given: any.
using ExpectedVersions = std::optional<std::vector<std::int64_t>>;

/// Every function can fail with unavailable, storage_full (writes) or deadline_exceeded.
class Patients {
 public:
  virtual ~Patients() = default;

  /// Stores the patient, its history and its event, and under a key the response to a repeat, all
  /// or none. Errors: conflict (`email` in use; or, with a key, the key is taken: see
  /// remembered()).
  virtual core::Task<core::Result<>> add(const Patient&, const Change&, const IdempotencyKey*, Deadline) = 0;

  /// Updates the given fields, and returns the patient in its new version. History and event are
  /// stored with it. Errors: not_found, precondition_failed (it has none of
  /// the expected versions), conflict (`email` in use).
  virtual core::Task<core::Result<Patient>> update(std::string_view id, const PatientUpdate&, const Change&,
                                                   const ExpectedVersions&, Deadline) = 0;

  /// Soft-deletes the patient, and returns its final version, which records the deletion. The
  /// history is kept. Errors: not_found, precondition_failed.
  virtual core::Task<core::Result<Patient>> remove(std::string_view id, const Change&, const ExpectedVersions&,
                                                   Deadline) = 0;

  /// What was done under this user's key, if anything in the last 24 hours before `now`.
  virtual core::Task<core::Result<std::optional<Remembered>>> remembered(const IdempotencyKey&, core::Timestamp now,
                                                                         Deadline) = 0;

  /// Errors: not_found.
  virtual core::Task<core::Result<Patient>> find(std::string_view id, Deadline) = 0;

  /// The patient as it was at that version. Errors: not_found.
  virtual core::Task<core::Result<Patient>> find_version(std::string_view id, std::int64_t version, Deadline) = 0;

  virtual core::Task<core::Result<std::vector<Patient>>> list(const Slice&, Deadline) = 0;

  /// Returns one slice of the matches and their number, which is counted up to `counted` + 1.
  virtual core::Task<core::Result<Found>> search(const Search&, const Slice&, std::int64_t counted, Deadline) = 0;

  /// How many patients there are.
  virtual core::Task<core::Result<std::int64_t>> count(Deadline) = 0;
};

}  // namespace pms::patient
