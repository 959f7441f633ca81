// Something done again and again beside the requests.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "core/task.hpp"

namespace pms::auth {

/// From start() to stop(), on one io_context that outlives it, with a pause after each time. What `work` uses outlives
/// the io threads.
class Periodic {
 public:
  Periodic(boost::asio::io_context&, std::chrono::milliseconds pause, std::function<core::Task<void>()> work);
  ~Periodic();
  void start();
  void stop();

 private:
  struct State;
  static core::Task<void> run(std::shared_ptr<State>);
  std::shared_ptr<State> state_;  // shared with the running coroutine
};

}  // namespace pms::auth
