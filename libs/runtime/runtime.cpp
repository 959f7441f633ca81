#include "runtime/runtime.hpp"

#include <algorithm>
#include <cstdint>
#include <pthread.h>
#include <sys/resource.h>

namespace pms::runtime {

void allow_many_descriptors() {
  constexpr rlim_t enough = 65'536;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= enough) return;
  limit.rlim_cur = std::min(enough, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Runtime::Runtime(const Settings& settings) {
  const std::uint32_t cores = std::max(1U, std::thread::hardware_concurrency());
  const std::uint32_t threads = settings.threads == 0 ? cores : settings.threads;
  for (std::uint32_t i = 0; i < threads; ++i) {
    // The concurrency hint 1 tells Asio that only one thread runs this context.
    contexts_.push_back(std::make_unique<boost::asio::io_context>(1));
    io_.push_back(contexts_.back().get());
  }
}

Runtime::~Runtime() { stop_threads(); }

void Runtime::start_threads() {
  for (auto* context : io_) {
    work_.emplace_back(context->get_executor());
    threads_.emplace_back([context] { context->run(); });
    pthread_setname_np(threads_.back().native_handle(), "io");
  }
}

void Runtime::stop_threads() {
  work_.clear();
  for (auto* context : io_) context->stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace pms::runtime
