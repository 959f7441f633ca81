// The values that the sources give, before anyone knows whether they are right. One reader for each
// source.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/schema.hpp"
#include "core/result.hpp"

namespace pms::config {

struct Given {
  std::string key;  ///< patient.http.port
  std::string value;
  std::string origin;  ///< pms.yaml:3, PMS_PATIENT_HTTP_PORT, --patient.http.port
};

/// What was found: values for known properties, in the order they stand, and everything that is
/// wrong.
struct Findings {
  std::vector<Given> given;
  std::vector<core::FieldError> wrong;
};

const Property* find_property(const Schema&, std::string_view key);

/// Another service's part of the one configuration (see load).
bool belongs_elsewhere(const Schema&, std::string_view key);

/// "did you mean patient.http.port?": the name with the fewest edits, if there is one that
/// resembles it.
std::string suggestion(std::string_view unknown, const std::vector<std::string>& known);

/// Error: the file cannot be read or is not YAML; one sentence with file and line.
core::Result<Findings> read_file(const Schema&, const std::string& path);
Findings read_environment(const Schema&, const Sources&);
Findings read_flags(const Schema&, const std::vector<std::string>& flags);

}  // namespace pms::config
