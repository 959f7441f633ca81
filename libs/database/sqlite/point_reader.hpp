// Reads in place: statements by primary or unique key, executed on the calling thread.
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <optional>
#include <string_view>
#include <thread>

#include "database/sqlite/connection.hpp"

namespace pms::database::sqlite {

/// One connection for each calling thread, opened at its first read and closed with the database.
/// Thread-safe, without locks.
class PointReader {
 public:
  explicit PointReader(std::filesystem::path file) : file_(std::move(file)) {}

  /// Returns nothing if the statement cannot be executed immediately; the readers' threads can
  /// then wait for it.
  std::optional<Rows> read(std::string_view sql, const Params&);

 private:
  struct Slot {
    std::atomic<std::thread::id> owner;
    std::optional<Connection> connection;  // used by its owner only
  };
  Connection* connection_of_this_thread();

  const std::filesystem::path file_;
  std::array<Slot, 64> slots_;  ///< further threads have no reads in place
};

}  // namespace pms::database::sqlite
