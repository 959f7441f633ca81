// A member of a group on the embedded log. While it holds the group's lease it owns every
// partition; otherwise it waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <prometheus/counter.h>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/signal.hpp"
#include "core/task.hpp"
#include "messaging/embedded/embedded_log.hpp"
#include "messaging/embedded/group_lease.hpp"
#include "messaging/embedded/group_positions.hpp"

namespace pms::messaging::embedded {

class EmbeddedSubscription : public Subscription {
 public:
  EmbeddedSubscription(EmbeddedLog&, std::shared_ptr<core::Signal>, const std::string& group, std::string topic,
                       Position);

  core::Task<core::Result<std::vector<StoredRecord>>> poll(std::size_t limit, Deadline) override;
  void resume(std::int32_t partition, std::int64_t offset) override;
  std::vector<std::int32_t> owned() const override;
  core::Task<void> close() override;

 private:
  struct Partition {
    std::optional<std::int64_t> next;  // where reading continues; nothing until the position was asked for
    bool in_hand = false;              // its records were returned, and resume() has not been called yet
    std::int64_t missed_until = 0;     // records before this offset that were missed have been counted
  };
  using Ends = std::vector<std::int64_t>;

  core::Task<core::Result<std::vector<StoredRecord>>> records_there(std::size_t limit);
  core::Task<core::Result<Ends>> ends(std::int64_t topic_id);
  core::Task<core::Result<>> find_positions();
  void forget_positions();
  core::Task<core::Result<std::vector<StoredRecord>>> read(Topic, std::int32_t partition, std::int64_t end,
                                                           std::size_t limit);
  void count_missed(std::int32_t partition, std::int64_t from, std::int64_t to);
  core::Task<void> store_positions(std::int64_t topic_id);
  core::Task<void> give_back();

  EmbeddedLog& log_;
  std::shared_ptr<core::Signal> wake_up_;  // shared with the publishers of the log
  std::string group_;
  std::string topic_;
  Position position_;
  GroupLease lease_;
  GroupPositions positions_;
  prometheus::Counter& missed_;
  std::vector<Partition> partitions_;  // empty until the topic exists
  std::int32_t turn_ = 0;              // partition to read first, so that none is starved
  bool closed_ = false;
};

}  // namespace pms::messaging::embedded
