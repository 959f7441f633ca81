#include "http/problem.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "json/reader.hpp"
#include "json/writer.hpp"

namespace pms::http {
namespace {

Response problem(int status, std::string_view detail, std::span<const core::FieldError> fields,
                 const Request& request) {
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  json::Writer writer(response.body);
  writer.begin_object();
  writer.field("type", "about:blank");
  writer.field("title", reason_phrase(status));
  writer.field("status", status);
  writer.field("detail", detail);
  if (!request.path.empty()) writer.field("instance", request.client_path());
  if (!request.context.trace.trace_id.empty()) writer.field("traceId", request.context.trace.trace_id);
  if (!fields.empty()) {
    writer.key("errors").begin_array();
    for (const auto& [field, message] : fields)
      writer.begin_object().field("field", field).field("message", message).end_object();
    writer.end_array();
  }
  writer.end_object();
  return response;
}

}  // namespace

int status_of(core::Errc code) {
  switch (code) {
    case core::Errc::invalid:
      return 400;
    case core::Errc::unauthenticated:
      return 401;
    case core::Errc::permission_denied:
      return 403;
    case core::Errc::not_found:
      return 404;
    case core::Errc::conflict:
      return 409;
    case core::Errc::precondition_failed:
      return 412;
    case core::Errc::unprocessable:
      return 422;
    case core::Errc::resource_exhausted:
      return 429;
    case core::Errc::internal:
      return 500;
    case core::Errc::unavailable:
      return 503;
    case core::Errc::deadline_exceeded:
      return 504;
    case core::Errc::storage_full:
      return 507;
    case core::Errc::violation:
      return 500;  // a constraint that was not turned into a domain error is a defect
  }
  return 500;
}

Response problem(const core::Error& error, const Request& request) {
  const int status = status_of(error.code);
  // The description of a defect belongs in the log.
  const std::string_view detail = status == 500 ? std::string_view("an unexpected error") : error.message;
  Response response = problem(status, detail, error.fields, request);
  if (error.retry_after) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*error.retry_after).count();
    response.with("Retry-After", std::to_string(std::max<std::int64_t>(seconds, 1)));
  } else if (status == 503) {
    response.with("Retry-After", "1");
  }
  if (status == 401) response.with("WWW-Authenticate", "Bearer");
  return response;
}

Response problem(int status, std::string_view detail, const Request& request) {
  return problem(status, detail, {}, request);
}

}  // namespace pms::http
