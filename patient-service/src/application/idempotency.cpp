#include "application/idempotency.hpp"

#include <fmt/format.h>
#include <string_view>

#include "security/digest.hpp"

namespace pms::patient {
namespace {

/// Appends length and bytes, so that different lists of fields never give the same text.
void append(std::string& canonical, std::string_view field) { canonical += fmt::format("{}:{};", field.size(), field); }

}  // namespace

std::string fingerprint(const NewPatient& patient) {
  std::string canonical = "create patient\n";
  append(canonical, patient.name);
  append(canonical, patient.email);
  append(canonical, patient.address);
  append(canonical, core::format_date(patient.date_of_birth));
  append(canonical, patient.registered_date ? core::format_date(*patient.registered_date) : "");

  std::string hex;
  for (const char byte : security::sha256(canonical)) hex += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
  return hex;
}

}  // namespace pms::patient
