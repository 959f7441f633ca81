#include "demo.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdio>
#include <expected>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "auth-service/src/administration.hpp"
#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/client.hpp"
#include "json/writer.hpp"
#include "telemetry/log.hpp"

namespace pms {
namespace {

constexpr std::string_view demo_email = "testuser@test.com";
constexpr std::string_view demo_password = "password123";
constexpr int demo_patients = 5;

core::Task<core::Result<std::string>> post(std::string url, std::string body, std::string token, int expected) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.fields = {{"Content-Type", "application/json"}};
  if (!token.empty()) request.fields.emplace_back("Authorization", "Bearer " + token);
  request.body = std::move(body);
  auto answer = co_await http::fetch(std::move(request), core::Deadline::after(std::chrono::seconds(10)));
  if (!answer) co_return std::unexpected(answer.error());
  if (answer->status != expected)
    co_return core::fail(core::Errc::internal, fmt::format("the gateway answered {}", answer->status));
  co_return std::move(answer->body);
}

std::string credentials() {
  std::string body;
  json::Writer(body).begin_object().field("email", demo_email).field("password", demo_password).end_object();
  return body;
}

std::string demo_patient(int number) {
  std::string body;
  json::Writer(body)
      .begin_object()
      .field("name", fmt::format("Demo Patient {}", number))
      .field("email", fmt::format("demo.patient.{}@example.com", number))
      .field("address", fmt::format("{} Example Street", number))
      .field("dateOfBirth", fmt::format("19{0}0-0{0}-1{0}", number))
      .end_object();
  return body;
}

/// The demo user logs in and registers the patients as any client would.
core::Task<core::Result<>> register_patients(std::string gateway) {
  auto login = co_await post(gateway + "/auth/login", credentials(), {}, 200);
  if (!login) co_return std::unexpected(login.error());
  const std::string token(boost::json::parse(*login).at("token").as_string());
  for (int number = 1; number <= demo_patients; ++number) {
    auto created = co_await post(gateway + "/api/patients", demo_patient(number), token, 201);
    if (!created) co_return std::unexpected(created.error());
  }
  co_return core::Result<>{};
}

/// Creates the demo user. Returns false if it already existed.
core::Task<core::Result<bool>> make_user(const auth::Config& config) {
  auth::NewAccount account{.email = std::string(demo_email),
                           .password = std::string(demo_password),
                           .roles = {clinic::Role::admin},
                           .check_password = false};
  auto made = co_await auth::create_account(config, std::move(account));
  if (made) co_return true;
  if (made.error().code == core::Errc::conflict) co_return false;
  co_return std::unexpected(made.error());
}

core::Task<core::Result<>> prepare(const SystemConfig& config) {
  auto first = co_await make_user(config.auth);
  if (!first) co_return std::unexpected(first.error());
  if (!*first) co_return core::Result<>{};
  co_return co_await register_patients(fmt::format("http://127.0.0.1:{}", config.gateway.listen.port));
}

void print_addresses(const SystemConfig& config) {
  fmt::print("\nThe patient management system is running.\n\n");
  for (const auto& [service, listen] : config.listeners())
    fmt::print("  {:<18} http://127.0.0.1:{:<6} operators: http://127.0.0.1:{}\n", service.name, listen.port,
               listen.management_port);
  fmt::print("  {:<18} gRPC 127.0.0.1:{}\n\n", billing::App::program, config.billing.grpc_port);
  fmt::print("  Demo user {} with password {} (ADMIN). Stop with Ctrl-C.\n\n", demo_email, demo_password);
  std::fflush(stdout);
}

}  // namespace

void start_demo(const SystemConfig& config, runtime::Runtime& runtime) {
  if (auto prepared = runtime.wait(prepare(config)); !prepared)
    telemetry::log(telemetry::Level::error, "pms", "could not create the demo data",
                   {{"reason", std::string_view(prepared.error().message)}});
  print_addresses(config);
}

}  // namespace pms
