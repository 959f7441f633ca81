#include "testkit/run_task.hpp"

namespace pms::testkit {

TestLoop::TestLoop() : thread_([this] { context_.run(); }) {}

TestLoop::~TestLoop() {
  context_.stop();
  thread_.join();
}

}  // namespace pms::testkit
