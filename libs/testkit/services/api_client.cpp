#include "testkit/services/api_client.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string_view>

#include "core/deadline.hpp"
#include "core/task.hpp"

namespace pms::testkit {
namespace {

core::Task<Answer> exchange(http::ClientRequest request) {
  auto response = co_await http::fetch(std::move(request), core::Deadline::after(std::chrono::seconds(30)));
  if (!response) throw std::runtime_error("no answer: " + response.error().message);
  const int status = response->status;
  co_return Answer{status, std::move(*response)};
}

}  // namespace

std::vector<std::string> Answer::problem_fields() const {
  std::vector<std::string> names;
  const auto problem = json();
  if (const auto* errors = problem.as_object().if_contains("errors"))
    for (const auto& error : errors->as_array()) names.emplace_back(error.at("field").as_string());
  std::ranges::sort(names);
  return names;
}

std::future<Answer> ApiClient::start(std::string method, std::string_view path, std::string body, Fields fields) {
  http::ClientRequest request;
  request.method = std::move(method);
  request.url = origin_ + std::string(path);
  request.fields = std::move(fields);
  if (!token_.empty()) request.fields.emplace_back("Authorization", "Bearer " + token_);
  const bool typed =
      std::ranges::any_of(request.fields, [](const auto& field) { return field.first == "Content-Type"; });
  if (!body.empty() && !typed) request.fields.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  return loop_.start(exchange(std::move(request)));
}

}  // namespace pms::testkit
