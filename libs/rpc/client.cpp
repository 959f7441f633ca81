#include "rpc/client.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "rpc/grpc_library.hpp"

namespace pms::rpc {
namespace {

namespace asio = boost::asio;

constexpr const char* retries = R"({"methodConfig": [{"name": [{}], "retryPolicy": {
  "maxAttempts": 3, "initialBackoff": "0.1s", "maxBackoff": "1s", "backoffMultiplier": 2,
  "retryableStatusCodes": ["UNAVAILABLE"]}}]})";

}  // namespace

std::shared_ptr<grpc::Channel> channel(const std::string& address) {
  prepare_grpc_library();
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(retries);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);  // the DNS is not asked for another one either
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);                  // http_proxy does not apply to our own services
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA,
                   0);  // the client has no limit; the server of this library has one
  // The client reconnects to a restarted server within 2 s; gRPC's own limit is 2 minutes.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void prepare(grpc::ClientContext& context, const CallOptions& options) {
  context.set_deadline(std::chrono::system_clock::now() + options.deadline.remaining());
  if (!options.token.empty()) context.AddMetadata("authorization", "Bearer " + options.token);
  if (!options.traceparent.empty()) context.AddMetadata("traceparent", options.traceparent);
  if (!options.request_id.empty()) context.AddMetadata("x-request-id", options.request_id);
}

core::Task<grpc::Status> finished(std::function<void(Done)> start) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiate = [executor, start = std::move(start)](auto handler) {
    // Done must be copyable, which the handler is not, so the handler is shared. It runs once.
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    start([executor, resume](grpc::Status status) {
      asio::post(executor, [resume, status = std::move(status)]() mutable { std::move (*resume)(std::move(status)); });
    });
  };
  constexpr asio::use_awaitable_t<core::Executor> awaitable;
  auto waiting = asio::async_initiate<const asio::use_awaitable_t<core::Executor>, void(grpc::Status)>(
      std::move(initiate), awaitable);
  co_return co_await std::move(waiting);
}

}  // namespace pms::rpc
