#include "security/remote_keys.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <expected>
#include <mutex>

#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pms::security {
namespace {

using std::chrono::milliseconds;

/// One of the two things that are fetched: says in the log when fetching begins to fail and when it works again, and
/// counts in metrics.
class Source {
 public:
  Source(std::string service, std::string what)
      : service_(std::move(service)),
        what_(std::move(what)),
        failures_(telemetry::counter("remote_keys_failures_total", "Fetches from auth-service that failed",
                                     {{"service", service_}, {"source", what_}})),
        updated_(telemetry::gauge("remote_keys_updated_timestamp_seconds",
                                  "When the last fetch from auth-service succeeded",
                                  {{"service", service_}, {"source", what_}})) {}

  void succeeded() {
    updated_.SetToCurrentTime();
    answered_before_ = true;
    if (failing_) telemetry::log(telemetry::Level::info, service_, "auth-service answers again", {{"source", what_}});
    failing_ = false;
  }
  void failed(const core::Error& error) {
    failures_.Increment();
    if (!failing_)
      telemetry::log(telemetry::Level::warning, service_,
                     answered_before_ ? "auth-service does not answer; what it last said stays in use"
                                      : "auth-service does not answer; nothing of what it says is known yet",
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
  State(boost::asio::io_context& context, TokenVerifier& token_verifier, Fetch how, RemoteKeysSettings given)
      : io(context),
        fetch(std::move(how)),
        settings(std::move(given)),
        keys_source(settings.service, "keys"),
        revocations_source(settings.service, "revocations"),
        keys_timer(context),
        revocations_timer(context),
        verifier(&token_verifier) {}

  boost::asio::io_context& io;
  const Fetch fetch;
  const RemoteKeysSettings settings;
  Source keys_source;
  Source revocations_source;
  boost::asio::steady_timer keys_timer;
  boost::asio::steady_timer revocations_timer;
  bool have_keys = false;
  std::int64_t after = 0;  // the last revocation seen
  std::chrono::steady_clock::time_point keys_asked_at;
  std::atomic<bool> unknown_key{false};

  std::mutex mutex;
  TokenVerifier* verifier;  // null once stopped: the fetch under way may end after the verifier is gone

  /// Does something with the verifier, and says whether there still is one.
  template <class Use>
  bool with_verifier(Use use) {
    std::lock_guard lock(mutex);
    if (verifier != nullptr) use(*verifier);
    return verifier != nullptr;
  }
  bool running() {
    return with_verifier([](TokenVerifier&) {});
  }
};

namespace {

using StatePtr = std::shared_ptr<RemoteKeys::State>;

core::Task<bool> fetch_keys(StatePtr state) {
  state->keys_asked_at = std::chrono::steady_clock::now();
  auto body = co_await state->fetch(state->settings.jwks_url);
  auto keys = body ? KeySet::parse(*body) : std::unexpected(body.error());
  if (keys && keys->empty()) keys = core::fail(core::Errc::invalid, "the key set holds no ES256 key");
  if (!keys) {
    state->keys_source.failed(keys.error());
    co_return false;
  }
  state->keys_source.succeeded();
  state->have_keys = true;
  state->with_verifier([&](TokenVerifier& verifier) { verifier.set_keys(std::move(*keys)); });
  co_return true;
}

/// Reads one page of the feed; true when there is more to read at once.
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
  // A feed that ends before the place reached belongs to another database than it did: read it from its beginning.
  if (feed->last < state->after) {
    state->after = 0;
    co_return true;
  }
  std::int64_t reached = feed->revocations.empty() ? state->after : feed->revocations.back().number;
  bool more = reached > state->after && reached < feed->last;
  state->after = std::max(state->after, reached);
  co_return more;
}

core::Task<void> wait(boost::asio::steady_timer& timer, milliseconds span) {
  boost::system::error_code cancelled;
  boost::asio::use_awaitable_t<core::Executor> token;
  timer.expires_after(span);
  co_await timer.async_wait(boost::asio::redirect_error(token, cancelled));
}

core::Task<void> keep_keys(StatePtr state) {
  const RemoteKeysSettings& settings = state->settings;
  while (state->running()) {
    bool fetched = co_await fetch_keys(state);
    milliseconds span = fetched ? settings.refresh : state->have_keys ? settings.unknown_key_interval : settings.retry;
    if (state->running()) co_await wait(state->keys_timer, span);
  }
}

core::Task<void> keep_revocations(StatePtr state) {
  while (state->running()) {
    bool more = co_await fetch_revocations(state);
    if (!more && state->running()) co_await wait(state->revocations_timer, state->settings.revocation_poll);
  }
}

/// On the thread of a request with an unknown key id, which anybody can send: costs one message to the io thread at a
/// time, and a fetch at most once per interval.
void ask_for_keys(const StatePtr& state) {
  if (state->unknown_key.exchange(true)) return;
  boost::asio::post(state->io, [state] {
    state->unknown_key = false;
    if (std::chrono::steady_clock::now() - state->keys_asked_at >= state->settings.unknown_key_interval)
      state->keys_timer.cancel();
  });
}

}  // namespace

RemoteKeys::RemoteKeys(boost::asio::io_context& io, TokenVerifier& verifier, Fetch fetch, RemoteKeysSettings settings)
    : state_(std::make_shared<State>(io, verifier, std::move(fetch), std::move(settings))) {
  verifier.on_unknown_key([weak = std::weak_ptr(state_)] {
    if (auto state = weak.lock()) ask_for_keys(state);
  });
}

RemoteKeys::~RemoteKeys() { stop(); }

void RemoteKeys::start() {
  boost::asio::co_spawn(state_->io.get_executor(), keep_keys(state_), boost::asio::detached);
  boost::asio::co_spawn(state_->io.get_executor(), keep_revocations(state_), boost::asio::detached);
}

void RemoteKeys::stop() {
  {
    std::lock_guard lock(state_->mutex);
    state_->verifier = nullptr;
  }
  boost::asio::post(state_->io, [state = state_] {
    state->keys_timer.cancel();
    state->revocations_timer.cancel();
  });
}

}  // namespace pms::security
