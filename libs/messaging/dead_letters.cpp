#include "messaging/dead_letters.hpp"

#include <fmt/format.h>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::messaging {

std::string dead_letter_topic(std::string_view group, std::string_view topic) {
  return fmt::format("{}.{}.dlq", group, topic);
}

DeadLetters::DeadLetters(EventLog& log, std::string_view group, std::string_view topic)
    : log_(log), name_(dead_letter_topic(group, topic)) {}

core::Task<core::Result<>> DeadLetters::add(StoredRecord poisoned, std::string reason, Deadline deadline) {
  if (auto made = co_await log_.ensure_topic(name_, TopicSettings()); !made) co_return made;
  Record letter = std::move(poisoned.record);
  letter.headers.emplace_back("dlq-reason", std::move(reason));
  letter.headers.emplace_back("dlq-topic", std::move(poisoned.topic));
  letter.headers.emplace_back("dlq-partition", std::to_string(poisoned.partition));
  letter.headers.emplace_back("dlq-offset", std::to_string(poisoned.offset));
  std::vector<Record> letters;
  letters.push_back(std::move(letter));
  co_return co_await log_.publish(name_, std::move(letters), deadline);
}

}  // namespace pms::messaging
