#include "runtime/management.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "telemetry/metrics.hpp"

namespace pms::runtime {
namespace {

http::ServerSettings server_settings(const std::string& service, const ListenSettings& listen) {
  http::ServerSettings settings;
  settings.service = service;
  settings.host = listen.management_host;
  settings.port = listen.management_port;
  settings.max_body_bytes = 0;
  settings.drain_grace = {};  // its clients ask again later anyway
  settings.log_requests = false;
  return settings;
}

core::Task<void> nothing() { co_return; }

/// Responds once every io thread has run its loop. If a thread is stuck, the probe gets no
/// response.
core::Task<http::Response> live(Runtime& runtime) {
  constexpr boost::asio::use_awaitable_t<core::Executor> awaitable;
  for (auto* context : runtime.io()) co_await boost::asio::co_spawn(context->get_executor(), nothing(), awaitable);
  co_return http::ok(R"({"status":"live"})");
}

core::Task<http::Response> readiness(Runtime& runtime, const std::function<core::Task<core::Result<>>()>& ready,
                                     const http::Request& request) {
  if (runtime.draining()) co_return http::problem(503, "the process is shutting down", request);
  auto answer = co_await ready();
  if (!answer) co_return http::problem(503, answer.error().message, request);
  co_return http::ok(R"({"status":"ready"})");
}

core::Task<http::Response> metrics() {
  http::Response response = http::ok(telemetry::metrics_text());
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  co_return response;
}

}  // namespace

Management::Management(std::string service, const ListenSettings& listen, Runtime& runtime,
                       std::function<core::Task<core::Result<>>()> ready)
    : router_(service, nullptr), server_(server_settings(service, listen), runtime.io(), router_) {
  router_.get("/livez", rest::Public{}, [&runtime](http::Request&) { return live(runtime); });
  router_.get("/readyz", rest::Public{}, [&runtime, ready = std::move(ready)](http::Request& request) {
    return readiness(runtime, ready, request);
  });
  router_.get("/metrics", rest::Public{}, [](http::Request&) { return metrics(); });
}

}  // namespace pms::runtime
