// Which partition a key belongs to.
#pragma once

#include <cstdint>
#include <string_view>

namespace pms::messaging {

/// FNV-1a (64 bits) of the key's bytes modulo `partitions`. What is stored depends on it: it never changes.
std::int32_t partition_of(std::string_view key, std::int32_t partitions);

}  // namespace pms::messaging
