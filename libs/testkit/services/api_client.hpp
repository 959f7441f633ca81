// Calls a service's HTTP API like a client.
#pragma once

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client.hpp"
#include "testkit/run_task.hpp"

namespace pms::testkit {

struct Answer {
  int status = 0;
  http::ClientResponse response;

  std::string header(std::string_view name) const { return std::string(response.header(name)); }
  boost::json::value json() const { return boost::json::parse(response.body); }
  /// Returns the fields that a problem names, sorted.
  std::vector<std::string> problem_fields() const;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

/// Throws if there is no response.
class ApiClient {
 public:
  /// `origin` as http://127.0.0.1:4000. An empty token: none is sent.
  ApiClient(std::string origin, std::string token) : origin_(std::move(origin)), token_(std::move(token)) {}

  Answer get(std::string_view path, Fields fields = {}) { return send("GET", path, "", std::move(fields)); }
  Answer post(std::string_view path, std::string json, Fields fields = {}) {
    return start("POST", path, std::move(json), std::move(fields)).get();
  }
  Answer send(std::string method, std::string_view path, std::string body, Fields fields = {}) {
    return start(std::move(method), path, std::move(body), std::move(fields)).get();
  }
  /// Sends immediately and returns the response later. A body is sent as application/json unless
  /// `fields` contains a Content-Type.
  std::future<Answer> start(std::string method, std::string_view path, std::string body, Fields fields = {});

  ApiClient& with_token(std::string token) {
    token_ = std::move(token);
    return *this;
  }

 private:
  std::string origin_;
  std::string token_;
  TestLoop loop_;
};

}  // namespace pms::testkit
