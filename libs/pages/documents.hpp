// The description of a service's API (OpenAPI), and the pages that show it (Swagger UI), as routes. Both are public and
// come out of the program itself: nothing is asked of another host.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pages/static_content.hpp"
#include "rest/router.hpp"

namespace pms::pages {

/// GET /v3/api-docs, and the pages for it. `openapi`, as cmake/openapi_json.py makes it, outlives the router. Its
/// `servers` is /, or what the gateway says in X-Forwarded-Prefix: so the document of the very service that answers is
/// right for clients of the gateway too, also while two versions of a service run side by side.
void mount_documents(rest::Router&, std::string_view openapi);

/// A document that the pages offer, and its address seen from them.
struct ShownDocument {
  std::string name;
  std::string url;
};

/// GET /swagger-ui/index.html and what it loads. /swagger-ui and /swagger-ui/ lead there.
void mount_swagger_ui(rest::Router&, const std::vector<ShownDocument>&);
/// The same with these files: without swagger-ui-bundle.js, every page says that it is missing.
void mount_swagger_ui(rest::Router&, const std::vector<ShownDocument>&, std::span<const StaticContent> files);

/// The pages' files as they were when this was built: without Swagger UI's own when these had not been fetched.
std::span<const StaticContent> swagger_ui_files();

}  // namespace pms::pages
