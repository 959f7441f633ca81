// W3C Trace Context (level 1): the traceparent header, continued or started.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pms::telemetry {

struct TraceContext {
  std::string trace_id;   ///< 32 lower-case hex digits
  std::string parent_id;  ///< 16 lower-case hex digits: this process's span
  bool sampled = true;
  bool continued = false;  ///< the client's trace, to which its tracestate belongs

  /// Returns the header: 00-<trace id>-<parent id>-<flags>.
  std::string traceparent() const;
};

/// Starts a new trace.
TraceContext begin_trace();
/// Returns the same trace with a new span id, or nothing if the header is not a valid traceparent.
std::optional<TraceContext> continue_trace(std::string_view traceparent);
/// Continues the trace in the header if it is valid, otherwise starts a new one.
TraceContext trace_from(std::string_view traceparent);

}  // namespace pms::telemetry
