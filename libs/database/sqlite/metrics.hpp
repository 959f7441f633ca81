// What a database counts.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <string>

#include "core/clock.hpp"

namespace pms::database::sqlite {

/// Kept by the process's registry, labelled by service.
struct Metrics {
  explicit Metrics(const std::string& service);

  prometheus::Histogram& commit;      ///< of a batch, its time in the queue included
  prometheus::Histogram& query;       ///< the same; reads in place are not measured
  prometheus::Counter& transactions;  ///< fewer than batches, since those that wait are committed together
};

void observe_since(prometheus::Histogram&, core::SteadyTime start);

}  // namespace pms::database::sqlite
