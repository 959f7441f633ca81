// Entity tags of patients (RFC 9110, section 8.8.3): the version in quotes.
#pragma once

#include <cstdint>
#include <string>

namespace pms::patient {

std::string etag_of(std::int64_t version);

}  // namespace pms::patient
