#include "telemetry/metrics.hpp"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "core/mutex.hpp"

namespace pms::telemetry {
namespace {

/// The registry is created at first use and never destroyed: threads of other libraries may count
/// until the process ends.
prometheus::Registry& registry() {
  static auto* const registry = new prometheus::Registry;
  return *registry;
}

const prometheus::Histogram::BucketBoundaries& duration_buckets_seconds() {
  static const prometheus::Histogram::BucketBoundaries buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                               0.1,    0.25,  0.5,    1,     2.5,  5,     10};
  return buckets;
}

const prometheus::Histogram::BucketBoundaries& count_buckets() {
  static const prometheus::Histogram::BucketBoundaries buckets{1, 2, 4, 8, 16, 32, 64, 128, 256};
  return buckets;
}

struct Refreshes {
  core::Mutex mutex;
  std::list<std::function<void()>> all PMS_GUARDED_BY(mutex);
};

Refreshes& refreshes() {
  static auto* const refreshes = new Refreshes;
  return *refreshes;
}

}  // namespace

// Registering a family or a child again returns the existing one.
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

prometheus::Histogram& counts(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry()).Add(labels, count_buckets());
}

Refresh::Refresh(std::function<void()> refresh) {
  core::MutexLock lock(refreshes().mutex);
  place_ = refreshes().all.insert(refreshes().all.end(), std::move(refresh));
}

Refresh::~Refresh() {
  core::MutexLock lock(refreshes().mutex);
  refreshes().all.erase(place_);
}

std::string metrics_text() {
  {
    core::MutexLock lock(refreshes().mutex);
    for (const auto& refresh : refreshes().all) refresh();
  }
  return prometheus::TextSerializer().Serialize(registry().Collect());
}

}  // namespace pms::telemetry
