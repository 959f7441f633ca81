// A queue of work for the threads of this driver.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace pms::database::sqlite {

/// First in, first out; bounded. Thread-safe.
template <class Job>
class JobQueue {
 public:
  explicit JobQueue(std::size_t limit) : limit_(limit) {}

  /// Moves the job into the queue. If the queue is full, returns false and leaves the job
  /// unchanged.
  bool push(Job& job) {
    {
      std::lock_guard lock(mutex_);
      if (jobs_.size() >= limit_) return false;
      jobs_.push_back(std::move(job));
    }
    waiting_.notify_one();
    return true;
  }

  /// Waits for work and returns at most `max_jobs` jobs. An empty result means that the queue is
  /// closed and all work is done.
  std::vector<Job> take(std::size_t most) {
    std::unique_lock lock(mutex_);
    waiting_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
    const auto end = jobs_.begin() + static_cast<std::ptrdiff_t>(std::min(most, jobs_.size()));
    std::vector<Job> taken(std::move_iterator(jobs_.begin()), std::move_iterator(end));
    jobs_.erase(jobs_.begin(), end);
    return taken;
  }

  std::size_t size() const {
    std::lock_guard lock(mutex_);
    return jobs_.size();
  }

  /// Call it after the last push(). Jobs that are still waiting can be taken.
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    waiting_.notify_all();
  }

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable waiting_;
  std::deque<Job> jobs_;
  bool closed_ = false;
};

}  // namespace pms::database::sqlite
