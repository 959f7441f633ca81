// Parsing HTTP/1.1 messages (RFC 9112) in place: heads become views into the bytes that were received. Boost.Beast's
// parser does the grammar; what it lets through and a proxy must not (request smuggling) is refused on top of it.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace pms::http {

struct ParserLimits {
  std::size_t head_bytes = 32 * 1024;
  std::size_t fields = 100;
  std::size_t request_line_bytes = 8 * 1024;
  std::uint64_t body_bytes = 1024 * 1024;
};

/// How the end of a body is found (RFC 9112, section 6.3).
enum class Framing : std::uint8_t { none, length, chunked, until_close };

/// What the heads of requests and responses have in common.
struct Head {
  bool http_1_1 = true;
  bool keep_alive = true;  ///< as the version and the Connection field say
  Framing framing = Framing::none;
  bool has_content_length = false;  ///< also where no body follows, as in an answer to HEAD
  std::uint64_t content_length = 0;
  bool connection_names_fields = false;  ///< a Connection field holds more than close and keep-alive
  std::vector<Field> fields;
  /// Whether a Connection field names this one, so that it is meant for one hop only (RFC 9110, section 7.6.1).
  bool connection_names(std::string_view field_name) const;
};

struct RequestHead : Head {
  Method method = Method::other;
  std::string_view method_text;
  std::string_view target;  ///< as sent
  std::string_view path;    ///< of the target, without scheme and authority
  std::string_view query;
  std::string_view host;
  std::string_view authorization;
  std::string_view request_id;  ///< X-Request-Id
  std::string_view traceparent;
  std::string_view timeout_ms;    ///< X-Request-Timeout-Ms
  bool expects_continue = false;  ///< Expect: 100-continue
};

struct ResponseHead : Head {
  int status = 0;
};

/// Reads one request after the other.
class RequestParser {
 public:
  explicit RequestParser(const ParserLimits&);
  ~RequestParser();

  /// `bytes`: all that was received and not consumed. Returns how many of them the head takes, or 0 when it is not
  /// whole yet (call again with the same bytes and more behind them). The head's views point into `bytes`.
  /// Error: the status to answer with before closing: 400, 413, 414, 417 or 431.
  std::expected<std::size_t, int> parse_head(std::string_view bytes);
  const RequestHead& head() const { return head_; }

  /// Decodes a chunked body: appends to `body`, returns how many bytes were consumed; when body_done(), the rest
  /// belongs to the next request. Error: 400 or 413.
  std::expected<std::size_t, int> parse_chunks(std::string_view bytes, std::string& body);
  bool body_done() const;

  struct Engine;

 private:
  ParserLimits limits_;
  RequestHead head_;
  std::size_t scanned_ = 0;  // bytes of an incomplete head already searched for its end
  std::unique_ptr<Engine> engine_;
};

/// Reads one response after the other. Errors carry no status: whatever is wrong, the connection is useless.
class ResponseParser {
 public:
  explicit ResponseParser(const ParserLimits& = {});
  ~ResponseParser();

  struct Malformed {};

  /// As RequestParser; `to_head`: the response to a HEAD request, which has no body. Interim (1xx) heads are returned
  /// like others.
  std::expected<std::size_t, Malformed> parse_head(std::string_view bytes, bool to_head);
  const ResponseHead& head() const { return head_; }
  std::expected<std::size_t, Malformed> parse_chunks(std::string_view bytes, std::string& body);
  bool body_done() const;

  struct Engine;

 private:
  ParserLimits limits_;
  ResponseHead head_;
  std::size_t scanned_ = 0;
  std::unique_ptr<Engine> engine_;
};

/// Without regard to the case of ASCII letters, as names of fields are compared.
bool equals_ignoring_case(std::string_view, std::string_view);

}  // namespace pms::http
