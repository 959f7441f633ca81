#include "runtime/http_service.hpp"

#include <chrono>
#include <expected>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "runtime/storage.hpp"

namespace pms::runtime {

HttpService::HttpService(Runtime& runtime, http::ServerSettings for_clients, const ListenSettings& listen,
                         const TokenConfig& tokens, Keys keys)
    : runtime_(runtime),
      client_settings_(std::move(for_clients)),
      listen_(listen),
      reports_(std::make_shared<TaskReports>(client_settings_.service)),
      verifier_({.issuer = tokens.issuer, .audience = tokens.audience}, runtime.clock()),
      housekeeping_(this->tasks()),
      router_(client_settings_.service, &verifier_),
      management_(client_settings_.service, listen, runtime, [this] { return ready(); }) {
  if (keys == Keys::fetched)
    remote_keys_ = runtime::remote_keys(client_settings_.service, tokens, this->tasks(), verifier_);
  add_work("housekeeping", housekeeping_);
}

core::Result<> HttpService::bind() {
  server_.emplace(client_settings_, runtime_.io(), handler());
  if (auto bound = server_->bind(); !bound) return bound;
  return management_.bind();
}

core::Result<> HttpService::open_database(const std::string& url, std::span<const database::Migration> migrations) {
  auto opened = runtime::open_database(url, name(), migrations);
  if (!opened) return std::unexpected(std::move(opened.error()));
  database_ = std::move(*opened);
  return {};
}

core::Result<> HttpService::open_event_log(const EventLogSettings& settings, std::string_view topic) {
  auto opened = runtime::open_event_log(settings, topic, runtime_);
  if (!opened) return std::unexpected(std::move(opened.error()));
  event_log_ = std::move(*opened);
  housekeeping_.add("expired events", std::chrono::minutes(10), [log = event_log_] { return log->delete_expired(); });
  return {};
}

void HttpService::start() {
  if (remote_keys_) remote_keys_->start();
  for (const WorkHooks& work : work_) work.start();
  management_.start();
  server_->start();
}

core::Task<core::Result<>> HttpService::ready() {
  std::vector<std::string> problems;
  if (database_) {
    auto answer = co_await database_->ready(core::Deadline::after(std::chrono::seconds(1)));
    if (!answer) problems.push_back("database: " + answer.error().message);
  }
  if (auto answer = reports_->ready(); !answer) problems.push_back(answer.error().message);
  if (problems.empty()) co_return core::Result<>();
  co_return core::fail(core::Errc::unavailable, fmt::format("{}", fmt::join(problems, "; ")));
}

core::Task<core::Result<>> HttpService::drain(core::Deadline deadline) {
  unfinished_.clear();
  co_await drain_clients(deadline);
  for (const WorkHooks& work : work_) {
    set_part(work.part);
    auto stopped = co_await work.stop(deadline);
    if (!stopped) unfinished_.push_back(work.part);
  }
  if (remote_keys_) remote_keys_->stop();
  co_await drain_part("requests of operators", management_.drain(deadline), deadline);
  set_part({});
  if (!unfinished_.empty())
    co_return core::fail(core::Errc::deadline_exceeded, fmt::format("{}", fmt::join(unfinished_, ", ")));
  co_return core::Result<>();
}

core::Task<void> HttpService::drain_clients(core::Deadline deadline) {
  return drain_part("requests of clients", server_->drain(deadline), deadline);
}

core::Task<void> HttpService::drain_part(std::string part, core::Task<void> draining, core::Deadline deadline) {
  const bool had_time = !deadline.passed();
  set_part(part);
  co_await std::move(draining);
  if (had_time && deadline.passed()) unfinished_.push_back(std::move(part));
}

void HttpService::set_part(std::string part) {
  std::lock_guard lock(part_mutex_);
  part_ = std::move(part);
}

std::string HttpService::draining_part() const {
  std::lock_guard lock(part_mutex_);
  return part_;
}

std::vector<std::string> HttpService::listening() const {
  return {fmt::format("http {}:{}", listen_.host, server_->port()),
          fmt::format("management {}:{}", listen_.management_host, management_.port())};
}

}  // namespace pms::runtime
