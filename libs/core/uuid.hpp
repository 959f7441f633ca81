// Identifiers: UUIDs (RFC 9562) as lower-case text of 36 characters.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace pms::core {

/// Generates ids. Thread-safe.
class IdGenerator {
 public:
  virtual ~IdGenerator() = default;
  virtual std::string next() = 0;
};

/// Generates version 7 UUIDs (RFC 9562, section 5.7), of which 62 bits are random. Ids from one
/// thread sort in the order of their creation; ids from several threads do so within the resolution
/// of the clock and a quarter of a microsecond.
IdGenerator& uuid_v7();

/// Returns `size` unpredictable bytes from the operating system's generator.
std::string random_bytes(std::size_t size);

/// Returns the id in lower case, or nothing if the text is not a UUID in its 8-4-4-4-12 form (any
/// version, any case).
std::optional<std::string> parse_uuid(std::string_view);

/// Returns the id in lower case, like parse_uuid(). Error: `invalid` naming `field`, if the text is
/// not a UUID.
Result<std::string> read_uuid(std::string field, std::string_view text);

}  // namespace pms::core
