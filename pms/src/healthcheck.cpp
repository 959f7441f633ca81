#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "clinic/services.hpp"
#include "commands.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/client.hpp"
#include "system.hpp"

namespace pms {
namespace {

/// Returns an address that can be called in place of one that means "all interfaces of this
/// machine".
std::string callable(const std::string& host) { return host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host; }

core::Task<core::Result<http::ClientResponse>> ask(std::string url) {
  http::ClientRequest request;
  request.url = std::move(url);
  co_return co_await http::fetch(std::move(request), core::Deadline::after(std::chrono::seconds(3)));
}

/// Prints whether the service is ready, and returns it.
bool check(runtime::Runtime& runtime, std::string_view program, const runtime::ListenSettings& listen) {
  const auto url = fmt::format("http://{}:{}/readyz", callable(listen.management_host), listen.management_port);
  auto answer = runtime.wait(ask(url));
  const bool ready = answer && answer->status == 200;
  const std::string state = ready ? "ready" : answer ? fmt::format("not ready ({})", answer->status) : "not reachable";
  fmt::print("{:<18} {:<14} {}\n", program, state, url);
  return ready;
}

/// "api-gateway, auth-service, … and analytics-service"
std::string all_names() {
  std::string names;
  for (const clinic::ServiceEntry& service : clinic::all_services) {
    const bool last = &service == &clinic::all_services.back();
    names += fmt::format("{}{}", names.empty() ? "" : last ? " and " : ", ", service.name);
  }
  return names;
}

}  // namespace

int check_health(const std::vector<std::string>& services, const PropertyFlags& flags) {
  SystemConfig config;
  if (auto failed = load(config, flags)) return *failed;
  for (const std::string& service : services) {
    if (std::ranges::any_of(clinic::all_services, [&](const auto& known) { return known.name == service; })) continue;
    fmt::print(stderr, "pms: --service: no service is called {}; there are {}\n", service, all_names());
    return 1;
  }
  runtime::Settings process = config.process;
  process.threads = 1;
  runtime::Runtime runtime(process);
  runtime.start_threads();
  bool all_ready = true;
  for (const auto& [service, listen] : config.listeners()) {
    if (services.empty() || std::ranges::find(services, service.name) != services.end())
      all_ready = check(runtime, service.name, listen) && all_ready;
  }
  runtime.stop_threads();
  return all_ready ? 0 : 1;
}

}  // namespace pms
