// A real server and a real channel around a service whose one method does what the request's id
// says.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <future>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "billing/v1/billing_service.grpc.pb.h"
#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "rpc/caller.hpp"
#include "rpc/calls.hpp"
#include "rpc/client.hpp"
#include "rpc/server.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/run_task.hpp"

namespace pms::rpc {

namespace v1 = ::billing::v1;
using namespace std::chrono_literals;
using core::Deadline;
using core::Errc;

/// Ids with a meaning: throw, missing, guarded (needs billing:read), hold (until released). Others
/// are echoed, with the request id as name and "here" as e-mail for a client on this machine.
class EchoService : public v1::BillingService::CallbackService {
 public:
  EchoService(Calls& calls, const security::TokenVerifier& verifier) : calls_(calls), verifier_(verifier) {}

  grpc::ServerUnaryReactor* GetBillingAccount(grpc::CallbackServerContext* context,
                                              const v1::GetBillingAccountRequest* request,
                                              v1::GetBillingAccountResponse* response) override {
    return calls_.answer(*context, "test/Get", get(*context, *request, *response));
  }

  std::future<void> arrived() { return arrived_.get_future(); }
  void release() { held_.release(); }

 private:
  core::Task<core::Result<>> get(grpc::CallbackServerContext& context, const v1::GetBillingAccountRequest& request,
                                 v1::GetBillingAccountResponse& response) {
    if (request.id() == "throw") throw std::runtime_error("not for the client's eyes");
    if (request.id() == "missing") co_return core::fail(Errc::not_found, "no such account");
    if (request.id() == "guarded") {
      auto caller = authorize(context, verifier_, {clinic::Permission::billing_read});
      if (!caller) co_return std::unexpected(caller.error());
      response.mutable_account()->set_name((*caller)->user_id);
      co_return core::Result<>();
    }
    if (request.id() == "hold") co_await hold();
    response.mutable_account()->set_id(request.id());
    response.mutable_account()->set_name(std::string(metadata(context, "x-request-id")));
    response.mutable_account()->set_email(from_loopback(context) ? "here" : context.peer());
    response.mutable_account()->set_version(deadline_of(context, 1h).remaining().count());
    co_return core::Result<>();
  }

  /// Reports that the call has arrived, and waits until it is released, without blocking its
  /// thread.
  core::Task<void> hold() {
    constexpr boost::asio::use_awaitable_t<core::Executor> awaitable;
    using Timer =
        boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                          boost::asio::wait_traits<std::chrono::steady_clock>, core::Executor>;
    arrived_.set_value();
    Timer timer(co_await boost::asio::this_coro::executor);
    while (!held_.try_acquire()) {
      timer.expires_after(1ms);
      co_await timer.async_wait(awaitable);
    }
  }

  Calls& calls_;
  const security::TokenVerifier& verifier_;
  std::promise<void> arrived_;
  std::counting_semaphore<> held_{0};
};

class Rpc : public testing::Test {
 protected:
  Rpc() { verifier_.set_keys(security::KeySet({key_.public_key()})); }
  /// Releases held calls. A server ends only when its calls have ended, so a test must not leave a
  /// call behind.
  ~Rpc() override { service_.release(); }

  void start() {
    bind(0);
    server_->start();
    connect();
  }
  void bind(std::uint16_t port) {
    server_ = std::make_unique<Server>(ServerSettings{.port = port}, server_loop_.context(), calls_);
    const auto bound = server_->bind();
    ASSERT_TRUE(bound) << bound.error().message;
    ASSERT_TRUE(server_->mount({{v1::BillingService::service_full_name(), &service_}}));
  }
  void connect() {
    channel_ = channel(address());
    stub_ = v1::BillingService::NewStub(channel_);
  }
  std::string address() const { return fmt::format("127.0.0.1:{}", server_->port()); }

  core::Task<core::Result<v1::GetBillingAccountResponse>> get(std::string id, CallOptions options) {
    v1::GetBillingAccountRequest request;
    request.set_id(id);
    auto begin = [&](auto* context, auto* response, auto done) {
      stub_->async()->GetBillingAccount(context, &request, response, std::move(done));
    };
    auto calling = call<v1::GetBillingAccountResponse>(begin, std::move(options));
    co_return co_await std::move(calling);
  }
  core::Result<v1::GetBillingAccountResponse> ask(const std::string& id, CallOptions options = {Deadline::after(5s)}) {
    return client_loop_.run(get(id, std::move(options)));
  }
  void drain(Deadline deadline) { client_loop_.run(server_->drain(deadline)); }

  std::string token(clinic::Role role) {
    const auto now = clock_.now();
    clinic::Caller caller{.user_id = "0190a6b2-0000-7000-8000-000000000001",
                          .session = "s",
                          .token_id = "t",
                          .email = "ana@example.com",
                          .roles = {role},
                          .permissions = {},
                          .issued_at = now,
                          .expires_at = now + 15min};
    return security::sign_token(caller, {}, key_);
  }

  /// Makes a unary call by name, with messages as bytes, for the services that gRPC provides.
  std::pair<grpc::Status, std::string> raw_call(const std::string& method, const std::string& bytes) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 5s);
    grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, method, {}, &request, &response, [&](grpc::Status status) { done.set_value(status); });
    grpc::Status status = done.get_future().get();
    return {status, status.ok() ? text(response) : std::string()};
  }
  static std::string text(const grpc::ByteBuffer& buffer) {
    grpc::Slice slice;
    EXPECT_TRUE(buffer.DumpToSingleSlice(&slice).ok());
    return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
  }

  /// Calls grpc.health.v1. Returns the status in the response, as bytes.
  std::string health(const std::string& service = "") {
    std::string request;
    if (!service.empty()) request = std::string("\x0a") + static_cast<char>(service.size()) + service;
    return raw_call("/grpc.health.v1.Health/Check", request).second;
  }
  static constexpr std::string_view serving = "\x08\x01";

  testkit::FakeClock clock_;
  security::SigningKey key_ = security::SigningKey::generate();
  security::TokenVerifier verifier_{{}, clock_};
  testkit::TestLoop client_loop_;
  testkit::TestLoop server_loop_;
  boost::asio::io_context* io_[1] = {&server_loop_.context()};
  Calls calls_{"test-service", io_};
  EchoService service_{calls_, verifier_};
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::BillingService::Stub> stub_;
};

/// A stream of bytes to a method by name, which the test controls step by step.
class RawStream {
 public:
  RawStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& method) : stub_(channel) {
    context_.set_deadline(std::chrono::system_clock::now() + 20s);
    stream_ = stub_.PrepareCall(&context_, method, &queue_);
    stream_->StartCall(nullptr);
    next();
  }
  ~RawStream() {
    context_.TryCancel();
    stream_->Finish(&status_, nullptr);
    next();
    queue_.Shutdown();
  }
  void write_last(const std::string& bytes) {
    grpc::Slice slice(bytes);
    stream_->WriteLast(grpc::ByteBuffer(&slice, 1), {}, nullptr);
    next();
  }
  /// Returns nothing at the end of the stream.
  std::optional<grpc::ByteBuffer> read() {
    grpc::ByteBuffer buffer;
    stream_->Read(&buffer, nullptr);
    if (!next()) return std::nullopt;
    return buffer;
  }

 private:
  bool next() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  grpc::Status status_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
};

}  // namespace pms::rpc
