#include "messaging/partition.hpp"

namespace pms::messaging {

std::int32_t partition_of(std::string_view key, std::int32_t partitions) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : key) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001b3;
  }
  return static_cast<std::int32_t>(hash % static_cast<std::uint64_t>(partitions));
}

}  // namespace pms::messaging
