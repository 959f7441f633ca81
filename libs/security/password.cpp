#include "security/password.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <expected>
#include <fmt/format.h>
#include <mutex>
#include <pthread.h>
#include <sodium.h>
#include <thread>
#include <vector>

namespace pms::security {
namespace {

std::unexpected<core::Error> busy() {
  return std::unexpected(core::Error{.code = core::Errc::unavailable,
                                     .message = "too many passwords are being checked; try again",
                                     .retry_after = std::chrono::seconds(1)});
}

std::unexpected<core::Error> no_memory() {
  return core::fail(core::Errc::unavailable, "not enough memory to hash a password");
}

/// Returns a hash with the right format and cost that no password matches.
std::string dummy_phc(const PasswordSettings& settings) {
  return fmt::format("$argon2id$v=19$m={},t={},p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                     settings.memory_kib, settings.passes);
}

core::Result<std::string> hash_password(std::string_view password, const PasswordSettings& settings) {
  std::array<char, crypto_pwhash_STRBYTES> phc{};
  if (sodium_init() < 0 ||
      crypto_pwhash_str_alg(phc.data(), password.data(), password.size(), settings.passes,
                            std::size_t{settings.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return no_memory();
  return std::string(phc.data());
}

/// A task for a hashing thread.
class Job {
 public:
  virtual ~Job() = default;
  virtual void run() = 0;
  virtual void refuse() = 0;  ///< called instead of run()
};

/// Does the work and passes its result to the waiting coroutine, on the io thread of that
/// coroutine.
template <class Work, class Handler>
class HandlerJob : public Job {
 public:
  HandlerJob(Work work, Handler handler)
      : work_(std::move(work)), handler_(std::move(handler)), guard_(boost::asio::get_associated_executor(handler_)) {}
  void run() override { finish(work_()); }
  void refuse() override { finish(busy()); }

 private:
  using Outcome = std::invoke_result_t<Work>;
  void finish(Outcome outcome) {
    auto resume = [handler = std::move(handler_), outcome = std::move(outcome)]() mutable {
      std::move(handler)(std::move(outcome));
    };
    boost::asio::post(guard_.get_executor(), std::move(resume));
    guard_.reset();
  }

  Work work_;
  Handler handler_;
  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> guard_;
};

}  // namespace

struct PasswordHasher::State {
  explicit State(PasswordSettings given) : settings(given), dummy(dummy_phc(given)) {
    unsigned count = settings.threads != 0 ? settings.threads : std::max(2U, std::thread::hardware_concurrency()) - 1;
    for (unsigned i = 0; i < count; ++i) {
      threads.emplace_back([this] { work(); });
      pthread_setname_np(threads.back().native_handle(), "password");
    }
  }
  ~State() {
    {
      std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    for (std::thread& thread : threads) thread.join();
    for (auto& job : queue) job->refuse();
  }

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [this] { return stopping || !queue.empty(); });
      if (stopping) return;
      auto job = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      job->run();
      job.reset();
      lock.lock();
    }
  }

  void add(std::unique_ptr<Job> job) {
    std::unique_lock lock(mutex);
    if (queue.size() >= settings.queue_limit) {
      lock.unlock();
      job->refuse();
      return;
    }
    queue.push_back(std::move(job));
    lock.unlock();
    wake.notify_one();
  }

  template <class Work>
  core::Task<std::invoke_result_t<Work>> run(Work work) {
    using Outcome = std::invoke_result_t<Work>;
    boost::asio::use_awaitable_t<core::Executor> token;
    auto initiate = [this]<class Handler>(Handler handler, Work given) {
      add(std::make_unique<HandlerJob<Work, Handler>>(std::move(given), std::move(handler)));
    };
    co_return co_await boost::asio::async_initiate<decltype(token), void(Outcome)>(initiate, token, std::move(work));
  }

  const PasswordSettings settings;
  const std::string dummy;
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::unique_ptr<Job>> queue;
  bool stopping = false;
  std::vector<std::thread> threads;
};

PasswordHasher::PasswordHasher(PasswordSettings settings) : state_(std::make_unique<State>(settings)) {}
PasswordHasher::~PasswordHasher() = default;

core::Task<core::Result<std::string>> PasswordHasher::hash(std::string password) {
  auto work = [password = std::move(password), settings = state_->settings] {
    return hash_password(password, settings);
  };
  co_return co_await state_->run(std::move(work));
}

core::Task<core::Result<bool>> PasswordHasher::verify(std::string password, std::string phc) {
  if (phc.empty()) phc = state_->dummy;
  auto work = [password = std::move(password), phc = std::move(phc)]() -> core::Result<bool> {
    errno = 0;
    bool matches = sodium_init() >= 0 && crypto_pwhash_str_verify(phc.c_str(), password.data(), password.size()) == 0;
    if (!matches && errno == ENOMEM) return no_memory();
    return matches;
  };
  co_return co_await state_->run(std::move(work));
}

}  // namespace pms::security
