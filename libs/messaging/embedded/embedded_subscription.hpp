// A member of a group on the embedded log. While it holds the group's lease it owns every
// partition; otherwise it waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/signal.hpp"
#include "core/task.hpp"
#include "messaging/embedded/embedded_log.hpp"
#include "messaging/embedded/group_lease.hpp"

namespace pms::messaging::embedded {

class EmbeddedSubscription : public Subscription {
 public:
  EmbeddedSubscription(EmbeddedLog&, std::shared_ptr<core::Signal>, std::string group, std::string topic, Position);

  core::Task<core::Result<std::vector<StoredRecord>>> poll(std::size_t limit, Deadline) override;
  void seek(std::int32_t partition, std::int64_t offset) override { next_[partition] = offset; }
  std::vector<std::int32_t> owned() const override;
  core::Task<void> close() override;

 private:
  core::Task<core::Result<std::vector<StoredRecord>>> records_there(std::size_t limit);
  core::Task<core::Result<>> find_positions(std::int32_t partitions);
  core::Task<core::Result<std::vector<StoredRecord>>> read(Topic, std::int32_t partition, std::int64_t end,
                                                           std::size_t limit);
  core::Task<void> give_back();

  EmbeddedLog& log_;
  std::shared_ptr<core::Signal> wake_up_;  // shared with the publishers of the log
  std::string topic_;
  Position position_;
  GroupLease lease_;
  std::map<std::int32_t, std::int64_t> next_;  // next offsets of the partitions read under the current lease
  std::int32_t turn_ = 0;                      // partition to read first, so that none is starved
  bool closed_ = false;
};

}  // namespace pms::messaging::embedded
