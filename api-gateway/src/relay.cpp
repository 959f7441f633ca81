#include "relay.hpp"

#include "forwarding.hpp"
#include "http/problem.hpp"
#include "telemetry/metrics.hpp"

namespace pms::gateway {
namespace {

constexpr std::chrono::seconds connect_timeout{1};
constexpr std::chrono::seconds retry_after_open_breaker{5};
/// Once an answer has begun, each further piece of it may take so long.
constexpr std::chrono::seconds piece_timeout{15};

/// How an attempt ended when it got no head of an answer.
enum class Failure : std::uint8_t {
  refused,      ///< not connected: nothing was sent
  unreachable,  ///< the same, after waiting for it
  cut_off,
  malformed,
  timed_out,
};

std::string_view to_string(Failure failure) {
  switch (failure) {
    case Failure::refused:
      return "refused";
    case Failure::unreachable:
      return "unreachable";
    case Failure::cut_off:
      return "cut_off";
    case Failure::malformed:
      return "malformed";
    case Failure::timed_out:
      return "timed_out";
  }
  return "";
}

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

class Relay {
 public:
  Relay(http::Exchange& exchange, const RelayTask& task) : exchange_(exchange), task_(task) {}

  core::Task<void> run() {
    resilience::CircuitBreaker& breaker = task_.upstream.breaker();
    for (int attempt = 1;; ++attempt) {
      if (!breaker.allow()) co_return answer_breaker_open();
      replica_ = &task_.upstream.next();
      const auto failure = co_await attempt_once();
      if (!failure) break;
      note(*failure);
      if (attempt > 1 || !may_repeat(*failure)) co_return answer_failure(*failure);
    }
    breaker.success();
    const bool healthy = connection_->parser.head().status < 500;
    healthy ? task_.upstream.succeeded(*replica_) : task_.upstream.failed(*replica_);
    co_await pass_answer();
  }

 private:
  /// Until the head of an answer is there.
  core::Task<std::optional<Failure>> attempt_once() {
    const http::Request& request = exchange_.request();
    connection_ = replica_->idle(exchange_.lane()).take();
    if (!connection_) {
      connection_ = std::make_unique<http::ClientConnection>(exchange_.io());
      const auto limit = request.context.deadline.at_most(connect_timeout);
      const auto connected = co_await connection_->connect(replica_->host(), replica_->port(), limit);
      if (!connected)
        co_return connected.error().code == core::Errc::deadline_exceeded ? Failure::unreachable : Failure::refused;
    }
    connection_->set_deadline(request.context.deadline.time());
    write_request_head(connection_->output, exchange_.head(), request, task_.path_prefix, task_.path_rest,
                       replica_->authority());
    const std::size_t size = connection_->output.size() + request.body.size();
    const auto sent = http::send_now(connection_->socket, connection_->output, request.body);
    if (!sent) co_return Failure::refused;  // closed before it took any of it
    if (*sent < size) {
      const bool all = co_await connection_->send_rest(connection_->output, request.body, *sent);
      if (!all) co_return connection_->expired() ? Failure::timed_out : Failure::cut_off;
    }
    co_return co_await receive_head();
  }

  /// Interim answers (1xx) are passed over: the client asked us, not the upstream, to continue.
  core::Task<std::optional<Failure>> receive_head() {
    const bool to_head = exchange_.request().method == http::Method::head;
    for (;;) {
      const auto size = connection_->parser.parse_head(connection_->input.unread(), to_head);
      if (!size) co_return Failure::malformed;
      if (*size > 0) {
        head_bytes_ = *size;
        const int status = connection_->parser.head().status;
        if (status >= 200) co_return std::nullopt;
        if (status == 101) co_return Failure::malformed;  // no other protocol was asked for
        connection_->input.consume(*size);
        continue;
      }
      const bool more = co_await connection_->receive();
      if (more) continue;
      if (connection_->expired()) co_return Failure::timed_out;
      co_return connection_->input.empty() ? Failure::cut_off : Failure::malformed;
    }
  }

  core::Task<void> pass_answer() {
    pass_head();
    for (Taken taken = take_body(); taken != Taken::whole; taken = take_body()) {
      if (taken == Taken::broken) co_return give_up();
      if (exchange_.should_flush()) {
        const bool client_is_there = co_await exchange_.flush();
        if (!client_is_there) co_return;
      }
      connection_->set_deadline(std::chrono::steady_clock::now() + piece_timeout);
      const bool more = co_await connection_->receive();
      if (more) continue;
      if (framing_ != http::Framing::until_close || !connection_->closed_by_peer) co_return give_up();
      break;
    }
    exchange_.end_body();
    replica_->idle(exchange_.lane()).give_back(std::move(connection_));
  }

  void pass_head() {
    const http::ResponseHead& head = connection_->parser.head();
    std::string& out = exchange_.begin(head.status, !has_date(head));
    append_response_fields(out, head, task_.no_store);
    out.append(task_.fields);
    framing_ = head.framing;
    remaining_ = head.content_length;
    if (head.has_content_length) {
      exchange_.end_head(http::Framing::length, head.content_length);
    } else {
      exchange_.end_head(framing_ == http::Framing::none ? http::Framing::none : http::Framing::chunked);
    }
    connection_->input.consume(head_bytes_);  // the head's views are void from here on
  }

  enum class Taken : std::uint8_t { whole, part, broken };

  /// Passes on what has come of the body.
  Taken take_body() {
    http::InputBuffer& input = connection_->input;
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
    task_.upstream.failed(*replica_);
    telemetry::counter("gateway_upstream_failures_total", "Attempts that an upstream did not answer",
                       {{"upstream", task_.upstream.name()}, {"reason", std::string(to_string(failure))}})
        .Increment();
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

  /// The upstream stopped in the middle of its answer.
  void give_up() {
    note(Failure::cut_off);
    if (exchange_.withdraw()) return answer_failure(Failure::cut_off);
    exchange_.cut();
  }

  http::Exchange& exchange_;
  const RelayTask& task_;
  Replica* replica_ = nullptr;
  std::unique_ptr<http::ClientConnection> connection_;
  std::size_t head_bytes_ = 0;
  http::Framing framing_ = http::Framing::none;
  std::uint64_t remaining_ = 0;  // of a body of known length
};

}  // namespace

core::Task<void> relay(http::Exchange& exchange, const RelayTask& task) {
  Relay one(exchange, task);
  co_await one.run();
}

}  // namespace pms::gateway
