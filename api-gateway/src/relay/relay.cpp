#include "relay/relay.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "http/body_reader.hpp"
#include "http/client_connection.hpp"
#include "http/head_writer.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "relay/forwarding.hpp"

namespace pms::gateway {
namespace {

constexpr std::chrono::seconds connect_timeout{1};
constexpr std::chrono::seconds retry_after_open_breaker{5};
/// After the deadline of the request, a response must arrive at this rate.
constexpr std::uint64_t min_response_bytes_per_second = 1024;

/// RFC 9110, section 9.2.2; a POST with an Idempotency-Key counts as idempotent where the service
/// honours the key.
bool is_idempotent(const http::Request& request, bool honours_idempotency_key) {
  switch (request.method) {
    case http::Method::post:
      return honours_idempotency_key && !request.header("Idempotency-Key").empty();
    case http::Method::patch:
    case http::Method::other:
      return false;
    default:
      return true;
  }
}

/// Whether a response says that the replica itself is in trouble, see Upstream::record_failure().
bool is_failure_of_replica(int status) { return status == 500 || status == 502 || status == 504; }

/// One request on its way. The coroutine of relay() drives it; what almost every request needs
/// happens without a coroutine of its own, since each costs as much as writing a head.
class Relay {
 public:
  Relay(http::Exchange& exchange, const RelayTask& task) : exchange_(exchange), task_(task) {
    exchange_.on_client_gone([this] { give_up_for_client(); });
  }
  ~Relay() { exchange_.on_client_gone(nullptr); }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Chooses a replica. Returns false when the breaker is open.
  bool begin_attempt() {
    if (!task_.upstream.breaker().allow()) return false;
    ++attempt_;
    failure_.reset();
    fresh_ = false;
    replica_ = &task_.upstream.next(replica_);
    now_ = attempt_ == 1 ? exchange_.begun_at() : std::chrono::steady_clock::now();
    return true;
  }

  /// Sends the request on an idle connection. Returns false when there is none, or when it did not
  /// accept all at once.
  bool try_send_pooled() {
    connection_ = fresh_ ? nullptr : replica_->idle(exchange_.lane()).take();
    reused_ = connection_ != nullptr;
    return connection_ && send_now(now_) && sent_ == size_;
  }

  /// Sends what try_send_pooled() has not.
  core::Task<void> send() {
    if (!connection_) {
      connection_ = std::make_unique<http::ClientConnection>(exchange_.io());
      const auto limit = exchange_.request().context.deadline.at_most(connect_timeout);
      const auto connected = co_await connection_->connect(replica_->host(), replica_->port(), limit);
      if (!connected) {
        const bool waited = connected.error().code == core::Errc::deadline_exceeded;
        co_return fail(waited ? Failure::unreachable : Failure::refused);
      }
      if (failure_ || !send_now(std::chrono::steady_clock::now())) co_return;
    }
    if (failure_) co_return;
    const bool all = co_await connection_->send_rest(connection_->output, exchange_.request().body, sent_);
    if (!all) fail(connection_->expired() ? Failure::timed_out : Failure::cut_off);
  }

  /// Parses the head of the response from what has arrived. Returns true when there is one, or when
  /// the attempt has failed; false when more has to arrive.
  bool try_parse_head() {
    while (!failure_) {
      const bool to_head = exchange_.request().method == http::Method::head;
      const auto size = connection_->parser.parse_head(connection_->input.unread(), to_head);
      if (size && *size == 0) return false;
      const int status = size ? connection_->parser.head().status : 0;
      if (!size || status == 101) {  // no other protocol was asked for
        fail(Failure::malformed);
      } else if (status < 200) {  // interim: the client asked us, not the upstream, to continue
        connection_->input.consume(*size);
      } else {
        head_bytes_ = *size;
        return true;
      }
    }
    return true;
  }

  http::ClientConnection& connection() { return *connection_; }

  /// Nothing more arrives before the head is complete.
  void fail_without_head() {
    if (connection_->expired()) return fail(Failure::timed_out);
    fail(connection_->input.empty() ? Failure::cut_off : Failure::malformed);
  }

  bool failed() const { return failure_.has_value(); }

