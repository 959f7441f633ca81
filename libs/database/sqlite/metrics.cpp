#include "database/sqlite/metrics.hpp"

#include "telemetry/metrics.hpp"

namespace pms::database::sqlite {
namespace {

prometheus::Histogram& duration(const std::string& service, const std::string& operation) {
  return telemetry::duration("db_client_operation_duration_seconds", "Time from a call to its answer",
                             {{"service", service}, {"db_system", "sqlite"}, {"operation", operation}});
}

}  // namespace

Metrics::Metrics(const std::string& service)
    : commit(duration(service, "commit")),
      query(duration(service, "query")),
      transactions(telemetry::counter("db_client_transactions_total", "Commits of one or more batches together",
                                      {{"service", service}, {"db_system", "sqlite"}})) {}

void observe_since(prometheus::Histogram& histogram, core::SteadyTime start) {
  histogram.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

}  // namespace pms::database::sqlite
