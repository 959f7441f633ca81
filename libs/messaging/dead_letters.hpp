// The dead-letter topics: one per consumer group and topic, for events that cannot be applied, so
// that an operator can inspect them.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/task.hpp"
#include "messaging/event_log.hpp"

namespace pms::messaging {

/// Returns `<group>.<topic>.dlq`.
std::string dead_letter_topic(std::string_view group, std::string_view topic);

class DeadLetters {
 public:
  DeadLetters(EventLog&, std::string_view group, std::string_view topic);

  /// Publishes the record with its headers and dlq-reason, dlq-topic, dlq-partition and dlq-offset.
  /// Creates the topic if it does not exist.
  core::Task<core::Result<>> add(StoredRecord, std::string reason, Deadline);

 private:
  EventLog& log_;
  std::string name_;
};

}  // namespace pms::messaging
