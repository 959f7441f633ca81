#include "routes/patient_routes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>

#include "clinic/permissions.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "json/reader.hpp"
#include "rest/conditional.hpp"
#include "rest/media_type.hpp"
#include "routes/etag.hpp"
#include "routes/idempotency_header.hpp"
#include "routes/if_match_header.hpp"
#include "routes/list_query.hpp"
#include "routes/patient_json.hpp"

namespace pms::patient {
namespace {

using clinic::Permission;
using http::Request;
using http::Response;

RequestOrigin origin_of(const Request& request) {
  RequestOrigin origin;
  origin.user_id = request.caller->user_id;
  origin.token = request.token;
  origin.request_id = request.context.request_id;
  origin.traceparent = request.context.trace.traceparent();
  origin.deadline = request.context.deadline;
  return origin;
}

core::Result<std::string> id_of(const Request& request) { return core::read_uuid("id", request.path_parameters[0]); }

core::Task<Response> create(const UseCases& patients, const Request& request) {
  if (auto refused = rest::check_media_type(request, {"application/json"})) co_return std::move(*refused);
  auto key = idempotency_key(request);
  if (!key) co_return http::problem(key.error(), request);
  auto input = read_new_patient(request.body, patients.clinic.today());
  if (!input) co_return http::problem(input.error(), request);

  const RequestOrigin origin = origin_of(request);
  auto call = patients.create(std::move(*input), std::move(*key), origin);
  const auto registered = co_await std::move(call);
  if (!registered) co_return http::problem(registered.error(), request);
  // Relative (RFC 9110, section 10.2.2), so that it holds behind the gateway's prefix too.
  co_return http::created(to_json(*registered), "patients/" + registered->patient.id,
                          etag_of(registered->patient.version));
}

/// Whether If-None-Match names the version that is there.
bool is_known(const Request& request, std::string_view etag) {
  const auto known = rest::whole_field(request, "If-None-Match");
  return known && rest::none_match_names(*known, etag);
}

/// The preconditions come in the order of RFC 9110, section 13.2.2.
core::Task<Response> get(const UseCases& patients, const Request& request) {
  const auto id = id_of(request);
  if (!id) co_return http::problem(id.error(), request);
  const auto expected = if_match(request);
  if (!expected) co_return http::problem(expected.error(), request);
  const auto patient = co_await patients.stored.find(*id, request.context.deadline);
  if (!patient) co_return http::problem(patient.error(), request);
  const std::string etag = etag_of(patient->version);
  if (*expected && std::ranges::find(**expected, patient->version) == (*expected)->end())
    co_return http::problem(412, "If-Match does not name the patient's current version, which is " + etag, request);
  Response response;
  if (is_known(request, etag)) {
    response.status = 304;
    response.content_type = {};
  } else {
    response = http::ok(to_json(*patient));
  }
  response.with("ETag", etag);
  co_return response;
}

/// The answer to a change that If-None-Match forbids, or nothing: for versions that the client
/// knows, and with * for any. Versions only rise: of those that a client can know, one that is not
/// current now will not be current again.
core::Task<std::optional<Response>> refuse_known(const UseCases& patients, const Request& request,
                                                 std::string_view id) {
  if (!rest::whole_field(request, "If-None-Match")) co_return std::nullopt;
  const auto patient = co_await patients.stored.find(id, request.context.deadline);
  if (!patient) co_return http::problem(patient.error(), request);
  if (!is_known(request, etag_of(patient->version))) co_return std::nullopt;
  co_return http::problem(412, "If-None-Match names the patient's current version", request);
}

using BodyReader = core::Result<PatientUpdate>(std::string_view body, core::Date today);

/// What PUT and PATCH have in common: all but their bodies.
core::Task<Response> update(const UseCases& patients, const Request& request, BodyReader* read_body) {
  const auto id = id_of(request);
  if (!id) co_return http::problem(id.error(), request);
  const auto expected = if_match(request);
  if (!expected) co_return http::problem(expected.error(), request);
  const auto input = read_body(request.body, patients.clinic.today());
  if (!input) co_return http::problem(input.error(), request);
  if (auto refused = co_await refuse_known(patients, request, *id)) co_return std::move(*refused);

  const RequestOrigin origin = origin_of(request);
  const auto patient = co_await patients.update(*id, *input, *expected, origin);
  if (!patient) co_return http::problem(patient.error(), request);
  Response response = http::ok(to_json(*patient));
  response.with("ETag", etag_of(patient->version));
  co_return response;
}

core::Task<Response> put(const UseCases& patients, const Request& request) {
  if (auto refused = rest::check_media_type(request, {"application/json"})) co_return std::move(*refused);
  co_return co_await update(patients, request, read_whole_patient);
}

core::Task<Response> patch(const UseCases& patients, const Request& request) {
  if (auto refused = rest::check_media_type(request, {"application/merge-patch+json", "application/json"})) {
    refused->with("Accept-Patch", "application/merge-patch+json, application/json");  // RFC 5789, section 2.2
    co_return std::move(*refused);
  }
  co_return co_await update(patients, request, read_merge_patch);
}

core::Task<Response> remove(const UseCases& patients, const Request& request) {
  const auto id = id_of(request);
  if (!id) co_return http::problem(id.error(), request);
  const auto expected = if_match(request);
  if (!expected) co_return http::problem(expected.error(), request);
  if (auto refused = co_await refuse_known(patients, request, *id)) co_return std::move(*refused);
  const RequestOrigin origin = origin_of(request);
  const auto removed = co_await patients.remove(*id, *expected, origin);
  co_return removed ? http::no_content() : http::problem(removed.error(), request);
}

core::Task<Response> list(const UseCases& patients, const Request& request) {
  const auto query = read_list_query(request.query);
  if (!query) co_return http::problem(query.error(), request);
  const auto page = co_await patients.list(*query, request.context.deadline);
  if (!page) co_return http::problem(page.error(), request);
  Response response = http::ok(to_json(*page, *query));
  if (page->next) response.with("Link", fmt::format("<?cursor={}>; rel=\"next\"", cursor_after(*query, *page->next)));
  co_return response;
}

}  // namespace

void mount_patients(rest::Router& api, UseCases patients) {
  api.post("/patients", Permission::patient_write, [patients](Request& request) { return create(patients, request); });
  api.get("/patients", Permission::patient_read, [patients](Request& request) { return list(patients, request); });
  api.get("/patients/{id}", Permission::patient_read, [patients](Request& request) { return get(patients, request); });
  api.put("/patients/{id}", Permission::patient_write, [patients](Request& request) { return put(patients, request); });
  api.patch("/patients/{id}", Permission::patient_write,
            [patients](Request& request) { return patch(patients, request); });
  api.remove("/patients/{id}", Permission::patient_delete,
             [patients](Request& request) { return remove(patients, request); });
}

}  // namespace pms::patient
