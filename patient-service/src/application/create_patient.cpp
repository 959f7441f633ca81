#include "application/create_patient.hpp"

#include <expected>

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::patient {

core::Task<core::Result<Registered>> CreatePatient::operator()(NewPatient input, std::optional<std::string> key,
                                                               const RequestOrigin& origin) {
  std::optional<IdempotencyKey> idempotency;
  if (key) idempotency.emplace(origin.user_id, std::move(*key), fingerprint(input));

  const core::Timestamp now = clinic_.now();
  Patient patient = Patient::registered(std::move(input), ids_.next(), now, clinic_.date_of(now));
  const Change change = origin.change(ChangeKind::created, ids_.next(), now);
  auto added = co_await patients_.add(patient, change, idempotency ? &*idempotency : nullptr, origin.deadline);
  if (!added) {
    // A repeat runs into what the first request has stored: its key or its e-mail.
    if (idempotency && added.error().code == core::Errc::conflict) {
      auto replayed = replay(*idempotency, std::move(added.error()), origin);
      co_return co_await std::move(replayed);
    }
    co_return std::unexpected(std::move(added.error()));
  }
  const BillingAccount account = co_await billing_.account_for(patient, origin);
  co_return Registered{std::move(patient), account};
}

core::Task<core::Result<Registered>> CreatePatient::replay(const IdempotencyKey& key, core::Error conflict,
                                                           const RequestOrigin& origin) {
  const auto remembered = co_await patients_.remembered(key, clinic_.now(), origin.deadline);
  if (!remembered) co_return std::unexpected(remembered.error());
  if (!*remembered) co_return std::unexpected(std::move(conflict));
  const Remembered& first = **remembered;
  if (first.fingerprint != key.fingerprint)
    co_return core::fail(core::Errc::unprocessable,
                         "this Idempotency-Key was used for another request; send a new key with a new request");
  auto patient = co_await patients_.find_version(first.patient_id, first.version, origin.deadline);
  if (!patient) co_return std::unexpected(patient.error());
  const BillingAccount account = co_await billing_.account_for(*patient, origin);
  co_return Registered{std::move(*patient), account};
}

}  // namespace pms::patient
