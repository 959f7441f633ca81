// Encodes the headers of a record as one blob: for each header, the name and then the value, each
// as its length (32 bits, little-endian) followed by its bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "messaging/event_log.hpp"

namespace pms::messaging::embedded {

std::string encode_headers(const Headers&);
/// Returns nothing if the blob is truncated.
std::optional<Headers> decode_headers(std::string_view);

}  // namespace pms::messaging::embedded
