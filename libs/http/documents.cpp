#include "http/documents.hpp"

#include "http/json.hpp"
#include "http/problem.hpp"
#include "security/digest.hpp"

namespace pms::http {
namespace {

constexpr std::string_view server_mark = R"("servers":[{"url":")";

/// For index.html: it loads what this server has and nothing else.
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

core::Task<Response> show_document(std::string_view openapi, std::string version, const Request& request) {
  std::string prefix = request.client_path();
  prefix.resize(prefix.size() - request.path.size());
  std::string document(openapi);
  if (!prefix.empty()) document.replace(openapi.find(server_mark) + server_mark.size(), 1, prefix);
  version.append(prefix);
  Response response = answer_with(
      {.name = "api-docs", .content_type = "application/json", .version = version, .plain = document}, request);
  response.with("Vary", "X-Forwarded-Prefix");
  co_return response;
}

std::string to_json(const std::vector<ShownDocument>& documents) {
  std::string json;
  JsonWriter writer(json);
  writer.begin_array();
  for (const ShownDocument& document : documents)
    writer.begin_object().field("name", document.name).field("url", document.url).end_object();
  writer.end_array();
  return json;
}

core::Task<Response> redirect(std::string_view location) {
  Response response = no_content();
  response.status = 308;
  response.with("Location", location);
  co_return response;
}

core::Task<Response> show_file(std::span<const StaticContent> files, Request& request) {
  if (std::ranges::find(files, "swagger-ui-bundle.js", &StaticContent::name) == files.end())
    co_return problem(404, "this build is without the files of Swagger UI; ./dev setup fetches them, then build again",
                      request);
  const auto file = std::ranges::find(files, request.path_parameters[0], &StaticContent::name);
  if (file == files.end()) co_return problem(404, "there is nothing at this path", request);
  Response response = answer_with(*file, request);
  if (file->name == "index.html") response.with("Content-Security-Policy", content_security_policy);
  co_return response;
}

core::Task<Response> show_list(std::string json) { co_return ok(std::move(json)); }

}  // namespace

void mount_documents(Router& router, std::string_view openapi) {
  router.get("/v3/api-docs", Public{}, [openapi, version = version_of(openapi)](Request& request) {
    return show_document(openapi, version, request);
  });
  mount_swagger_ui(router, {{.name = "this service", .url = "../v3/api-docs"}});
}

void mount_swagger_ui(Router& router, const std::vector<ShownDocument>& documents) {
  mount_swagger_ui(router, documents, swagger_ui_files());
}

void mount_swagger_ui(Router& router, const std::vector<ShownDocument>& documents,
                      std::span<const StaticContent> files) {
  // Relative, so that they hold behind a prefix.
  router.get("/swagger-ui", Public{}, [](Request&) { return redirect("swagger-ui/index.html"); });
  router.get("/swagger-ui/", Public{}, [](Request&) { return redirect("index.html"); });
  router.get("/swagger-ui/documents.json", Public{}, [json = to_json(documents)](Request&) { return show_list(json); });
  router.get("/swagger-ui/{file}", Public{}, [files](Request& request) { return show_file(files, request); });
}

}  // namespace pms::http
