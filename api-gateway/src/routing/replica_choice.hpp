// Which replica of an upstream is asked next.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/clock.hpp"
#include "routing/replica.hpp"

namespace pms::gateway {

/// The replicas of one upstream. Thread-safe once all of them are added.
class ReplicaChoice {
 public:
  void add(std::unique_ptr<Replica> replica) { replicas_.push_back(std::move(replica)); }

  /// Returns the next replica in turn that is not ejected; if there is none, another one than
  /// `tried`. `tried`: the replica that has just failed, or null; it is returned only when it is
  /// the only one. There is at least one replica.
  Replica& next(const core::Clock&, const Replica* tried);

  /// The number of replicas that are not ejected.
  std::size_t in_use() const;

  std::span<const std::unique_ptr<Replica>> all() const { return replicas_; }

 private:
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::atomic<std::size_t> turn_{0};
};

}  // namespace pms::gateway
