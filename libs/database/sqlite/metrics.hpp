// What a database counts.
#pragma once

#include <map>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace pms::database::sqlite {

/// Kept by the process's registry, labelled by service.
struct Metrics {
  explicit Metrics(const std::string& service);

  /// One kind of work.
  struct Operation {
    Operation(const std::string& service, const std::string& name);

    /// A failure counts; that a constraint refused a row is an answer like any other.
    void observe(core::SteadyTime start, const core::Error* failure);

    prometheus::Histogram& duration;  ///< its time in the queue included
    prometheus::Gauge& waiting;
    std::map<core::Errc, prometheus::Counter*> failures;
  };

  Operation commit;  ///< of a batch
  Operation query;   ///< reads in place are not measured
  prometheus::Histogram& group_size;
};

}  // namespace pms::database::sqlite
