// Metrics of the process itself, whatever runs in it, with the names that every Prometheus client library gives them.
#pragma once

#include <string_view>

namespace pms::telemetry {

/// From now on build_info and process_* are among the metrics. Once.
void describe_process(std::string_view version);

}  // namespace pms::telemetry
