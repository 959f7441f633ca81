// Reads in place: by primary or unique key, answered on the calling thread without a hand-over.
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <optional>
#include <string_view>
#include <thread>

#include "database/sqlite/connection.hpp"

namespace pms::database::sqlite {

/// A connection for each calling thread, opened at its first read and closed with the database. Thread-safe, without
/// locks.
class PointReader {
 public:
  explicit PointReader(std::filesystem::path file) : file_(std::move(file)) {}

  /// Nothing when it can not be answered at once: the readers' threads can then wait for it.
  std::optional<Rows> read(std::string_view sql, const Params&);

 private:
  struct Slot {
    std::atomic<std::thread::id> owner;
    std::optional<Connection> connection;  // touched by the owner only
  };
  Connection* connection_of_this_thread();

  const std::filesystem::path file_;
  std::array<Slot, 64> slots_;  ///< more threads than these have no reads in place
};

}  // namespace pms::database::sqlite
