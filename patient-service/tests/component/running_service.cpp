#include "component/running_service.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <vector>

#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"
#include "runtime/engines.hpp"

namespace pms::patient {
namespace {

core::Task<core::Result<database::Rows>> query(database::Database& database, database::Statement statement) {
  co_return co_await database.query(statement, database::Params(), database::Deadline::never());
}

core::Task<core::Result<>> commit(database::Database& database, database::Batch batch) {
  auto result = co_await database.commit(std::move(batch), database::Deadline::never());
  if (!result) co_return std::unexpected(std::move(result.error()));
  co_return core::Result<>();
}

core::Task<std::vector<messaging::StoredRecord>> read_all(messaging::EventLog& log) {
  std::vector<messaging::StoredRecord> all;
  const auto partitions = co_await log.partitions("patient");
  for (std::int32_t partition = 0; partition < partitions.value(); ++partition) {
    auto records = co_await log.read("patient", partition, 0, 100'000);
    all.insert(all.end(), records.value().begin(), records.value().end());
  }
  co_return all;
}

}  // namespace

std::string PatientBody::json() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().field("name", name).field("email", email).field("address", address);
  writer.field("dateOfBirth", date_of_birth);
  if (!registered_date.empty()) writer.field("registeredDate", registered_date);
  writer.end_object();
  return out;
}

RunningService::RunningService() {
  config_.listen = {.host = "127.0.0.1", .port = 0, .management_host = "127.0.0.1", .management_port = 0};
  config_.tokens = {
      .issuer = "pms", .audience = "pms", .jwks_url = issuer_.jwks_url(), .revocations_url = issuer_.revocations_url()};
  config_.database_url = "sqlite:" + (folder_ / "patient.db").string();
  config_.events.url = "embedded:" + (folder_ / "events.db").string();
  config_.time_zone = "UTC";
  config_.billing_address = billing_.address();
  config_.billing_deadline = std::chrono::milliseconds(5'000);
  start();
}

RunningService::~RunningService() { stop(); }

void RunningService::start() {
  runtime_ = std::make_unique<runtime::Runtime>(runtime::Settings{.threads = 2});
  app_ = std::make_unique<App>(config_, *runtime_);
  if (auto bound = app_->bind(); !bound) throw std::runtime_error(bound.error().message);
  runtime_->start_threads();
  if (auto opened = app_->open(); !opened) throw std::runtime_error(opened.error().message);
  app_->start();
  client_ = std::make_unique<testkit::ApiClient>(origin(), issuer_.token({clinic::Role::clinician}));
  while (get("/patients?size=1").status == 503) std::this_thread::yield();  // until the issuer's key has been fetched
}

void RunningService::stop() {
  client_.reset();
  runtime_->wait(app_->drain(core::Deadline::after(std::chrono::seconds(5))));
  runtime_->stop_threads();
  app_.reset();
  runtime_.reset();
}

void RunningService::restart() {
  stop();
  start();
}

std::string RunningService::origin() const {
  const std::string listening = app_->listening().front();  // http 127.0.0.1:4000
  return "http://" + listening.substr(listening.find(' ') + 1);
}

std::string RunningService::create(const PatientBody& body) {
  const auto answer = post(body);
  EXPECT_EQ(answer.status, 201) << answer.response.body;
  return std::string(answer.json().at("id").as_string());
}

testkit::ApiClient RunningService::client_of(clinic::Roles roles, const std::string& user_id) {
  return testkit::ApiClient(origin(), issuer_.token(roles, user_id));
}

std::int64_t RunningService::count(database::Statement statement) {
  auto database = runtime::open_database(config_.database_url, {.service = "test"});
  return loop_.run(query(**database, statement)).value().front().integer(0);
}

void RunningService::write(database::Batch batch) {
  auto database = runtime::open_database(config_.database_url, {.service = "test"});
  const auto written = loop_.run(commit(**database, std::move(batch)));
  ASSERT_TRUE(written) << written.error().message;
}

std::vector<messaging::StoredRecord> RunningService::events(std::size_t expected) {
  const auto log = runtime_->shared<messaging::EventLog>(
      config_.events.url, []() -> std::shared_ptr<messaging::EventLog> { throw std::runtime_error("no event log"); });
  std::vector<messaging::StoredRecord> found;
  while (found.size() < expected) found = loop_.run(read_all(*log));
  return found;
}

}  // namespace pms::patient
