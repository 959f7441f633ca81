// Typed properties: key, default, description and check are declared once; file, environment,
// flags, help text and documentation all come from the declaration. load.hpp reads them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
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
Check<std::string> listen_address();  ///< an IP address, or localhost: 127.0.0.1 and ::1

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

  /// Names the sections (the first parts of keys) that one configuration may hold for all programs
  /// that share it. In those of which this schema has no property, every key is another program's
  /// and is left alone.
  void share_sections(std::span<const std::string_view> sections);

  const std::vector<Property>& properties() const { return properties_; }

  /// Returns null if no property has the key.
  const Property* find(std::string_view key) const;

  /// Whether the key is in a shared section of which this schema has no property.
  bool belongs_elsewhere(std::string_view key) const;

 private:
  void add(Property);
  std::vector<Property> properties_;
  std::vector<std::string> shared_sections_;
};

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
