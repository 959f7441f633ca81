#include "telemetry/metrics.hpp"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace pms::telemetry {
namespace {

/// Made at first use and never destroyed: threads of other libraries may count until the process ends.
prometheus::Registry& registry() {
  static auto* const registry = new prometheus::Registry;
  return *registry;
}

const prometheus::Histogram::BucketBoundaries& duration_buckets_seconds() {
  static const prometheus::Histogram::BucketBoundaries buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                               0.1,    0.25,  0.5,    1,     2.5,  5,     10};
  return buckets;
}

}  // namespace

// A family registered twice is found again, and so is its child.
prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry()).Add(labels);
}

prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry()).Add(labels);
}

prometheus::Histogram& duration(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildHistogram()
      .Name(name)
      .Help(help)
      .Register(registry())
      .Add(labels, duration_buckets_seconds());
}

std::string metrics_text() { return prometheus::TextSerializer().Serialize(registry().Collect()); }

}  // namespace pms::telemetry
