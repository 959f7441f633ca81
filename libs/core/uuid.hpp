// Identifiers: UUIDs (RFC 9562) as lower-case text of 36 characters.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace pms::core {

/// Makes ids. Thread-safe.
class IdGenerator {
 public:
  virtual ~IdGenerator() = default;
  virtual std::string next() = 0;
};

/// Version 7 (RFC 9562, section 5.7): of one thread, ids made later sort later; of several, to the quarter of a
/// microsecond as far as the clock tells. 62 bits of each are random.
IdGenerator& uuid_v7();

/// `size` unpredictable bytes from the operating system's generator.
std::string random_bytes(std::size_t size);

/// The id in lower case, or nothing when the text is not a UUID in its 8-4-4-4-12 form (any version, any case).
std::optional<std::string> parse_uuid(std::string_view);

/// The same. Error: `invalid` naming `field`, when the text is not a UUID.
Result<std::string> read_uuid(std::string field, std::string_view text);

}  // namespace pms::core
