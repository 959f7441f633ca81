// Runs both gRPC services on a real server with a real channel.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>

#include "accounts_fixture.hpp"
#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "core/result.hpp"
#include "grpc/accounts_service.hpp"
#include "grpc/legacy_service.hpp"
#include "rpc/client.hpp"
#include "rpc/server.hpp"

namespace pms::billing {

namespace wire = ::billing::v1;
using clinic::Role;

class Grpc : public BillingAccounts {
 protected:
  void SetUp() override {
    BillingAccounts::SetUp();
    tokens_.set_keys(security::KeySet({key_.public_key()}));
    const auto bound = server_.bind();
    ASSERT_TRUE(bound) << bound.error().message;
    ASSERT_TRUE(server_.mount({{wire::BillingService::service_full_name(), &accounts_service_},
                               {::BillingService::service_full_name(), &legacy_service_}}));
    server_.start();
    channel_ = rpc::channel(fmt::format("127.0.0.1:{}", server_.port()));
    stub_ = wire::BillingService::NewStub(channel_);
  }
  void TearDown() override { loop_.run(server_.drain(soon())); }

  std::string token(Role role) {
    clinic::Caller caller{.user_id = "u1",
                          .session = "s1",
                          .token_id = "t1",
                          .email = "ana@example.com",
                          .roles = {role},
                          .permissions = {},
                          .issued_at = clock_.now(),
                          .expires_at = clock_.now() + 15min};
    return security::sign_token(caller, {}, key_);
  }

  // Calls as a user with this role; without a role, no token is sent.
  core::Result<wire::CreateBillingAccountResponse> create_account(const wire::CreateBillingAccountRequest& request,
                                                                  std::optional<Role> role = Role::admin) {
    auto start = [this, &request](auto* context, auto* response, auto done) {
      stub_->async()->CreateBillingAccount(context, &request, response, std::move(done));
    };
    return loop_.run(rpc::call<wire::CreateBillingAccountResponse>(start, options(role)));
  }
  core::Result<wire::GetBillingAccountResponse> get_account(const std::string& id,
                                                            std::optional<Role> role = Role::admin) {
    wire::GetBillingAccountRequest request;
    request.set_id(id);
    auto start = [this, &request](auto* context, auto* response, auto done) {
      stub_->async()->GetBillingAccount(context, &request, response, std::move(done));
    };
    return loop_.run(rpc::call<wire::GetBillingAccountResponse>(start, options(role)));
  }
  core::Result<wire::CloseBillingAccountResponse> close_account(const std::string& id,
                                                                std::optional<Role> role = Role::admin) {
    wire::CloseBillingAccountRequest request;
    request.set_id(id);
    auto start = [this, &request](auto* context, auto* response, auto done) {
      stub_->async()->CloseBillingAccount(context, &request, response, std::move(done));
    };
    return loop_.run(rpc::call<wire::CloseBillingAccountResponse>(start, options(role)));
  }
  core::Result<wire::ListBillingAccountsResponse> list_accounts(const wire::ListBillingAccountsRequest& request,
                                                                std::optional<Role> role = Role::admin) {
    auto start = [this, &request](auto* context, auto* response, auto done) {
      stub_->async()->ListBillingAccounts(context, &request, response, std::move(done));
    };
    return loop_.run(rpc::call<wire::ListBillingAccountsResponse>(start, options(role)));
  }

  static wire::CreateBillingAccountRequest request(const std::string& patient_id, const std::string& name = "Ada",
                                                   const std::string& email = "ada@example.com",
                                                   std::int64_t patient_version = 1) {
    wire::CreateBillingAccountRequest request;
    request.set_patient_id(patient_id);
    request.set_name(name);
    request.set_email(email);
    request.set_patient_version(patient_version);
    return request;
  }

  rpc::CallOptions options(std::optional<Role> role) {
    return {.deadline = soon(), .token = role ? token(*role) : std::string()};
  }

  security::SigningKey key_ = security::SigningKey::generate();
  security::TokenVerifier tokens_{{}, clock_};
  boost::asio::io_context* io_[1] = {&loop_.context()};
  rpc::Calls calls_{"billing-test", io_};
  AccountsService accounts_service_{calls_, tokens_, {create_, find_, close_}};
  LegacyService legacy_service_{calls_, create_, false};
  rpc::Server server_{{}, loop_.context(), calls_};
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<wire::BillingService::Stub> stub_;
};

}  // namespace pms::billing
