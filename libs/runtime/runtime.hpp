// The process: its io threads, its clock and id generator, and the objects that its services share.
#pragma once

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "core/clock.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "runtime/settings.hpp"

namespace pms::runtime {

/// Raises the limit of open descriptors as far as the system allows. Each connection uses a
/// descriptor, and a server soon reaches the usual limit of 1024.
void allow_many_descriptors();

class Runtime {
 public:
  explicit Runtime(const Settings&);
  ~Runtime();

  /// Returns the io_contexts, one per io thread.
  std::span<boost::asio::io_context* const> io() const { return io_; }
  /// Returns the context for work that does not belong to a connection: consumers, relays,
  /// refreshers.
  boost::asio::io_context& background() { return *io_.front(); }

  /// Runs a coroutine on the background context and waits for its result. It is for start-up code;
  /// never call it on an io thread.
  template <class T>
  T wait(core::Task<T> task) {
    return boost::asio::co_spawn(background().get_executor(), std::move(task), boost::asio::use_future).get();
  }

  /// Returns whether the process is draining, which it does from the first signal on. /readyz then
  /// fails.
  bool draining() const { return draining_.load(std::memory_order_relaxed); }
  void set_draining() { draining_.store(true, std::memory_order_relaxed); }

  const core::Clock& clock() const { return core::system_clock(); }
  core::IdGenerator& ids() const { return core::uuid_v7(); }

  /// Returns the process's object of this type and key. The first call creates it, and it exists as
  /// long as a caller keeps it. The embedded event log needs this, because it wakes only the
  /// readers that use the same object.
  template <class T, class Make>
  std::shared_ptr<T> shared(const std::string& key, Make make) {
    std::lock_guard lock(shared_mutex_);
    auto& slot = shared_[key];
    if (auto existing = slot.lock()) return std::static_pointer_cast<T>(existing);
    std::shared_ptr<T> made = make();
    slot = made;
    return made;
  }

  void start_threads();
  void stop_threads();

 private:
  std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
  std::vector<boost::asio::io_context*> io_;
  std::vector<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::vector<std::thread> threads_;
  std::atomic<bool> draining_{false};
  std::mutex shared_mutex_;
  std::map<std::string, std::weak_ptr<void>> shared_;
};

}  // namespace pms::runtime
