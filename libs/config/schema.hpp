// Typed properties: key, default, description and check are declared once; file, environment,
// flags, help text and documentation all come from the declaration.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/result.hpp"

namespace pms::config {

/// A value that is never printed; settable by `<KEY>_FILE` in the environment too.
struct Secret {
  std::string value;
};

/// One declared property, as documentation and error messages need it.
struct Property {
  std::string key;           ///< patient.http.port
  std::string type;          ///< text, integer, boolean, duration, list, secret
  std::string default_text;  ///< as it would be written in the file; empty for a secret
  std::string description;
  std::string allowed;  ///< what the check accepts, in words; empty: anything of the type
  std::function<core::Result<>(std::string_view)> assign;  ///< parses, checks and stores; the error: "must be …"
};

template <class T>
struct Check {
  std::function<bool(const T&)> accepts;  ///< empty: everything
  std::string allowed;                    ///< in words that follow "must be": "1 to 65535", "an http:// URL"
};

template <class T>
Check<T> between(T low, T high);  ///< both inclusive; between<std::uint16_t>(1, 65535), between<milliseconds>(1ms, 5s)
Check<std::string> one_of(std::vector<std::string> choices);
Check<std::string> not_empty();
Check<std::string> time_zone();       ///< an IANA name that the system knows
Check<std::string> listen_address();  ///< an IP address or localhost

class Schema {
 public:
  /// Declares a property, sets *target to its default and remembers where it goes; target outlives
  /// the schema. T: std::string, std::int64_t, std::uint16_t, std::uint32_t, bool,
  /// std::chrono::milliseconds (250ms, 5s, 15m, 24h), std::vector<std::string> (a YAML list, or
  /// comma-separated text), Secret. A property declared twice with the same key (two services in
  /// one process: `log.level`) is one property with two targets; it must be declared alike, else
  /// std::logic_error.
  template <class T>
  void property(std::string key, T* target, std::type_identity_t<T> default_value, std::string description,
                Check<std::type_identity_t<T>> check = {});

  const std::vector<Property>& properties() const { return properties_; }

 private:
  void add(Property);
  std::vector<Property> properties_;
};

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
/// a value. All that is wrong comes in one `invalid` error, a field each: unknown keys (with the
/// nearest known one), values that do not parse or pass their check, and where each was found
/// (pms.yaml:3, PMS_LOG_LEVEL, --log.level). A file that cannot be read at all is reported alone.
/// One file serves all five services, so a key or variable is left alone when its first part is one
/// of the system's sections (gateway, auth, patient, billing, analytics, tokens, events, clinic)
/// and this schema has no property in that section.
core::Result<> load(const Schema&, const Sources&);

/// Markdown tables of the properties, one for each first part of their keys, for
/// docs/configuration.md.
std::string to_markdown(const Schema&);

/// PMS_PATIENT_HTTP_PORT for patient.http.port.
std::string environment_name(std::string_view key);

/// 250ms, 5s, 15m, 24h, 7d; also plain 0. Error: `invalid`, "must be …".
core::Result<std::chrono::milliseconds> parse_duration(std::string_view);
/// In the largest unit that needs no fraction: 90s, 15m, 30d.
std::string format_duration(std::chrono::milliseconds);

}  // namespace pms::config
