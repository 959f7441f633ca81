// The process's metrics (prometheus-cpp), with OpenTelemetry names in Prometheus form.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <string>

namespace pms::telemetry {

using Labels = std::map<std::string, std::string>;

/// Finds or creates the series with these labels. Look it up once and keep the reference: the
/// look-up takes a lock.
prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& = {});
prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& = {});
/// Finds or creates a histogram of durations in seconds, with buckets from 0.5 ms to 10 s.
prometheus::Histogram& duration(const std::string& name, const std::string& help, const Labels& = {});

/// Finds or creates a histogram of counts, with buckets from 1 to 256.
prometheus::Histogram& counts(const std::string& name, const std::string& help, const Labels& = {});

/// Runs a callback before each scrape, to set gauges from existing state. The destructor waits for
/// a running callback.
class Refresh {
 public:
  explicit Refresh(std::function<void()> refresh);
  ~Refresh();
  Refresh(const Refresh&) = delete;
  Refresh& operator=(const Refresh&) = delete;

 private:
  std::list<std::function<void()>>::iterator place_;
};

/// Returns all metrics in the Prometheus text format, version 0.0.4.
std::string metrics_text();

}  // namespace pms::telemetry
