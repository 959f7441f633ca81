// The values that the sources give, before they are checked. One reader for each source.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"

namespace pms::config {

struct Given {
  std::string key;  ///< patient.http.port
  std::string value;
  std::string origin;  ///< pms.yaml:3, PMS_PATIENT_HTTP_PORT, --patient.http.port
};

/// What a reader found: values for known properties, in the order in which they stand, and every
/// mistake.
struct Findings {
  std::vector<Given> given;
  std::vector<core::FieldError> wrong;
};

}  // namespace pms::config
