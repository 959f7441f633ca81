// Maps a record's key to a partition.
#pragma once

#include <cstdint>
#include <string_view>

namespace pms::messaging {

/// Returns FNV-1a (64 bits) of the key's bytes modulo `partitions`. Stored data depends on this
/// function, so it must never change.
std::int32_t partition_of(std::string_view key, std::int32_t partitions);

}  // namespace pms::messaging
