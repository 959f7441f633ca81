// The process's metrics (prometheus-cpp), with OpenTelemetry names in Prometheus form.
#pragma once

#include <map>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <string>

namespace pms::telemetry {

using Labels = std::map<std::string, std::string>;

/// Finds or makes the child with these labels. Look it up once and keep the reference: the look-up takes a lock.
prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& = {});
prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& = {});
/// With buckets for durations in seconds, from 0.5 ms to 10 s.
prometheus::Histogram& duration(const std::string& name, const std::string& help, const Labels& = {});

/// All of them in the Prometheus text format, version 0.0.4.
std::string metrics_text();

}  // namespace pms::telemetry
