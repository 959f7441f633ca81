#include "relay/relay.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "http/head_writer.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "net/input_buffer.hpp"
#include "relay/forwarding.hpp"

namespace pms::gateway {
namespace {

constexpr std::chrono::seconds connect_timeout{1};
constexpr std::chrono::seconds retry_after_open_breaker{5};
/// Once an answer has begun, each further piece of it may take so long.
constexpr std::chrono::seconds piece_timeout{15};

/// RFC 9110, section 9.2.2; a key makes any method so.
bool is_idempotent(const http::Request& request) {
  switch (request.method) {
    case http::Method::post:
    case http::Method::patch:
    case http::Method::other:
      return !request.header("Idempotency-Key").empty();
    default:
      return true;
  }
}

/// One request on its way. The coroutine of relay() drives it; what almost every request needs is done without a
/// coroutine of its own, since each costs as much as writing a head.
class Relay {
 public:
  Relay(http::Exchange& exchange, const RelayTask& task) : exchange_(exchange), task_(task) {}

  /// Chooses a replica. False: the breaker is open, and the client has been told.
  bool begin_attempt() {
    if (!task_.upstream.breaker().allow()) return answer_breaker_open(), false;
    ++attempt_;
    failure_.reset();
    replica_ = &task_.upstream.next();
    now_ = attempt_ == 1 ? exchange_.begun_at() : std::chrono::steady_clock::now();
    return true;
  }

  /// Sends the request on an idle connection. False: there is none, or it did not take all at once.
  bool sent_at_once() {
    connection_ = replica_->idle(exchange_.lane()).take(now_);
    return connection_ && send_now() && sent_ == size_;
  }

  /// Sends what sent_at_once() has not.
  core::Task<void> send() {
    if (!connection_) {
      connection_ = std::make_unique<http::ClientConnection>(exchange_.io());
      const auto limit = exchange_.request().context.deadline.at_most(connect_timeout);
      const auto connected = co_await connection_->connect(replica_->host(), replica_->port(), limit);
      if (!connected) {
        const bool waited = connected.error().code == core::Errc::deadline_exceeded;
        co_return fail(waited ? Failure::unreachable : Failure::refused);
      }
      if (!send_now()) co_return;
    }
    if (failure_) co_return;
    const bool all = co_await connection_->send_rest(connection_->output, exchange_.request().body, sent_);
    if (!all) fail(connection_->expired() ? Failure::timed_out : Failure::cut_off);
  }

  /// Looks for the head of an answer in what has come. False: there is none yet.
  bool has_head_or_failed() {
    while (!failure_) {
      const bool to_head = exchange_.request().method == http::Method::head;
      const auto size = connection_->parser.parse_head(connection_->input.unread(), to_head);
      if (size && *size == 0) return false;
      head_bytes_ = size.value_or(0);
      const int status = size ? connection_->parser.head().status : 0;
      if (!size || status == 101) return fail(Failure::malformed), true;  // no other protocol was asked for
      if (status >= 200) break;
      connection_->input.consume(*size);  // interim: the client asked us, not the upstream, to continue
    }
    return true;
  }

  http::ClientConnection& connection() { return *connection_; }

  void stopped_before_head() {
    if (connection_->expired()) return fail(Failure::timed_out);
    fail(connection_->input.empty() ? Failure::cut_off : Failure::malformed);
  }

  bool failed() const { return failure_.has_value(); }

  /// After a failure: whether to try again. If not, the client has been told.
  bool tries_again() {
    note(*failure_);
    if (attempt_ == 1 && may_repeat(*failure_)) return true;
    answer_failure(*failure_);
    return false;
  }

  /// Passes on the head and what has come of the body. True: that was all.
  bool answered_at_once() {
    task_.upstream.breaker().success();
    task_.upstream.metrics().observe_answer(std::chrono::steady_clock::now() - now_);
    const http::ResponseHead& head = connection_->parser.head();
    if (head.status < 500) {
      task_.upstream.record_success(*replica_);
    } else {
      task_.upstream.record_failure(*replica_);
    }
    pass_head(head);
    taken_ = take_body();
    if (taken_ == Taken::whole) finish();
    return taken_ == Taken::whole;
  }

  core::Task<void> pass_rest() {
    while (taken_ == Taken::part) {
      if (exchange_.should_flush()) {
        const bool client_is_there = co_await exchange_.flush();
        if (!client_is_there) co_return;
      }
      connection_->set_deadline(std::chrono::steady_clock::now() + piece_timeout);
      const bool more = co_await connection_->receive();
      if (more) {
        taken_ = take_body();
      } else {
        const bool ends_so = framing_ == http::Framing::until_close && connection_->stream().closed_by_peer();
        taken_ = ends_so ? Taken::whole : Taken::broken;
      }
    }
    taken_ == Taken::whole ? finish() : give_up();
  }

 private:
  enum class Taken : std::uint8_t { whole, part, broken };

  void fail(Failure failure) { failure_ = failure; }