  /// If the attempt failed only because its idle connection was closed at the same time, forgets
  /// the failure and returns true: the attempt is made again on a new connection. The replica is
  /// not to blame, and the first try does not count.
  bool try_fresh_connection() {
    if (!failure_ || !reused_ || !connection_->input.empty() || !may_repeat(*failure_)) return false;
    failure_.reset();
    fresh_ = true;
    return true;
  }

  /// Counts the failure of this attempt.
  void record_failure() { record(*failure_); }

  bool should_retry() const {
    return attempt_ == 1 && may_repeat(*failure_) &&
           task_.upstream.breaker().state() == resilience::CircuitBreaker::State::closed;
  }

  /// Forwards the head and what has arrived of the body.
  void forward_head() {
    const http::ResponseHead& head = connection_->parser.head();
    record_answer(head.status);
    std::string& out = exchange_.begin(head.status, !has_date(head));
    append_response_fields(out, head, task_.no_store);
    http::append_head(out, task_.limit.fields_bytes(),
                      [this](http::HeadWriter& line) { task_.limit.write_fields(line, task_.decision); });
    if (head.has_content_length) {
      exchange_.end_head(http::Framing::length, head.content_length);
    } else {
      exchange_.end_head(head.framing == http::Framing::none ? http::Framing::none : http::Framing::chunked);
    }
    connection_->body.begin(head.framing, head.content_length, std::numeric_limits<std::uint64_t>::max(),
                            http::response_chunk_limits);
    connection_->input.consume(head_bytes_);  // from here on the head's views are invalid
    body_begun_ = std::chrono::steady_clock::now();
    forward_body();
  }

  /// Whether more of the body has to arrive.
  bool has_more() const { return body_ == http::BodyReader::Status::part; }

  core::Task<void> forward_rest() {
    while (has_more()) {
      if (exchange_.should_flush()) {
        const bool client_is_there = co_await exchange_.flush();
        if (!client_is_there) co_return;
      }
      set_body_deadline();
      const bool more = co_await connection_->receive();
      if (failure_ == Failure::abandoned) co_return;
      if (more) {
        forward_body();
      } else {
        const bool complete = connection_->body.ends_when_closed() && connection_->stream().closed_by_peer();
        body_ = complete ? http::BodyReader::Status::complete : http::BodyReader::Status::refused;
      }
    }
  }

  /// Completes the response after the last piece of its body, or gives up when the body has broken
  /// off.
  void finish() {
    if (body_ == http::BodyReader::Status::complete) {
      exchange_.end_body();
      replica_->idle(exchange_.lane()).give_back(std::move(connection_), now_);
    } else if (body_ == http::BodyReader::Status::refused) {
      give_up();
    } else {
      exchange_.cut();  // the client is gone
    }
  }

  void answer_failure() { answer_failure(*failure_); }

  void answer_breaker_open() {
    answer_unavailable(fmt::format("the {} service is temporarily unavailable", task_.upstream.name()),
                       retry_after_open_breaker);
  }

 private:
  void fail(Failure failure) {
    if (!failure_) failure_ = failure;
  }

  /// Whatever the coroutine waits for ends, and it finds the attempt failed.
  void give_up_for_client() {
    fail(Failure::abandoned);
    if (connection_) connection_->cancel();
  }

  void set_body_deadline() {
    const auto earned = std::chrono::seconds(body_bytes_ / min_response_bytes_per_second);
    connection_->set_deadline(std::max(exchange_.request().context.deadline.time(), body_begun_ + earned));
  }

  bool send_now(core::SteadyTime now) {
    const http::Request& request = exchange_.request();
    connection_->set_deadline(request.context.deadline.time());
    const auto time_left = std::max(request.context.deadline.time() - now, core::SteadyTime::duration(0));
    write_request_head(connection_->output,
                       {.head = exchange_.head(),
                        .request = request,
                        .path_prefix = task_.path_prefix,
                        .path_rest = task_.path_rest,
                        .taken_prefix = task_.taken_prefix,
                        .authority = replica_->authority(),
                        .time_left = std::chrono::duration_cast<std::chrono::milliseconds>(time_left)});
    size_ = connection_->output.size() + request.body.size();
    const auto sent = connection_->stream().send_now(connection_->output, request.body);
    if (!sent) fail(Failure::refused);  // closed before it accepted any of it
    sent_ = sent.value_or(0);
    return sent.has_value();
  }

