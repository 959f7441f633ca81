#include "http/client.hpp"

#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "http/characters.hpp"
#include "http/client_connection.hpp"
#include "http/url.hpp"

namespace pms::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t max_body_bytes = 4 * 1024 * 1024;

/// The idle connections of one io_context by host and port.
class ConnectionPool : public asio::execution_context::service {
 public:
  using key_type = ConnectionPool;
  static inline asio::execution_context::id id;

  explicit ConnectionPool(asio::execution_context& context) : service(context) {}
  IdleConnections& to(const Url& target) { return servers_[{target.host, target.port}]; }
  void stop() {
    stopped_ = true;
    for (auto& [server, idle] : servers_) idle.clear();
  }
  bool stopped() const { return stopped_; }

 private:
  void shutdown() override { servers_.clear(); }

  std::map<std::pair<std::string, std::uint16_t>, IdleConnections> servers_;
  bool stopped_ = false;
};

std::string head_of(const ClientRequest& request, const Url& target) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, target.target,
                                 authority_of(target.host, target.port));
  for (const auto& [name, value] : request.fields) head += fmt::format("{}: {}\r\n", name, value);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH")
    head += fmt::format("Content-Length: {}\r\n", request.body.size());
  head += "\r\n";
  return head;
}

/// Why a call got no complete response, and whether the connection closed before any of the
/// response arrived.
struct Stopped {
  core::Error error;
  bool unanswered = false;
};

class Call {
 public:
  Call(ClientConnection& connection, bool to_head) : connection_(connection), to_head_(to_head) {}

  core::Task<std::expected<ClientResponse, Stopped>> run(const std::string& head, const std::string& body) {
    if (!co_await connection_.send(head, body)) co_return stopped();
    ClientResponse response;
    do {
      auto size = connection_.parser.parse_head(connection_.input.unread(), to_head_);
      while (size && *size == 0) {
        if (!co_await receive()) co_return stopped();
        size = connection_.parser.parse_head(connection_.input.unread(), to_head_);
      }
      if (!size) co_return malformed();
      copy_head_to(response);
      connection_.input.consume(*size);
    } while (response.status < 200);
    co_return co_await read_body(std::move(response));
  }

 private:
  void copy_head_to(ClientResponse& response) const {
    const ResponseHead& head = connection_.parser.head();
    response.status = head.status;
    response.fields.clear();
    for (const Field& field : head.fields) response.fields.emplace_back(field.name, field.value);
  }

  core::Task<std::expected<ClientResponse, Stopped>> read_body(ClientResponse response) {
    const ResponseHead& head = connection_.parser.head();
    connection_.body.begin(head.framing, head.content_length, max_body_bytes, response_chunk_limits);
    BodyReader::Status status = append_body(response.body);
    while (status == BodyReader::Status::part) {
      const bool more = co_await receive();
      if (more) {
        status = append_body(response.body);
      } else {
        if (!connection_.body.ends_when_closed() || !connection_.stream().closed_by_peer()) co_return stopped();
        status = BodyReader::Status::complete;
      }
    }
    if (status == BodyReader::Status::refused) co_return malformed();
    co_return response;
  }

  BodyReader::Status append_body(std::string& body) {
    const BodyReader::Piece piece = connection_.body.take(connection_.input);
    body.append(piece.bytes);
    return piece.status;
  }

  core::Task<bool> receive() {
    const bool more = co_await connection_.receive();
    received_ |= more;
    co_return more;
  }

  std::unexpected<Stopped> stopped() const {
    if (connection_.expired())
      return std::unexpected(
          Stopped{{.code = core::Errc::deadline_exceeded, .message = "timed out waiting for a response"}, false});
    return std::unexpected(
        Stopped{{.code = core::Errc::unavailable, .message = "the connection was closed"}, !received_});
  }

  static std::unexpected<Stopped> malformed() {
    return std::unexpected(
        Stopped{{.code = core::Errc::unavailable, .message = "the response is not well-formed HTTP/1.1"}, false});
  }

  ClientConnection& connection_;
  bool to_head_;
  bool received_ = false;
};

}  // namespace

std::string_view ClientResponse::header(std::string_view name) const {
  for (const auto& [known, value] : fields)
    if (equals_ignoring_case(known, name)) return value;
  return {};
}

void stop_keeping_connections(asio::io_context& io) {
  asio::post(io, [&io] { asio::use_service<ConnectionPool>(io).stop(); });
}

core::Task<core::Result<ClientResponse>> fetch(ClientRequest request, core::Deadline deadline) {
  const auto target = parse_url(request.url);
  if (!target) co_return std::unexpected(target.error());
  const std::string head = head_of(request, *target);
  auto& io = static_cast<asio::io_context&>((co_await asio::this_coro::executor).context());
  ConnectionPool& pool = asio::use_service<ConnectionPool>(io);
  IdleConnections& idle = pool.to(*target);
  auto connection = idle.take();
  for (bool reused = connection != nullptr;; reused = false) {
    if (!reused) {
      connection = std::make_unique<ClientConnection>(io);
      auto connected = co_await connection->connect(target->host, target->port, deadline);
      if (!connected) co_return std::unexpected(connected.error());
    }
    connection->set_deadline(deadline.time());
    Call call(*connection, request.method == "HEAD");
    auto response = co_await call.run(head, request.body);
    if (response) {
      if (!pool.stopped()) idle.give_back(std::move(connection), std::chrono::steady_clock::now());
      co_return std::move(*response);
    }
    // The other side has closed the idle connection: the call is repeated once, on a new one, if
    // that cannot do anything twice.
    const bool repeatable = request.method == "GET" || request.method == "HEAD";
    if (!reused || !response.error().unanswered || !repeatable)
      co_return std::unexpected(std::move(response.error().error));
  }
}

}  // namespace pms::http
