// Metrics of the process itself, with the names that every Prometheus client library uses.
#pragma once

#include <string_view>

namespace pms::telemetry {

/// Adds build_info and process_* to the metrics. Call it once.
void describe_process(std::string_view version);

}  // namespace pms::telemetry
