// The metrics of a database.
#pragma once

#include <map>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace pms::database::sqlite {

/// The series belong to the process's registry and are labelled by service.
struct Metrics {
  explicit Metrics(const std::string& service);

  /// The metrics of one kind of work.
  struct Operation {
    Operation(const std::string& service, const std::string& name);

    /// Counts the operation if it failed. A row rejected by a constraint is a normal result.
    void observe(core::SteadyTime start, const core::Error* failure);

    prometheus::Histogram& duration;  ///< including the time in the queue
    prometheus::Gauge& waiting;
    std::map<core::Errc, prometheus::Counter*> failures;
  };

  Operation commit;  ///< commits of batches
  Operation query;   ///< queries; reads in place are not measured
  prometheus::Histogram& group_size;
};

}  // namespace pms::database::sqlite
