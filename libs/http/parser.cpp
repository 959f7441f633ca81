#include "http/parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <functional>

namespace pms::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;

constexpr int malformed = 400;
/// A chunk's size line, or the trailer section, longer than this is refused.
constexpr std::size_t max_chunk_line_bytes = 8 * 1024;
/// "0\r\n\r\n": no rest of a chunked body is shorter, and Beast asserts that it is not asked about less.
constexpr std::size_t shortest_chunk_end_bytes = 5;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// The members of a comma-separated list.
template <class Visit>
void for_each_token(std::string_view list, Visit visit) {
  while (!list.empty()) {
    std::string_view token = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), token.size() + 1));
    const std::size_t first = token.find_first_not_of(" \t");
    if (first == std::string_view::npos) continue;
    visit(token.substr(first, token.find_last_not_of(" \t") + 1 - first));
  }
}

/// Beast joins folded lines (obs-fold) into a buffer of its own, or passes over empty ones: such a value does not
/// follow its name on the same line.
bool is_folded(std::string_view name, std::string_view value, const char* input_end) {
  const char* name_end = name.data() + name.size();
  const std::less<const char*> before;
  return before(value.data(), name_end) || before(input_end, value.data()) ||
         std::string_view(name_end, value.data()).find('\r') != std::string_view::npos;
}

/// The grammar of one message. `Kind` is RequestHead or ResponseHead.
template <class Kind>
class Grammar : public beast::http::basic_parser<std::is_same_v<Kind, RequestHead>> {
  static constexpr bool is_request = std::is_same_v<Kind, RequestHead>;
  using Base = beast::http::basic_parser<is_request>;
  using error_code = beast::error_code;
  using string_view = beast::string_view;

 public:
  Grammar(const ParserLimits& limits, Kind& head, std::string_view bytes)
      : limits_(limits), head_(head), input_end_(bytes.data() + bytes.size()) {
    head_.http_1_1 = true;
    head_.connection_names_fields = false;
    head_.fields.clear();
    this->eager(true);
    this->header_limit(std::numeric_limits<std::uint32_t>::max());  // counted by the caller
    this->body_limit(limits.body_bytes);
  }

  /// The status to refuse the message with.
  int refusal(error_code error) const {
    if (status_ != 0) return status_;
    return error == error::body_limit ? 413 : malformed;
  }

  void decode(std::string_view bytes, std::string& body) {
    input_end_ = bytes.data() + bytes.size();
    body_ = &body;
  }

  void finish_head() {
    head_.keep_alive = this->keep_alive();
    const auto length = this->content_length();
    head_.has_content_length = length.has_value();
    head_.content_length = length.value_or(0);
    if (this->is_done()) {
      head_.framing = Framing::none;
    } else if (this->chunked()) {
      head_.framing = Framing::chunked;
    } else if (length) {
      head_.framing = Framing::length;
    } else {
      head_.framing = Framing::until_close;
    }
  }

 private:
  void refuse(error_code& ec, int status = malformed) {
    status_ = status;
    ec = error::bad_value;
  }

  void on_request_impl(beast::http::verb, string_view method, string_view target, int version,
                       error_code& ec) override {
    if constexpr (is_request) {
      head_.http_1_1 = version == 11;
      head_.method_text = view(method);
      head_.method = parse_method(head_.method_text);
      head_.target = view(target);
      if (!split_target()) refuse(ec);
    }
  }

  void on_response_impl(int status, string_view, int version, error_code&) override {
    if constexpr (!is_request) {
      head_.http_1_1 = version == 11;
      head_.status = status;
    }
  }

  /// Origin form, absolute form (RFC 9112, section 3.2.2) or `*`.
  bool split_target() {
    std::string_view rest = head_.target;
    if (rest.starts_with("http://") || rest.starts_with("https://")) {
      const std::size_t authority = rest.find("//") + 2;
      const std::size_t slash = rest.find('/', authority);
      rest = slash == std::string_view::npos ? std::string_view("/") : rest.substr(slash);
    } else if (rest == "*") {
      if (head_.method != Method::options) return false;
    } else if (!rest.starts_with('/')) {
      return false;
    }
    const std::size_t question = rest.find('?');
    head_.path = rest.substr(0, question);
    head_.query = question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
    return std::ranges::none_of(head_.target, [](char c) { return c == '#' || static_cast<unsigned char>(c) >= 0x80; });
  }

