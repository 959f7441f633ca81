#include "security/remote_keys.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <expected>
#include <mutex>

#include "core/deadline.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pms::security {
namespace {

using std::chrono::milliseconds;

/// One of the two resources that are fetched. It logs when fetching starts to fail and when it
/// works again, and counts failures in metrics.
class Source {
 public:
  Source(std::string service, std::string what)
      : service_(std::move(service)),
        what_(std::move(what)),
        failures_(telemetry::counter("remote_keys_failures_total", "Failed fetches from auth-service",
                                     {{"service", service_}, {"source", what_}})),
        updated_(telemetry::gauge("remote_keys_updated_timestamp_seconds",
                                  "When the last fetch from auth-service succeeded",
                                  {{"service", service_}, {"source", what_}})) {}

  void succeeded() {
    updated_.SetToCurrentTime();
    answered_before_ = true;
    if (failing_)
      telemetry::log(telemetry::Level::info, service_, "auth-service is available again", {{"source", what_}});
    failing_ = false;
  }
  void failed(const core::Error& error) {
    failures_.Increment();
    if (!failing_)
      telemetry::log(telemetry::Level::warning, service_,
                     answered_before_ ? "auth-service is unavailable; the last answer stays in use"
                                      : "auth-service is unavailable and has not answered since the start",
                     {{"source", what_}, {"reason", error.message}});
    failing_ = true;
  }

 private:
  const std::string service_;
  const std::string what_;
  prometheus::Counter& failures_;
  prometheus::Gauge& updated_;
  bool answered_before_ = false;
  bool failing_ = false;
};

}  // namespace

struct RemoteKeys::State {
  State(boost::asio::io_context& context, TokenVerifier& token_verifier, Fetch fetch_url,
        RemoteKeysSettings remote_settings)
      : io(context),
        fetch(std::move(fetch_url)),
        settings(std::move(remote_settings)),
        keys_source(settings.service, "keys"),
        revocations_source(settings.service, "revocations"),
        verifier(&token_verifier) {}

  boost::asio::io_context& io;
  const Fetch fetch;
  const RemoteKeysSettings settings;
  Source keys_source;
  Source revocations_source;
  std::shared_ptr<core::Signal> keys_waker;  // ends the wait before the next fetch of keys
  bool have_keys = false;
  std::int64_t after = 0;  // number of the last revocation read
  std::chrono::steady_clock::time_point keys_asked_at;
  std::atomic<bool> unknown_key{false};

  std::mutex mutex;
  TokenVerifier* verifier;  // null once stopped: a fetch may end after the verifier was destroyed

  /// Uses the verifier unless the pollers were stopped.
  template <class Use>
  void with_verifier(Use use) {
    std::lock_guard lock(mutex);
    if (verifier != nullptr) use(*verifier);
  }
};

namespace {

using StatePtr = std::shared_ptr<RemoteKeys::State>;

core::Task<bool> fetch_keys(StatePtr state) {
  state->keys_asked_at = std::chrono::steady_clock::now();
  auto body = co_await state->fetch(state->settings.jwks_url);
  auto keys = body ? KeySet::parse(*body) : std::unexpected(body.error());
  if (keys && keys->empty()) keys = core::fail(core::Errc::invalid, "the key set contains no ES256 key");
  if (!keys) {
    state->keys_source.failed(keys.error());
    co_return false;
  }
  state->keys_source.succeeded();
  state->have_keys = true;
  state->with_verifier([&](TokenVerifier& verifier) { verifier.set_keys(std::move(*keys)); });
  co_return true;
}

/// Reads one page of the feed. Returns true if there is more to read at once.
core::Task<bool> fetch_revocations(StatePtr state) {
  std::string url = state->settings.revocations_url + "?after=" + std::to_string(state->after);
  auto body = co_await state->fetch(std::move(url));
  auto feed = body ? parse_revocation_feed(*body) : std::unexpected(body.error());
  if (!feed) {
    state->revocations_source.failed(feed.error());
    co_return false;
  }
  state->revocations_source.succeeded();
  state->with_verifier([&](TokenVerifier& verifier) {
    for (const Revocation& revocation : feed->revocations) verifier.revocations().add(revocation);
    verifier.revocations().forget_expired(
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
  });
  // A feed whose last number is below the position reached comes from another database than before,
  // so it is read from its beginning.
  if (feed->last < state->after) {
    state->after = 0;
    co_return true;
  }
  std::int64_t reached = feed->revocations.empty() ? state->after : feed->revocations.back().number;
  bool more = reached > state->after && reached < feed->last;
  state->after = std::max(state->after, reached);
  co_return more;
}

core::Task<core::Result<>> keep_keys(StatePtr state, core::TaskControl& control) {
  const RemoteKeysSettings& settings = state->settings;
  while (!control.stopping()) {
    bool fetched = co_await fetch_keys(state);
    control.succeeded();  // an outage of auth-service is not a failure of the task
    milliseconds span = fetched ? settings.refresh : state->have_keys ? settings.unknown_key_interval : settings.retry;
    if (!control.stopping()) co_await control.wait(span);
  }
  co_return core::Result<>();
}

core::Task<core::Result<>> keep_revocations(StatePtr state, core::TaskControl& control) {
  while (!control.stopping()) {
    bool more = co_await fetch_revocations(state);
    control.succeeded();
    if (!more && !control.stopping()) co_await control.wait(state->settings.revocation_poll);
  }
  co_return core::Result<>();
}

/// Runs on the thread of a request with an unknown key id, which any client can send. It costs at
/// most one message to the io thread at a time, and at most one fetch per interval.
void ask_for_keys(const StatePtr& state) {
  if (state->unknown_key.exchange(true)) return;
  boost::asio::post(state->io, [state] {
    state->unknown_key = false;
    if (std::chrono::steady_clock::now() - state->keys_asked_at >= state->settings.unknown_key_interval)
      state->keys_waker->set();
  });
}

}  // namespace

RemoteKeys::RemoteKeys(core::TaskHost host, TokenVerifier& verifier, Fetch fetch, RemoteKeysSettings settings)
    : state_(std::make_shared<State>(host.io, verifier, std::move(fetch), std::move(settings))),
      keys_task_(host, "key poller",
                 [state = state_](core::TaskControl& control) { return keep_keys(state, control); }),
      revocations_task_(host, "revocation poller",
                        [state = state_](core::TaskControl& control) { return keep_revocations(state, control); }) {
  state_->keys_waker = keys_task_.waker();
  verifier.on_unknown_key([weak = std::weak_ptr(state_)] {
    if (auto state = weak.lock()) ask_for_keys(state);
  });
}

RemoteKeys::~RemoteKeys() { stop(); }

void RemoteKeys::start() {
  keys_task_.start();
  revocations_task_.start();
}

void RemoteKeys::stop() {
  {
    std::lock_guard lock(state_->mutex);
    state_->verifier = nullptr;
  }
  const auto now = core::Deadline::after(milliseconds(0));
  keys_task_.request_stop(now);
  revocations_task_.request_stop(now);
}

}  // namespace pms::security
