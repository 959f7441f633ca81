#include "database/sqlite/point_reader.hpp"

#include <chrono>
#include <string_view>

namespace pms::database::sqlite {

std::optional<Rows> PointReader::read(std::string_view sql, const Params& params) {
  Connection* connection = connection_of_this_thread();
  if (!connection) return {};
  auto rows = connection->read(sql, params, Deadline::never());
  if (!rows) return {};
  return std::move(*rows);
}

Connection* PointReader::connection_of_this_thread() {
  const auto self = std::this_thread::get_id();
  for (Slot& slot : slots_) {
    std::thread::id owner = slot.owner.load(std::memory_order_relaxed);
    if (owner == std::thread::id() && slot.owner.compare_exchange_strong(owner, self)) owner = self;
    if (owner != self) continue;
    if (!slot.connection) {
      auto opened = Connection::open(file_, std::chrono::milliseconds(0));
      if (!opened) return nullptr;
      slot.connection.emplace(std::move(*opened));
    }
    return &*slot.connection;
  }
  return nullptr;
}

}  // namespace pms::database::sqlite
