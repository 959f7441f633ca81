// The If-Match request field (RFC 9110, section 13.1.1): which versions of a patient a change may
// build on.
#pragma once

#include "application/patients.hpp"
#include "core/result.hpp"
#include "http/message.hpp"

namespace pms::patient {

/// The versions named, or none for a request without the field or with `*`. Tags are compared
/// strongly, so that a weak one, as any that is not a patient's, names no version. Error:
/// `invalid`: neither `*` nor a list of entity tags.
core::Result<ExpectedVersions> if_match(const http::Request&);

}  // namespace pms::patient
