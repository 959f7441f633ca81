#include "running_service.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

#include "migrations.hpp"

namespace pms::auth {

using namespace std::chrono_literals;

Config test_config(const testkit::TemporaryFolder& folder) {
  Config config;
  config::Schema schema;
  config.declare(schema);
  config.listen.port = 0;
  config.listen.management_port = 0;
  config.database_url = "sqlite:" + (folder / "auth.db").string();
  config.password.memory_kib = 8;
  config.password.passes = 1;
  return config;
}

runtime::Settings test_process() {
  runtime::Settings settings;
  settings.threads = 2;
  return settings;
}

std::vector<std::string> Answer::fields() const {
  std::vector<std::string> names;
  if (const auto* errors = body.is_object() ? body.as_object().if_contains("errors") : nullptr)
    for (const auto& error : errors->as_array()) names.emplace_back(error.at("field").as_string());
  return names;
}

RunningService::RunningService(const Config& config) : config_(config), app_(config_, runtime_) {
  if (auto bound = app_.bind(); !bound) throw std::runtime_error(bound.error().message);
  runtime_.start_threads();
  if (auto opened = app_.open(); !opened) {
    runtime_.stop_threads();
    throw std::runtime_error(opened.error().message);
  }
  app_.start();
  auto address_of = [](const std::string& line) { return "http://" + line.substr(line.find(' ') + 1); };
  address_ = address_of(app_.listening().at(0));
  management_address_ = address_of(app_.listening().at(1));
}

RunningService::~RunningService() {
  auto drain = [](App& app) -> core::Task<int> {
    co_await app.drain(resilience::Deadline::after(5s));
    co_return 0;
  };
  runtime_.wait(drain(app_));
  runtime_.stop_threads();
}

Answer RunningService::ask(http::ClientRequest request) {
  auto response = wait(http::fetch(std::move(request), resilience::Deadline::after(20s)));
  if (!response) throw std::runtime_error(response.error().message);
  Answer answer{.status = response->status, .body = {}, .response = std::move(*response)};
  if (!answer.response.body.empty()) answer.body = boost::json::parse(answer.response.body);
  return answer;
}

Answer RunningService::get(const std::string& path, const std::string& token) {
  http::ClientRequest request{.method = "GET", .url = address_ + path, .fields = {}, .body = {}};
  if (!token.empty()) request.fields.emplace_back("Authorization", "Bearer " + token);
  return ask(std::move(request));
}

Answer RunningService::post(const std::string& path, const std::string& body, const std::string& media_type) {
  return ask({.method = "POST", .url = address_ + path, .fields = {{"Content-Type", media_type}}, .body = body});
}

Answer RunningService::post_as(const std::string& token, const std::string& path, const std::string& body) {
  http::ClientRequest request{
      .method = "POST", .url = address_ + path, .fields = {{"Authorization", "Bearer " + token}}, .body = body};
  if (!body.empty()) request.fields.emplace_back("Content-Type", "application/json");
  return ask(std::move(request));
}

Answer RunningService::log_in(const std::string& email, const std::string& password) {
  boost::json::object body{{"email", email}, {"password", password}};
  return post("/login", boost::json::serialize(body));
}

Answer RunningService::manage(const std::string& path) {
  return ask({.method = "GET", .url = management_address_ + path, .fields = {}, .body = {}});
}

std::string RunningService::make_user(const std::string& email, const std::string& password, security::Roles roles) {
  NewAccount account{.email = email, .password = password, .roles = roles, .check_password = false};
  return wait(create_account(config_, std::move(account))).value();
}

OpenDatabase::OpenDatabase(const Config& config) {
  auto opened = database::open(config.database_url, {.service = "test"});
  if (!opened) throw std::runtime_error(opened.error().message);
  database_ = std::move(*opened);
}

database::Rows OpenDatabase::query(const database::Statement& statement, database::Params params) {
  return loop_.run(database_->query(statement, std::move(params), resilience::Deadline::after(20s))).value();
}

void OpenDatabase::change(const database::Statement& statement, database::Params params) {
  database::Batch batch;
  batch.add(statement, std::move(params));
  loop_.run(database_->commit(std::move(batch), resilience::Deadline::after(20s))).value();
}

}  // namespace pms::auth
