#include "testkit/services/documented.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <variant>

#include "clinic/permissions.hpp"

namespace pms::testkit {
namespace {

constexpr std::string_view methods[] = {"get", "post", "put", "patch", "delete"};

std::string upper_case(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  return upper;
}

/// Returns x-permission of an operation. Operations without a token, and no others, have an empty
/// `security`.
std::string access_of(const boost::json::object& operation) {
  const boost::json::value* permission = operation.if_contains("x-permission");
  if (permission == nullptr || !permission->is_string()) return "no x-permission";
  const boost::json::value* security = operation.if_contains("security");
  const bool without_token = security != nullptr && security->is_array() && security->get_array().empty();
  std::string access(permission->get_string());
  if (without_token != (access == "public")) access += without_token ? " without a token" : " with a token";
  return access;
}

std::string access_of(const rest::Access& access) {
  if (std::holds_alternative<rest::Public>(access)) return "public";
  if (const auto* permission = std::get_if<clinic::Permission>(&access))
    return std::string(clinic::to_string(*permission));
  return "authenticated";
}

std::vector<std::string> sorted(std::vector<std::string> lines) {
  std::ranges::sort(lines);
  return lines;
}

}  // namespace

std::vector<std::string> documented_operations(std::string_view openapi) {
  const boost::json::value document = boost::json::parse(openapi);
  std::vector<std::string> operations;
  for (const auto& [path, item] : document.at("paths").as_object())
    for (const std::string_view method : methods)
      if (const boost::json::value* operation = item.as_object().if_contains(method))
        operations.push_back(
            fmt::format("{} {}: {}", upper_case(method), std::string_view(path), access_of(operation->as_object())));
  return sorted(std::move(operations));
}

std::vector<std::string> routed_operations(std::span<const rest::Route> routes) {
  std::vector<std::string> operations;
  for (const rest::Route& route : routes)
    if (route.pattern != "/v3/api-docs" && !route.pattern.starts_with("/swagger-ui"))
      operations.push_back(
          fmt::format("{} {}: {}", http::to_string(route.method), route.pattern, access_of(route.access)));
  return sorted(std::move(operations));
}

}  // namespace pms::testkit