  void forward_body() {
    const http::BodyReader::Piece piece = connection_->body.take(connection_->input);
    exchange_.append_body(piece.bytes);
    body_bytes_ += piece.bytes.size();
    body_ = piece.status;
  }

  /// The upstream stopped in the middle of its response.
  void give_up() {
    record(Failure::cut_off);
    if (exchange_.withdraw()) return answer_failure(Failure::cut_off);
    exchange_.cut();
  }

  bool may_repeat(Failure failure) const {
    if (exchange_.request().context.deadline.passed()) return false;
    if (failure == Failure::refused || failure == Failure::unreachable) return true;
    return failure == Failure::cut_off && is_idempotent(exchange_.request(), task_.idempotency_key);
  }

  void record_answer(int status) {
    task_.upstream.breaker().success();
    task_.upstream.metrics().observe_answer(std::chrono::steady_clock::now() - now_);
    if (is_failure_of_replica(status)) {
      task_.upstream.record_failure(*replica_, now_);
    } else {
      task_.upstream.record_success(*replica_);
    }
  }

  void record(Failure failure) {
    task_.upstream.metrics().count(failure);
    if (failure == Failure::refused || failure == Failure::abandoned) {
      task_.upstream.breaker().success();  // see Upstream::breaker
    } else {
      task_.upstream.breaker().failure();
    }
    if (failure != Failure::abandoned) task_.upstream.record_failure(*replica_, now_);
  }

  void answer_failure(Failure failure) {
    const std::string& name = task_.upstream.name();
    const http::Request& request = exchange_.request();
    if (failure == Failure::abandoned) {
      exchange_.abandon();
    } else if (failure == Failure::timed_out || request.context.deadline.passed()) {
      exchange_.answer(http::problem(504, fmt::format("timed out waiting for the {} service", name), request));
    } else if (failure == Failure::refused || failure == Failure::unreachable) {
      answer_unavailable(fmt::format("the {} service is unreachable", name), std::chrono::seconds(1));
    } else {
      exchange_.answer(http::problem(502, fmt::format("invalid response from the {} service", name), request));
    }
  }

  void answer_unavailable(std::string detail, std::chrono::seconds retry_after) {
    const core::Error error{.code = core::Errc::unavailable, .message = std::move(detail), .retry_after = retry_after};
    exchange_.answer(http::problem(error, exchange_.request()));
  }

  http::Exchange& exchange_;
  const RelayTask& task_;
  Replica* replica_ = nullptr;
  std::unique_ptr<http::ClientConnection> connection_;
  int attempt_ = 0;
  bool reused_ = false;             // connection_ had been idle
  bool fresh_ = false;              // an idle connection has failed: only a new one will do
  std::optional<Failure> failure_;  // of this attempt
  core::SteadyTime now_{};          // when this attempt began
  std::size_t size_ = 0;            // of the request
  std::size_t sent_ = 0;            // bytes of the request
  std::size_t head_bytes_ = 0;      // of the response
  core::SteadyTime body_begun_{};
  std::uint64_t body_bytes_ = 0;
  http::BodyReader::Status body_ = http::BodyReader::Status::part;
};

}  // namespace

core::Task<void> relay(http::Exchange& exchange, RelayTask task) {
  Relay relay(exchange, task);
  do {
    if (!relay.begin_attempt()) co_return relay.answer_breaker_open();
    do {
      if (!relay.try_send_pooled()) co_await relay.send();
      while (!relay.try_parse_head()) {
        http::ClientConnection& upstream = relay.connection();
        if (upstream.receive_now()) continue;
        bool ready = false;
        if (!upstream.stream().ended()) ready = co_await upstream.stream().readable();
        if (!ready) relay.fail_without_head();
      }
    } while (relay.try_fresh_connection());
    if (relay.failed()) relay.record_failure();
  } while (relay.failed() && relay.should_retry());
  if (relay.failed()) co_return relay.answer_failure();
  relay.forward_head();
  if (relay.has_more()) co_await relay.forward_rest();
  relay.finish();
}

}  // namespace pms::gateway
