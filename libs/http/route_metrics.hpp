// What is counted and logged of each request: by route, method and status, never by raw path.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <prometheus/histogram.h>
#include <string>

#include "http/message.hpp"

namespace pms::http {

/// Durations of one route's requests: http_server_request_duration_seconds. The children are looked
/// up once; after that the only lock is that of the histogram itself. Thread-safe.
class RouteMetrics {
 public:
  RouteMetrics(std::string service, std::string pattern);
  ~RouteMetrics();

  /// Counts one request, and writes its line to the access log when `log` says so. `cut`: the
  /// client did not get the whole response.
  void record(const Request&, int status, std::chrono::steady_clock::duration, bool cut, bool log);
  /// Counts and logs a request that the server refused before a handler saw the whole of it. It has
  /// no duration: http_server_refused_requests_total counts it.
  void record_refusal(const Request&, int status, bool log) const;
  const std::string& pattern() const { return pattern_; }

 private:
  struct Child;
  prometheus::Histogram& child(Method, int status);

  std::string service_;
  std::string pattern_;
  std::atomic<Child*> children_{nullptr};  // only ever grows, at its front
};

}  // namespace pms::http
