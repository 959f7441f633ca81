// Tests who may use which route and which gRPC method.
#include "testkit/services/access.hpp"

#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <future>
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app.hpp"
#include "billing/v1/billing_service.pb.h"
#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "rpc/client.hpp"
#include "testkit/services/api_client.hpp"
#include "testkit/services/token_issuer.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::billing {
namespace {

using namespace std::chrono_literals;
using clinic::Role;

class AccessToBilling : public testing::Test {
 protected:
  AccessToBilling() {
    config_.listen = {.host = "127.0.0.1", .port = 0, .management_host = "127.0.0.1", .management_port = 0};
    config_.tokens = {.issuer = "pms",
                      .audience = "pms",
                      .jwks_url = issuer_.jwks_url(),
                      .revocations_url = issuer_.revocations_url()};
    config_.database_url = "sqlite:" + (folder_ / "billing.db").string();
    config_.events.url = "embedded:" + (folder_ / "events.db").string();
    config_.grpc_host = "127.0.0.1";
    app_ = std::make_unique<App>(config_, runtime_);
    if (auto bound = app_->bind(); !bound) throw std::runtime_error(bound.error().message);
    runtime_.start_threads();
    if (auto opened = app_->open(); !opened) throw std::runtime_error(opened.error().message);
    app_->start();
    testkit::ApiClient client(origin(), issuer_.token({Role::admin}));
    while (client.get("/accounts?patientId=p1").status == 503) std::this_thread::yield();  // until it has the key
  }
  ~AccessToBilling() override {
    runtime_.wait(app_->drain(core::Deadline::after(5s)));
    runtime_.stop_threads();
  }

  std::string address(std::size_t listener) const {
    const std::string listening = app_->listening().at(listener);
    return listening.substr(listening.find(' ') + 1);
  }
  std::string origin() const { return "http://" + address(0); }

  /// Returns the status of a call with an empty message by a user with this role; without a role,
  /// no token is sent.
  grpc::StatusCode call(std::string_view method, std::optional<Role> role) {
    grpc::GenericStub stub(rpc::channel(address(1)));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 10s);
    if (role) context.AddMetadata("authorization", "Bearer " + issuer_.token({*role}));
    grpc::Slice nothing;
    grpc::ByteBuffer request(&nothing, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, fmt::format("/{}", method), {}, &request, &response,
                   [&](grpc::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get().error_code();
  }

  testkit::TemporaryFolder folder_;
  testkit::TokenIssuer issuer_;
  Config config_;
  runtime::Runtime runtime_{runtime::Settings{.threads = 2, .log_level = "error", .log_format = "json"}};
  std::unique_ptr<App> app_;
};

TEST_F(AccessToBilling, OverHttpIsForThoseWhoHaveTheRoutesPermission) {
  const auto token_of = [this](clinic::Roles roles) { return issuer_.token(roles); };
  EXPECT_THAT(testkit::access_breaches(origin(), app_->routes(), token_of), testing::IsEmpty());
}

TEST_F(AccessToBilling, OverGrpcIsStatedForEveryMethodThereIs) {
  std::vector<std::string> methods;
  const auto* service =
      ::billing::v1::CreateBillingAccountRequest::descriptor()->file()->FindServiceByName("BillingService");
  for (int i = 0; i < service->method_count(); ++i)
    methods.push_back(service->full_name() + "/" + service->method(i)->name());
  std::vector<std::string> stated;
  for (const auto& [method, any_of] : App::grpc_methods()) stated.emplace_back(method);
  EXPECT_THAT(stated, testing::UnorderedElementsAreArray(methods));
}

TEST_F(AccessToBilling, OverGrpcIsForThoseWhoHaveOneOfTheMethodsPermissions) {
  for (const auto& [method, any_of] : App::grpc_methods()) {
    EXPECT_EQ(call(method, std::nullopt), grpc::StatusCode::UNAUTHENTICATED) << method;
    for (const Role role : clinic::all_roles()) {
      const auto code = call(method, role);
      const bool refused = code == grpc::StatusCode::PERMISSION_DENIED;
      EXPECT_EQ(refused, !clinic::permissions_of(role).has_any(any_of)) << method << " " << to_string(role);
      EXPECT_TRUE(refused || code == grpc::StatusCode::OK || code == grpc::StatusCode::INVALID_ARGUMENT)
          << method << " " << to_string(role) << " " << code;
    }
  }
}

}  // namespace
}  // namespace pms::billing
