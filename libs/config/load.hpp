// Reading a configuration: every property gets the value that its sources give it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/schema.hpp"
#include "core/result.hpp"

namespace pms::config {

/// Where values come from. Precedence: flag > environment > file > default.
struct Sources {
  std::vector<std::string> flags;  ///< --patient.http.port=4000 or --patient.http.port 4000
  std::function<std::optional<std::string>(const std::string&)> environment;  ///< looks up one variable
  std::vector<std::string> environment_names;  ///< every variable there is, to find misspelt PMS_ ones
  std::string file;                            ///< path of a YAML file; empty: none
};

/// The process's own arguments (argv[0] is left out) and environment; `--config FILE` (or
/// PMS_CONFIG_FILE) is taken out of the flags as the file.
Sources process_sources(int argc, const char* const* argv);

/// Fills every target. patient.http.port is PMS_PATIENT_HTTP_PORT in the environment (dots and
/// dashes become _) and nested maps or a dotted key in the file; a boolean's flag may stand without
/// a value. All mistakes come in one `invalid` error, a field each: unknown keys (with the nearest
/// known one), values that do not parse or pass their check, and where each was found (pms.yaml:3,
/// PMS_LOG_LEVEL, --log.level). A file that cannot be read at all is reported alone. A key or
/// variable of a shared section (see Schema::share_sections) that belongs to another program is
/// left alone.
core::Result<> load(const Schema&, const Sources&);

}  // namespace pms::config
