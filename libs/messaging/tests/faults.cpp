#include "faults.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::messaging {

namespace {
using namespace std::chrono_literals;
}  // namespace

void Progress::made() {
  std::lock_guard lock(mutex_);
  ++steps_;
  changed_.notify_all();
}

bool Progress::until(const std::function<bool()>& true_now) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  std::unique_lock lock(mutex_);
  for (;;) {
    const std::uint64_t seen = steps_;
    lock.unlock();
    if (true_now()) return true;
    lock.lock();
    if (!changed_.wait_until(lock, deadline, [&] { return steps_ != seen; })) return false;
  }
}

void Gate::shut() {
  std::lock_guard lock(mutex_);
  shut_ = true;
}

void Gate::open() {
  std::lock_guard lock(mutex_);
  shut_ = false;
  changed_.notify_all();
}

void Gate::pass() {
  std::unique_lock lock(mutex_);
  somebody_waits_ = shut_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !shut_; });
  somebody_waits_ = false;
}

bool Gate::wait_for_somebody() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, 10s, [this] { return somebody_waits_; });
}

core::Task<core::Result<database::Rows>> FaultyDatabase::query(const database::Statement& statement,
                                                               database::Params params, Deadline deadline) {
  ++queries;
  progress_.made();
  if (away) co_return core::fail(core::Errc::unavailable, "the database is away");
  co_return co_await real_.query(statement, std::move(params), deadline);
}

core::Task<core::Result<database::BatchResult>> FaultyDatabase::commit(database::Batch batch, Deadline deadline) {
  commit_gate.pass();
  if (away || (refuses && refuses(batch))) {
    progress_.made();
    co_return core::fail(core::Errc::unavailable, "the database is away");
  }
  auto committed = co_await real_.commit(std::move(batch), deadline);
  if (!committed && committed.error().code == core::Errc::violation) ++violations;
  const bool lost = committed && answers_to_lose > 0;
  if (lost) --answers_to_lose;
  progress_.made();
  if (lost) co_return core::fail(core::Errc::unavailable, "the answer was lost");
  co_return committed;
}

class FaultySubscription : public Subscription {
 public:
  FaultySubscription(FaultyLog& log, std::unique_ptr<Subscription> real) : log_(log), real_(std::move(real)) {}

  core::Task<core::Result<std::vector<StoredRecord>>> poll(std::size_t limit, Deadline deadline) override {
    if (log_.away) co_return std::unexpected(log_.fail());
    auto records = co_await real_->poll(limit, deadline);
    log_.progress_.made();
    co_return records;
  }
  void resume(std::int32_t partition, std::int64_t offset) override { real_->resume(partition, offset); }
  std::vector<std::int32_t> owned() const override { return real_->owned(); }
  core::Task<void> close() override { return real_->close(); }

 private:
  FaultyLog& log_;
  std::unique_ptr<Subscription> real_;
};

core::Error FaultyLog::fail() {
  ++failures;
  progress_.made();
  return core::fail(core::Errc::unavailable, "the log is away").error();
}

core::Task<core::Result<>> FaultyLog::ensure_topic(std::string topic, TopicSettings settings) {
  if (away) co_return std::unexpected(fail());
  co_return co_await real_.ensure_topic(std::move(topic), settings);
}

core::Task<core::Result<>> FaultyLog::publish(std::string topic, std::vector<Record> records, Deadline deadline) {
  publish_gate.pass();
  if (away) co_return std::unexpected(fail());
  ++publishes;
  auto published = co_await real_.publish(std::move(topic), std::move(records), deadline);
  progress_.made();
  co_return published;
}

std::unique_ptr<Subscription> FaultyLog::subscribe(std::string group, std::string topic, Position position) {
  if (split) group += "-" + std::to_string(++members_);
  auto real = real_.subscribe(std::move(group), std::move(topic), std::move(position));
  return std::make_unique<FaultySubscription>(*this, std::move(real));
}

core::Task<core::Result<std::vector<StoredRecord>>> FaultyLog::read(std::string topic, std::int32_t partition,
                                                                    std::int64_t offset, std::size_t limit) {
  return real_.read(std::move(topic), partition, offset, limit);
}

core::Task<core::Result<std::int32_t>> FaultyLog::partitions(std::string topic) {
  return real_.partitions(std::move(topic));
}

}  // namespace pms::messaging
