// Runs a coroutine from a test and waits for its result.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>

#include "core/task.hpp"

namespace pms::testkit {

/// One io_context that runs on its own thread for the life of the object; it stands for one I/O
/// thread of a service.
class TestLoop {
 public:
  TestLoop();
  ~TestLoop();
  boost::asio::io_context& context() { return context_; }

  /// Starts the coroutine on the loop.
  template <class T>
  std::future<T> start(core::Task<T> task) {
    return boost::asio::co_spawn(context_.get_executor(), std::move(task), boost::asio::use_future);
  }
  /// Runs a coroutine to its end and rethrows what it throws.
  template <class T>
  T run(core::Task<T> task) {
    return start(std::move(task)).get();
  }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  std::thread thread_;
};

}  // namespace pms::testkit