  bool send_now() {
    const http::Request& request = exchange_.request();
    connection_->set_deadline(request.context.deadline.time());
    const auto time_left = std::max(request.context.deadline.time() - now_, core::SteadyTime::duration(0));
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
    if (!sent) fail(Failure::refused);  // closed before it took any of it
    sent_ = sent.value_or(0);
    return sent.has_value();
  }

  void pass_head(const http::ResponseHead& head) {
    std::string& out = exchange_.begin(head.status, !has_date(head));
    append_response_fields(out, head, task_.no_store);
    http::append_head(out, task_.limit.fields_bytes(),
                      [this](http::HeadWriter& line) { task_.limit.write_fields(line, task_.decision); });
    framing_ = head.framing;
    remaining_ = head.content_length;
    if (head.has_content_length) {
      exchange_.end_head(http::Framing::length, head.content_length);
    } else {
      exchange_.end_head(framing_ == http::Framing::none ? http::Framing::none : http::Framing::chunked);
    }
    connection_->input.consume(head_bytes_);  // the head's views are void from here on
  }

  /// Passes on what has come of the body.
  Taken take_body() {
    net::InputBuffer& input = connection_->input;
    switch (framing_) {
      case http::Framing::none:
        return Taken::whole;
      case http::Framing::chunked:
        return take_chunks();
      case http::Framing::until_close:
        exchange_.append_body(input.unread());
        input.consume(input.unread().size());
        return Taken::part;
      case http::Framing::length:
        break;
    }
    const std::string_view piece = input.unread().substr(0, remaining_);
    exchange_.append_body(piece);
    remaining_ -= piece.size();
    input.consume(piece.size());
    return remaining_ == 0 ? Taken::whole : Taken::part;
  }

  Taken take_chunks() {
    connection_->decoded.clear();
    const auto used = connection_->parser.parse_chunks(connection_->input.unread(), connection_->decoded);
    if (!used) return Taken::broken;
    connection_->input.consume(*used);
    exchange_.append_body(connection_->decoded);
    return connection_->parser.body_done() ? Taken::whole : Taken::part;
  }

  void finish() {
    exchange_.end_body();
    replica_->idle(exchange_.lane()).give_back(std::move(connection_), now_);
  }

  /// The upstream stopped in the middle of its answer.
  void give_up() {
    note(Failure::cut_off);
    if (exchange_.withdraw()) return answer_failure(Failure::cut_off);
    exchange_.cut();
  }

  bool may_repeat(Failure failure) const {
    if (exchange_.request().context.deadline.passed()) return false;
    if (failure == Failure::refused || failure == Failure::unreachable) return true;
    return failure == Failure::cut_off && is_idempotent(exchange_.request());
  }

  void note(Failure failure) {
    if (failure == Failure::refused) {
      task_.upstream.breaker().success();  // see Upstream::breaker
    } else {
      task_.upstream.breaker().failure();
    }
    task_.upstream.record_failure(*replica_);
    task_.upstream.metrics().count(failure);
  }

  void answer_failure(Failure failure) {
    const std::string& name = task_.upstream.name();
    const http::Request& request = exchange_.request();
    if (failure == Failure::timed_out || request.context.deadline.passed()) {
      exchange_.answer(http::problem(504, fmt::format("the {} service did not answer in time", name), request));
    } else if (failure == Failure::refused || failure == Failure::unreachable) {
      answer_unavailable(fmt::format("the {} service can not be reached", name), std::chrono::seconds(1));
    } else {
      exchange_.answer(http::problem(502, fmt::format("the {} service gave no proper answer", name), request));
    }
  }

  void answer_breaker_open() {
    answer_unavailable(fmt::format("the {} service does not answer at the moment", task_.upstream.name()),
                       retry_after_open_breaker);
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
  std::optional<Failure> failure_;  // of this attempt
  core::SteadyTime now_{};          // when it began
  std::size_t size_ = 0;            // of the request
  std::size_t sent_ = 0;
  std::size_t head_bytes_ = 0;  // of the answer
  http::Framing framing_ = http::Framing::none;
  std::uint64_t remaining_ = 0;  // of a body of known length
  Taken taken_ = Taken::part;
};

}  // namespace

core::Task<void> relay(http::Exchange& exchange, RelayTask task) {
  Relay relay(exchange, task);
  do {
    if (!relay.begin_attempt()) co_return;
    if (!relay.sent_at_once()) co_await relay.send();
    while (!relay.has_head_or_failed()) {
      http::ClientConnection& upstream = relay.connection();
      if (upstream.receive_now()) continue;
      bool ready = false;
      if (!upstream.stream().ended()) ready = co_await upstream.stream().readable();
      if (!ready) relay.stopped_before_head();
    }
    if (!relay.failed()) break;
  } while (relay.tries_again());
  if (relay.failed()) co_return;
  if (!relay.answered_at_once()) co_await relay.pass_rest();
}

}  // namespace pms::gateway
