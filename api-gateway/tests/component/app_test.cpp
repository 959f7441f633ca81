// The whole gateway as its process runs it, in front of a scripted patient-service, with keys from
// a token issuer.
#include "app.hpp"

#include <cstdint>
#include <fmt/format.h>
#include <fstream>
#include <gmock/gmock.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "testkit/scripted_server.hpp"
#include "testkit/services/api_client.hpp"
#include "testkit/services/token_issuer.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class GatewayApp : public testing::Test {
 protected:
  GatewayApp() {
    config::Schema schema;
    config.declare(schema);
    config.listen.port = 0;
    config.listen.management_port = 0;
    config.tokens.jwks_url = issuer.jwks_url();
    config.tokens.revocations_url = issuer.revocations_url();
    config.patient_urls = config.auth_urls = {fmt::format("http://127.0.0.1:{}", patients.port())};
    settings.threads = 2;
  }
  ~GatewayApp() override {
    // As a process ends: what is suspended refers to the app.
    if (started) runtime->wait(app->drain(core::Deadline::after(5s)));
    if (runtime) runtime->stop_threads();
  }

  void start() {
    runtime.emplace(settings);
    app.emplace(config, *runtime);
    auto bound = app->bind();
    ASSERT_TRUE(bound) << bound.error().message;
    runtime->start_threads();
    auto opened = app->open();
    ASSERT_TRUE(opened) << opened.error().message;
    app->start();
    started = true;
  }
  std::string opening_error() {
    app.reset();  // before the runtime it stands on
    runtime.emplace(settings);
    app.emplace(config, *runtime);
    auto opened = app->open();
    return opened ? std::string() : opened.error().message;
  }
  /// An address that it listens on: http or management.
  testkit::ApiClient client_of(std::string_view kind) {
    for (const std::string& address : app->listening())
      if (address.starts_with(kind)) return {"http://" + address.substr(kind.size() + 1), ""};
    throw std::runtime_error("no such listener");
  }

  testkit::TokenIssuer issuer;
  testkit::ScriptedServer patients{std::vector<testkit::ScriptedServer::Connection>(
      10, {"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"patients\":[]}"})};
  testkit::TemporaryFolder folder;
  Config config;
  runtime::Settings settings;
  std::optional<runtime::Runtime> runtime;
  std::optional<App> app;
  bool started = false;
};

TEST_F(GatewayApp, ServesItsBuiltInRoutesOnceItHasKeys) {
  config.address_limit = {.per_second = 1'000'000, .burst = 1'000'000};  // it asks until there are keys
  start();
  testkit::ApiClient client = client_of("http");
  client.with_token(issuer.token({clinic::Role::admin}));
  testkit::Answer answer = client.get("/api/patients");
  while (answer.status == 503) answer = client.get("/api/patients");  // until the keys have been fetched
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.response.body, "{\"patients\":[]}");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_THAT(patients.requests().at(0), testing::StartsWith("GET /patients HTTP/1.1\r\n"));
}

TEST_F(GatewayApp, IsAliveAndReadyWhateverItsNeighboursDo) {
  config.tokens.jwks_url = "http://127.0.0.1:1/";
  start();
  testkit::ApiClient operators = client_of("management");
  EXPECT_EQ(operators.get("/livez").status, 200);
  EXPECT_EQ(operators.get("/readyz").status, 200);
  EXPECT_EQ(client_of("http").get("/readyz").status, 404);
}

TEST_F(GatewayApp, RunsOnItsDefaultLimits) {
  start();
  EXPECT_EQ(client_of("http").post("/auth/login", "{}").header("RateLimit-Policy"), "\"login\";q=20;w=4");
}

TEST_F(GatewayApp, StopsWhenItHasDrained) {
  start();
  const std::string address = app->listening().front();
  runtime->wait(app->drain(core::Deadline::after(10s)));
  runtime->wait(app->drain(core::Deadline::after(10s)));  // again: nothing is left to wait for
  const auto port = static_cast<std::uint16_t>(std::stoul(address.substr(address.rfind(':') + 1)));
  EXPECT_THROW(testkit::ApiClient(fmt::format("http://127.0.0.1:{}", port), "").get("/"), std::exception);
}

TEST_F(GatewayApp, TakesRoutesFromAFile) {
  config.routes_file = (folder / "routes.yaml").string();
  std::ofstream(config.routes_file)
      << "routes:\n  - {prefix: /p, upstream: patient, to: /q, access: public, folder: true}\n";
  start();
  EXPECT_EQ(client_of("http").get("/p/1").status, 200);
  EXPECT_THAT(patients.requests().at(0), testing::StartsWith("GET /q/1 HTTP/1.1\r\n"));
}

TEST_F(GatewayApp, SaysWhatIsWrongWithItsConfiguration) {
  config.routes_file = (folder / "none.yaml").string();
  EXPECT_THAT(opening_error(), HasSubstr("gateway.routes.file: cannot read"));
  config.routes_file = (folder / "bad.yaml").string();
  std::ofstream(config.routes_file) << "routes: 7\n";
  EXPECT_THAT(opening_error(), HasSubstr("bad.yaml:1: routes must be a list"));
  config.routes_file.clear();
  config.billing_urls = {"localhost:4001"};
  EXPECT_THAT(opening_error(), HasSubstr("gateway.upstream.billing: must be a URL like http://127.0.0.1:4000"));
}

}  // namespace
}  // namespace pms::gateway
