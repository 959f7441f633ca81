#include "component/running_service.hpp"

#include <boost/json/serialize.hpp>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "core/task.hpp"
#include "migrations.hpp"
#include "runtime/engines.hpp"

namespace pms::auth {

using namespace std::chrono_literals;

namespace {

testkit::Fields bearer(const std::string& token) {
  if (token.empty()) return {};
  return {{"Authorization", "Bearer " + token}};
}

}  // namespace

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

RunningService::RunningService(const Config& config) : config_(config), app_(config_, runtime_) {
  if (auto bound = app_.bind(); !bound) throw std::runtime_error(bound.error().message);
  runtime_.start_threads();
  if (auto opened = app_.open(); !opened) {
    runtime_.stop_threads();
    throw std::runtime_error(opened.error().message);
  }
  app_.start();
  auto origin_of = [](const std::string& line) { return "http://" + line.substr(line.find(' ') + 1); };
  origin_ = origin_of(app_.listening().at(0));
  client_ = std::make_unique<testkit::ApiClient>(origin_, "");
  operator_ = std::make_unique<testkit::ApiClient>(origin_of(app_.listening().at(1)), "");
}

RunningService::~RunningService() {
  auto drain = [](App& app) -> core::Task<int> {
    co_await app.drain(core::Deadline::after(5s));
    co_return 0;
  };
  runtime_.wait(drain(app_));
  runtime_.stop_threads();
}

testkit::Answer RunningService::get(const std::string& path, const std::string& token) {
  return client_->get(path, bearer(token));
}

testkit::Answer RunningService::post(const std::string& path, const std::string& body, const std::string& token) {
  return client_->post(path, body, bearer(token));
}

testkit::Answer RunningService::send(const std::string& method, const std::string& path, const std::string& body,
                                     const std::string& token) {
  return client_->send(method, path, body, bearer(token));
}

testkit::Answer RunningService::post_of_type(const std::string& media_type, const std::string& path,
                                             const std::string& body) {
  return client_->post(path, body, {{"Content-Type", media_type}});
}

testkit::Answer RunningService::log_in(const std::string& email, const std::string& password) {
  boost::json::object body{{"email", email}, {"password", password}};
  return post("/login", boost::json::serialize(body));
}

testkit::Answer RunningService::manage(const std::string& path) { return operator_->get(path); }

std::string RunningService::make_user(const std::string& email, const std::string& password, clinic::Roles roles) {
  NewAccount account{.email = email, .password = password, .roles = roles, .check_password = false};
  return runtime_.wait(create_account(config_, std::move(account))).value();
}

std::string text(const testkit::Answer& answer, std::string_view name) {
  return std::string(answer.json().at({name.data(), name.size()}).as_string());
}

OpenDatabase::OpenDatabase(const Config& config) {
  auto opened = runtime::open_database(config.database_url, {.service = "test"});
  if (!opened) throw std::runtime_error(opened.error().message);
  database_ = std::move(*opened);
}

database::Rows OpenDatabase::query(const database::Statement& statement, database::Params params) {
  return loop_.run(database_->query(statement, std::move(params), core::Deadline::after(20s))).value();
}

void OpenDatabase::change(const database::Statement& statement, database::Params params) {
  database::Batch batch;
  batch.add(statement, std::move(params));
  loop_.run(database_->commit(std::move(batch), core::Deadline::after(20s))).value();
}

}  // namespace pms::auth