  void on_field_impl(beast::http::field field, string_view beast_name, string_view beast_value,
                     error_code& ec) override {
    const std::string_view name = view(beast_name);
    const std::string_view value = view(beast_value);
    if (is_folded(name, value, input_end_)) return refuse(ec);
    if (in_trailers_) return;  // checked and dropped
    if (head_.fields.size() >= limits_.fields) return refuse(ec, 431);
    head_.fields.push_back({name, value});
    switch (field) {
      case beast::http::field::content_length:
        if (++content_lengths_ > 1 || value.find_first_not_of("0123456789") != std::string_view::npos) refuse(ec);
        break;
      case beast::http::field::transfer_encoding:
        if (++transfer_encodings_ > 1 || !head_.http_1_1 || !equals_ignoring_case(value, "chunked")) refuse(ec);
        break;
      case beast::http::field::connection:
        for_each_token(value, [this](std::string_view token) {
          if (!equals_ignoring_case(token, "close") && !equals_ignoring_case(token, "keep-alive"))
            head_.connection_names_fields = true;
        });
        break;
      default:
        if constexpr (is_request) note_request_field(field, name, value, ec);
    }
  }

  void note_request_field(beast::http::field field, std::string_view name, std::string_view value, error_code& ec) {
    switch (field) {
      case beast::http::field::host:
        if (++hosts_ > 1 || value.find_first_of(" \t,/@?#\\\"") != std::string_view::npos) return refuse(ec);
        head_.host = value;
        break;
      case beast::http::field::authorization:
        if (!head_.authorization.empty()) return refuse(ec);
        head_.authorization = value;
        break;
      case beast::http::field::expect:
        if (!equals_ignoring_case(value, "100-continue")) return refuse(ec, 417);
        head_.expects_continue = head_.http_1_1;
        break;
      case beast::http::field::unknown:
        if (equals_ignoring_case(name, "traceparent")) head_.traceparent = value;
        if (equals_ignoring_case(name, "X-Request-Id")) head_.request_id = value;
        if (equals_ignoring_case(name, "X-Request-Timeout-Ms")) head_.timeout_ms = value;
        break;
      default:
        break;
    }
  }

  void on_header_impl(error_code& ec) override {
    if constexpr (is_request)
      if (head_.http_1_1 && hosts_ != 1) refuse(ec);
    in_trailers_ = true;
  }

  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }

  void on_chunk_header_impl(std::uint64_t, string_view extensions, error_code& ec) override {
    if (std::ranges::any_of(extensions, [](char c) { return is_control(c) && c != '\t'; })) refuse(ec);
  }

  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    body_->append(body.data(), body.size());
    return body.size();
  }

  void on_finish_impl(error_code&) override {}

  static Method parse_method(std::string_view text) {
    for (Method method :
         {Method::get, Method::post, Method::put, Method::delete_, Method::patch, Method::head, Method::options})
      if (to_string(method) == text) return method;
    return Method::other;
  }

  const ParserLimits& limits_;
  Kind& head_;
  const char* input_end_;
  std::string* body_ = nullptr;
  int status_ = 0;
  int hosts_ = 0;
  int content_lengths_ = 0;
  int transfer_encodings_ = 0;
  bool in_trailers_ = false;
};

/// What can be said against a head that has not wholly arrived; 0: nothing.
int refusal_of_incomplete(std::string_view fresh, char last_seen) {
  for (char c : fresh) {
    if (c == '\n' && last_seen != '\r') return malformed;
    if (is_control(c) && c != '\r' && c != '\n' && c != '\t') return malformed;
    last_seen = c;
  }
  return 0;
}

/// Where the head ends in `bytes`, 0 when it is not whole, or the status to refuse it with.
std::expected<std::size_t, int> find_head(std::string_view bytes, const ParserLimits& limits, std::size_t& scanned) {
  const std::size_t end = bytes.find("\r\n\r\n", scanned > 3 ? scanned - 3 : 0);
  const std::size_t line_end = bytes.substr(0, limits.request_line_bytes + 2).find("\r\n");
  if (line_end == std::string_view::npos && bytes.size() > limits.request_line_bytes) return std::unexpected(414);
  if (end == std::string_view::npos ? bytes.size() > limits.head_bytes : end + 4 > limits.head_bytes)
    return std::unexpected(431);
  if (end != std::string_view::npos) {
    scanned = 0;
    return end + 4;
  }
  if (int status = refusal_of_incomplete(bytes.substr(scanned), scanned > 0 ? bytes[scanned - 1] : '\0'))
    return std::unexpected(status);
  scanned = bytes.size();
  return 0;
}

