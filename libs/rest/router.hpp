// Routes of a service: method, path, who may call it, and what answers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "clinic/permissions.hpp"
#include "core/task.hpp"
#include "http/message.hpp"
#include "http/server.hpp"
#include "security/token_verifier.hpp"

namespace pms::rest {

/// Who may call a route: every client, every user who is logged in, or users with one permission.
struct Public {};
struct Authenticated {};
using Access = std::variant<Public, Authenticated, clinic::Permission>;

using RouteHandler = std::function<core::Task<http::Response>(http::Request&)>;

struct Route {
  http::Method method;
  std::string pattern;  ///< /patients/{id}: also the label in metrics and logs
  Access access;
  RouteHandler handler;
};

/// When the header is complete, finds the route, verifies the token and checks the permission. When
/// the body has been received, too, calls the route's handler and answers with what it returns.
/// Answers by itself, as problem+json and before the body is received: 404 (no such path), 405 with
/// Allow, 401 with WWW-Authenticate (RFC 6750), 403 and 503 (no keys yet). The server answers 500
/// for an exception that escapes a handler. HEAD is answered like GET without the body.
class Router : public http::Handler {
 public:
  /// `verifier` may be null when every route is public (management listeners). It outlives the
  /// router.
  Router(std::string service, const security::TokenVerifier* verifier);
  ~Router() override;

  void add(http::Method, std::string pattern, Access, RouteHandler);
  void get(std::string pattern, Access access, RouteHandler handler) {
    add(http::Method::get, std::move(pattern), access, std::move(handler));
  }
  void post(std::string pattern, Access access, RouteHandler handler) {
    add(http::Method::post, std::move(pattern), access, std::move(handler));
  }
  void put(std::string pattern, Access access, RouteHandler handler) {
    add(http::Method::put, std::move(pattern), access, std::move(handler));
  }
  void patch(std::string pattern, Access access, RouteHandler handler) {
    add(http::Method::patch, std::move(pattern), access, std::move(handler));
  }
  void remove(std::string pattern, Access access, RouteHandler handler) {
    add(http::Method::delete_, std::move(pattern), access, std::move(handler));
  }

  const std::vector<Route>& routes() const { return routes_; }

  http::Admission admit(http::Exchange&) override;
  /// Only after this router has admitted the request.
  core::Task<void> handle(http::Exchange&) override;

 private:
  struct Entry;

  http::Admission admit(http::Exchange&, const Route&) const;
  static http::Response method_not_allowed(const std::vector<http::Method>& allowed, const http::Request&);
  std::optional<http::Response> refuse(const Access&, http::Request&) const;

  std::string service_;
  const security::TokenVerifier* verifier_;
  std::vector<Route> routes_;
  std::vector<std::unique_ptr<Entry>> entries_;  // one for each route, in the same order
};

}  // namespace pms::rest
