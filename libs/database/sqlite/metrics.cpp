#include "database/sqlite/metrics.hpp"

#include <chrono>
#include <string_view>
#include <utility>

#include "telemetry/metrics.hpp"

namespace pms::database::sqlite {
namespace {

constexpr std::pair<core::Errc, std::string_view> failure_names[] = {
    {core::Errc::unavailable, "unavailable"},
    {core::Errc::deadline_exceeded, "deadline_exceeded"},
    {core::Errc::storage_full, "storage_full"},
};

telemetry::Labels labels(const std::string& service, const std::string& operation) {
  return {{"service", service}, {"db_system", "sqlite"}, {"operation", operation}};
}

}  // namespace

Metrics::Operation::Operation(const std::string& service, const std::string& name)
    : duration(telemetry::duration("db_client_operation_duration_seconds", "Time from a call to its result",
                                   labels(service, name))),
      waiting(
          telemetry::gauge("db_client_waiting_operations", "Operations waiting for a thread", labels(service, name))) {
  for (const auto& [code, error] : failure_names) {
    auto named = labels(service, name);
    named["error_type"] = error;
    failures[code] = &telemetry::counter("db_client_operation_failures_total", "Operations that failed", named);
  }
}

void Metrics::Operation::observe(core::SteadyTime start, const core::Error* failure) {
  duration.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  if (failure == nullptr) return;
  if (const auto counter = failures.find(failure->code); counter != failures.end()) counter->second->Increment();
}

Metrics::Metrics(const std::string& service)
    : commit(service, "commit"),
      query(service, "query"),
      group_size(telemetry::counts("db_client_group_batches", "Batches committed together in one transaction",
                                   {{"service", service}, {"db_system", "sqlite"}})) {}

}  // namespace pms::database::sqlite
