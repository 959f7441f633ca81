// The headers of a record as one blob: for each name, then value, its length (32 bits, little-endian) and its bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "messaging/event_log.hpp"

namespace pms::messaging::embedded {

std::string encode_headers(const Headers&);
/// Nothing when the blob is cut short.
std::optional<Headers> decode_headers(std::string_view);

}  // namespace pms::messaging::embedded
