// The base of every service. It contains what all services have in common, so that a service
// defines only its own components.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/background_task.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "http/server.hpp"
#include "messaging/event_log.hpp"
#include "rest/router.hpp"
#include "runtime/housekeeping.hpp"
#include "runtime/management.hpp"
#include "runtime/runtime.hpp"
#include "runtime/service.hpp"
#include "runtime/settings.hpp"
#include "runtime/task_reports.hpp"
#include "runtime/tokens.hpp"
#include "security/remote_keys.hpp"
#include "security/token_verifier.hpp"

namespace pms::runtime {

/// A service with a listener for clients and one for operators, verification of access tokens,
/// storage, background work and readiness.
///
/// A service overrides open(): it opens its storage, constructs its components, mounts their routes
/// on router(), and registers work in addition to the requests with add_work() and housekeeping().
/// The components are members of the service, so they are destroyed before the members of this
/// class.
class HttpService : public Service {
 public:
  std::string_view name() const override { return client_settings_.service; }
  core::Result<> bind() override;
  void start() override;
  core::Task<core::Result<>> ready() override;
  core::Task<core::Result<>> drain(core::Deadline) override;
  std::string draining_part() const override;
  std::vector<std::string> listening() const override;

  /// Returns the routes of the listener for clients. They are complete once open() has returned.
  const std::vector<rest::Route>& routes() const { return router_.routes(); }
  /// Returns the routes of the listener for operators. They are complete once open() has returned.
  const std::vector<rest::Route>& management_routes() const { return management_.routes(); }

 protected:
  enum class Keys : std::uint8_t {
    fetched,  ///< the verifier fetches keys and revocations from auth-service
    own,      ///< the service itself passes them to the verifier
  };
  HttpService(Runtime&, http::ServerSettings for_clients, const ListenSettings&, const TokenConfig&,
              Keys = Keys::fetched);

  /// Returns the handler of client requests: the router, unless a service has a handler of its own.
  /// Called by bind().
  virtual http::Handler& handler() { return router_; }
  /// Drains the listeners for clients. A service with more listeners overrides it, and drains each
  /// with drain_part().
  virtual core::Task<void> drain_clients(core::Deadline);
  /// Waits for one part of the service, and records its name if the deadline passes meanwhile.
  core::Task<void> drain_part(std::string part, core::Task<void> draining, core::Deadline);

  /// Opens the service's database and brings its schema up to date. /readyz checks the database
  /// from then on.
  core::Result<> open_database(const std::string& url, std::span<const database::Migration>);
  /// Opens the event log, creates the topic if it does not exist, and deletes expired events from
  /// then on. The services of one process share the log.
  core::Result<> open_event_log(const EventLogSettings&, std::string_view topic);

  /// Registers work that runs in addition to the requests. `part` is the name that is logged if the
  /// work does not stop in time. Work has start() and stop(Deadline), which drain() calls in the
  /// order of registration. It must be destroyed only after the service was drained or the io
  /// threads have ended.
  template <class Work>
  void add_work(std::string part, Work& work) {
    work_.push_back({.part = std::move(part),
                     .start = [&work] { work.start(); },
                     .stop = [&work](core::Deadline deadline) { return work.stop(deadline); }});
  }
  /// Returns the deletions of the service.
  Housekeeping& housekeeping() { return housekeeping_; }
  /// Returns the host of the service's background tasks. Their failures are logged, counted and
  /// shown by /readyz.
  core::TaskHost tasks() { return {runtime_.background(), reports_}; }

  Runtime& runtime() { return runtime_; }
  security::TokenVerifier& verifier() { return verifier_; }
  rest::Router& router() { return router_; }
  rest::Router& management_router() { return management_.router(); }
  database::Database& database() { return *database_; }     ///< after open_database()
  messaging::EventLog& event_log() { return *event_log_; }  ///< after open_event_log()

 private:
  struct WorkHooks {
    std::string part;
    std::function<void()> start;
    std::function<core::Task<core::Result<>>(core::Deadline)> stop;
  };
  void set_part(std::string part);

  Runtime& runtime_;
  const http::ServerSettings client_settings_;
  const ListenSettings listen_;
  std::shared_ptr<TaskReports> reports_;  // shared with tasks, which may outlive a stop that timed out
  security::TokenVerifier verifier_;
  std::unique_ptr<security::RemoteKeys> remote_keys_;  // null if the service has its own keys
  std::shared_ptr<messaging::EventLog> event_log_;     // shared with the other services of the process
  std::unique_ptr<database::Database> database_;
  Housekeeping housekeeping_;
  std::vector<WorkHooks> work_;
  rest::Router router_;
  std::optional<http::Server> server_;  // set by bind()
  Management management_;
  mutable std::mutex part_mutex_;
  std::string part_;                     // the part that drain() is waiting for
  std::vector<std::string> unfinished_;  // parts that were cut off
};

}  // namespace pms::runtime
