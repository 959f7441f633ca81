// An HTTP/1.1 client with pooled keep-alive connections, one pool per thread and origin.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::http {

struct ClientRequest {
  std::string method = "GET";
  std::string url;  ///< http://host:port/path?query
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  std::string_view header(std::string_view name) const;  ///< without regard to case; empty when absent
};

/// For calls that are not part of a client's request (JWKS, revocations, health checks, tests): the
/// gateway's relay uses connections directly. Thread-safe; runs on the io_context of the calling
/// coroutine. Bodies have at most 4 MiB. Errors: unavailable (refused, reset, not HTTP),
/// deadline_exceeded, invalid (bad URL).
core::Task<core::Result<ClientResponse>> fetch(ClientRequest, core::Deadline);

/// Closes the idle connections of fetch() on this io_context, and keeps none from now on: a process
/// that drains should not make other servers wait for it. May be called on any thread.
void stop_keeping_connections(boost::asio::io_context&);

}  // namespace pms::http