template <class Kind>
std::expected<std::size_t, int> decode_chunks(Grammar<Kind>& grammar, std::string_view bytes, std::string& body) {
  if (bytes.size() < shortest_chunk_end_bytes) return 0;
  grammar.decode(bytes, body);
  beast::error_code failure;
  const std::size_t used = grammar.put(boost::asio::const_buffer(bytes.data(), bytes.size()), failure);
  if (failure && failure != error::need_more) return std::unexpected(grammar.refusal(failure));
  if (!grammar.is_done() && bytes.size() - used > max_chunk_line_bytes) return std::unexpected(malformed);
  return used;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [lower](char x, char y) { return lower(x) == lower(y); });
}

bool Head::connection_names(std::string_view name) const {
  if (!connection_names_fields) return false;
  bool named = false;
  for (const Field& field : fields)
    if (equals_ignoring_case(field.name, "Connection"))
      for_each_token(field.value, [&](std::string_view token) { named |= equals_ignoring_case(token, name); });
  return named;
}

struct RequestParser::Engine {
  std::optional<Grammar<RequestHead>> grammar;
};

RequestParser::RequestParser(const ParserLimits& limits) : limits_(limits), engine_(std::make_unique<Engine>()) {}
RequestParser::~RequestParser() = default;

std::expected<std::size_t, int> RequestParser::parse_head(std::string_view bytes) {
  // An empty line before a request is passed over (RFC 9112, section 2.2).
  const std::size_t skipped = bytes.starts_with("\r\n") ? 2 : 0;
  bytes.remove_prefix(skipped);
  auto size = find_head(bytes, limits_, scanned_);
  if (!size || *size == 0) return size;
  head_.host = head_.authorization = head_.request_id = head_.traceparent = head_.timeout_ms = {};
  head_.expects_continue = false;
  bytes = bytes.substr(0, *size);
  auto& grammar = engine_->grammar.emplace(limits_, head_, bytes);
  beast::error_code failure;
  grammar.put(boost::asio::const_buffer(bytes.data(), bytes.size()), failure);
  if (failure) return std::unexpected(grammar.refusal(failure));
  grammar.finish_head();
  return skipped + *size;
}

std::expected<std::size_t, int> RequestParser::parse_chunks(std::string_view bytes, std::string& body) {
  return decode_chunks(*engine_->grammar, bytes, body);
}

bool RequestParser::body_done() const { return engine_->grammar->is_done(); }

struct ResponseParser::Engine {
  std::optional<Grammar<ResponseHead>> grammar;
};

ResponseParser::ResponseParser(const ParserLimits& limits) : limits_(limits), engine_(std::make_unique<Engine>()) {}
ResponseParser::~ResponseParser() = default;

std::expected<std::size_t, ResponseParser::Malformed> ResponseParser::parse_head(std::string_view bytes, bool to_head) {
  auto size = find_head(bytes, limits_, scanned_);
  if (!size) return std::unexpected(Malformed{});
  if (*size == 0) return 0;
  bytes = bytes.substr(0, *size);
  auto& grammar = engine_->grammar.emplace(limits_, head_, bytes);
  grammar.skip(to_head);
  grammar.body_limit(boost::none);
  beast::error_code failure;
  grammar.put(boost::asio::const_buffer(bytes.data(), bytes.size()), failure);
  if (failure) return std::unexpected(Malformed{});
  grammar.finish_head();
  return size.value();
}

std::expected<std::size_t, ResponseParser::Malformed> ResponseParser::parse_chunks(std::string_view bytes,
                                                                                   std::string& body) {
  auto used = decode_chunks(*engine_->grammar, bytes, body);
  if (!used) return std::unexpected(Malformed{});
  return *used;
}

bool ResponseParser::body_done() const { return engine_->grammar->is_done(); }

}  // namespace pms::http
