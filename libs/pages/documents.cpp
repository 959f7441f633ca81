#include "pages/documents.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "core/task.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"
#include "security/digest.hpp"

namespace pms::pages {
namespace {

constexpr std::string_view server_mark = R"("servers":[{"url":")";

/// The policy for index.html: it loads files from this server only.
constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string version_of(std::string_view content) {
  const security::Digest digest = security::sha256(content);
  std::string text;
  for (const char byte : std::string_view(digest.data(), 8))
    text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

core::Task<http::Response> show_document(std::string_view openapi, std::string version, const http::Request& request) {
  std::string prefix = request.client_path();
  prefix.resize(prefix.size() - request.path.size());
  version.append(prefix);
  http::Response response = answer_with(
      {.name = "api-docs", .content_type = "application/json", .version = version, .plain = openapi}, request);
  if (!prefix.empty() && response.status == 200) {
    response.body = std::exchange(response.constant_body, {});
    response.body.replace(openapi.find(server_mark) + server_mark.size(), 1, prefix);
  }
  response.with("Vary", "X-Forwarded-Prefix");
  co_return response;
}

std::string to_json(const std::vector<ShownDocument>& documents) {
  std::string json;
  json::Writer writer(json);
  writer.begin_array();
  for (const ShownDocument& document : documents)
    writer.begin_object().field("name", document.name).field("url", document.url).end_object();
  writer.end_array();
  return json;
}

core::Task<http::Response> redirect(std::string_view location) {
  http::Response response = http::no_content();
  response.status = 308;
  response.with("Location", location);
  co_return response;
}

core::Task<http::Response> show_file(std::span<const StaticContent> files, http::Request& request) {
  if (std::ranges::find(files, "swagger-ui-bundle.js", &StaticContent::name) == files.end())
    co_return http::problem(404, "this build does not contain Swagger UI; run ./dev setup and build again", request);
  const auto file = std::ranges::find(files, request.path_parameters[0], &StaticContent::name);
  if (file == files.end()) co_return http::problem(404, "no such resource", request);
  http::Response response = answer_with(*file, request);
  if (file->name == "index.html") response.with("Content-Security-Policy", content_security_policy);
  co_return response;
}

core::Task<http::Response> show_list(std::string json) { co_return http::ok(std::move(json)); }

}  // namespace

void mount_documents(rest::Router& router, std::string_view openapi) {
  router.get("/v3/api-docs", rest::Public{}, [openapi, version = version_of(openapi)](http::Request& request) {
    return show_document(openapi, version, request);
  });
  mount_swagger_ui(router, {{.name = "this service", .url = "../v3/api-docs"}});
}

void mount_swagger_ui(rest::Router& router, const std::vector<ShownDocument>& documents) {
  mount_swagger_ui(router, documents, swagger_ui_files());
}

void mount_swagger_ui(rest::Router& router, const std::vector<ShownDocument>& documents,
                      std::span<const StaticContent> files) {
  // The locations are relative, so that they are right after a prefix.
  router.get("/swagger-ui", rest::Public{}, [](http::Request&) { return redirect("swagger-ui/index.html"); });
  router.get("/swagger-ui/", rest::Public{}, [](http::Request&) { return redirect("index.html"); });
  router.get("/swagger-ui/documents.json", rest::Public{},
             [json = to_json(documents)](http::Request&) { return show_list(json); });
  router.get("/swagger-ui/{file}", rest::Public{},
             [files](http::Request& request) { return show_file(files, request); });
}

}  // namespace pms::pages
